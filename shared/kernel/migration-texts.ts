import type { IsoDate } from './dates.ts'
import { shortDate } from './texts.ts'

/** The words of moving in: the files that are exchanged with other programs, and what is wrong in them. */

/** What the bills of the program before are called in a family's ledger. */
export const MIGRATION_BILLS = {
  invoice: (number: string, issuedOn: IsoDate): string =>
    `Facture n° ${number} du ${shortDate(issuedOn)}, reprise du logiciel précédent.`,
  paidBefore: 'Déjà réglé avant la reprise',
  creditLabel: 'Avoir repris',
  credit: (on: IsoDate): string =>
    `Solde en faveur de la famille au ${shortDate(on)}, repris du logiciel précédent.`,
  formerCredit: (on: IsoDate): string => `solde au ${shortDate(on)}`,
} as const

/** The names of the files, by what they hold. */
export const MIGRATION_FILES = {
  families: 'familles.csv',
  guardians: 'responsables.csv',
  children: 'enfants.csv',
  enrolments: 'inscriptions.csv',
  means: 'quotients.csv',
  invoices: 'factures.csv',
  credits: 'soldes.csv',
} as const

/** The columns of each file in their order: how the portal's fields are called. */
export const MIGRATION_COLUMNS = {
  families: {
    family: 'famille',
    name: 'nom',
    street: 'adresse',
    complement: 'complement',
    postcode: 'code_postal',
    town: 'ville',
    homePhone: 'telephone',
    situation: 'situation',
    childrenCount: 'nombre_enfants',
    fund: 'caisse',
    allowanceNumber: 'numero_allocataire',
    allowanceGuardian: 'responsable_allocataire',
    circumstances: 'circonstances',
    inactiveSince: 'inactif_depuis',
  },
  guardians: {
    family: 'famille',
    guardian: 'responsable',
    title: 'civilite',
    firstName: 'prenom',
    lastName: 'nom',
    birthName: 'nom_de_naissance',
    birthDate: 'date_de_naissance',
    email: 'courriel',
    phone: 'telephone',
    workPhone: 'telephone_professionnel',
    street: 'adresse',
    complement: 'complement',
    postcode: 'code_postal',
    town: 'ville',
    employer: 'employeur',
  },
  children: {
    family: 'famille',
    child: 'enfant',
    firstName: 'prenom',
    secondName: 'second_prenom',
    lastName: 'nom',
    birthDate: 'date_de_naissance',
    birthPlace: 'lieu_de_naissance',
    sex: 'sexe',
    schoolId: 'ecole',
    className: 'classe',
    category: 'categorie',
    diets: 'regimes',
    allergy: 'pai',
    carePlanUntil: 'pai_jusqu_au',
    authorityWithdrawn: 'autorite_retiree',
    custodyWeeks: 'garde_semaines',
    custodyFrom: 'garde_depuis',
    custodyRule: 'garde_reservation',
  },
  enrolments: {
    family: 'famille',
    enrolment: 'inscription',
    childId: 'enfant',
    activityId: 'activite',
    groupId: 'groupe',
    from: 'du',
    until: 'au',
  },
  means: {
    family: 'famille',
    from: 'a_partir_du',
    quotient: 'quotient',
    income: 'revenu_annuel',
    dependants: 'personnes_a_charge',
    parts: 'parts',
    source: 'source',
    reason: 'motif',
  },
  invoices: {
    family: 'famille',
    regieId: 'regie',
    number: 'facture',
    month: 'mois',
    issuedOn: 'emise_le',
    dueOn: 'echeance',
    label: 'libelle',
    account: 'compte',
    amount: 'montant',
    paid: 'deja_regle',
    due: 'reste_du',
  },
  credits: { family: 'famille', regieId: 'regie', on: 'date', credit: 'avoir' },
} as const

/** What single values are called in the files. */
export const MIGRATION_VALUES = {
  situation: { couple: 'couple', separated: 'separes', single: 'seul', other: 'autre' },
  fund: { caf: 'caf', msa: 'msa' },
  source: { declared: 'declare', caf: 'caf', town: 'mairie' },
  weeks: { even: 'paires', odd: 'impaires' },
  rule: { 'own-weeks': 'semaines_propres', any: 'libre' },
  sex: { F: 'f', M: 'm' },
  yesNo: { yes: 'oui', no: 'non' },
} as const

const SINCE = ' depuis '

/** Whose authority is withdrawn since when, as a cell lists it. */
export const WITHDRAWN = {
  since: SINCE,
  one: (guardian: string, since: IsoDate): string => `${guardian}${SINCE}${shortDate(since)}`,
} as const

/** Why a line is refused. */
export const MIGRATION_FAULTS = {
  broken: 'Les guillemets de cette ligne ne sont pas fermés, ou du texte les suit.',
  cells: (found: number, wanted: number): string =>
    `${String(found)} colonnes au lieu de ${String(wanted)}.`,
  unknownColumn: (name: string): string =>
    `La colonne « ${name} » n’est pas prévue dans ce fichier.`,
  columnTwice: (name: string): string => `La colonne « ${name} » figure deux fois.`,
  missingColumn: 'Cette colonne obligatoire manque.',
  separator: 'Les colonnes doivent être séparées par des points-virgules.',
  empty: 'Ce fichier n’a pas de ligne de titres.',
  utf16: 'Ce fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 ».',
  twice: (id: string, line: number): string => `« ${id} » figure déjà à la ligne ${String(line)}.`,
  emailTwice: (line: number): string =>
    `Cette adresse est déjà celle d’un autre responsable, à la ligne ${String(line)}.`,
  unknownFamily: (id: string): string =>
    `La famille « ${id} » n’existe ni dans familles.csv, ni parmi les familles déjà reprises.`,
  unknown: (id: string): string => `« ${id} » n’existe pas dans le paramétrage de la mairie.`,
  unknownInFile: (id: string): string => `« ${id} » n’existe pas dans cette famille.`,
  noGuardian: 'Cette famille n’a aucun responsable.',
  tooMany: (most: number, what: string): string =>
    `Une famille compte au plus ${String(most)} ${what}.`,
  guardians: 'responsables',
  children: 'enfants',
  enrolments: 'inscriptions',
  means: 'quotients',
  order: 'Cette date précède celle du début.',
  overlaps: (id: string): string => `Cette période recouvre celle de l’inscription « ${id} ».`,
  allowance: 'La caisse, le numéro et le responsable allocataire vont ensemble.',
  address: 'L’adresse, le code postal et la ville vont ensemble.',
  custody: 'Les semaines de garde et leur début vont ensemble.',
  noMeans: 'Ni quotient, ni revenu.',
  sums: 'Le montant moins ce qui est déjà réglé ne fait pas le reste dû.',
  settled: 'Une facture soldée ne se reprend pas.',
  inFuture: 'Cette date est à venir.',
  notPositive: 'Un avoir est positif ; une dette se reprend dans factures.csv.',
  full: (group: string, schoolYear: string, capacity: number): string =>
    `Le groupe « ${group} » est complet en ${schoolYear} : ${String(capacity)} place(s).`,
  /** Behind the reason why the rest of a family is refused. */
  begun:
    'Les premières lignes de la famille sont déjà reprises ; les autres le seront une fois celle-ci corrigée.',
  notOpen: 'L’activité n’est ouverte aucun jour de cette période.',
  familyRefused: 'La famille est refusée à cause d’autres lignes.',
  notOurs: 'Un dossier de ce numéro existe déjà dans le portail et ne vient pas d’une reprise.',
  erased: 'Ce dossier a été effacé du portail : il ne revient pas.',
  changedHere: 'Cette fiche a été modifiée dans le portail depuis la dernière reprise.',
  goneHere: 'Cette fiche a été supprimée du portail depuis la dernière reprise.',
  moved:
    'Une inscription ne change ni d’enfant, ni d’activité, ni de groupe, ni d’année scolaire : terminez-la, puis ajoutez-en une autre.',
  merged: 'Ce dossier a été fusionné avec un autre dans le portail : il ne change plus.',
  isHere: 'Une fiche de ce numéro existe déjà dans ce dossier du portail.',
  issued: 'Une facture ou un avoir déjà repris ne change plus.',
} as const

/** How many have which end. */
interface Counts {
  readonly created: number
  readonly changed: number
  readonly same: number
}

/** What a report of an import or an export says. */
export const MIGRATION_REPORT = {
  dryRun: 'Simulation : rien n’est écrit. Ajoutez --write pour écrire.',
  written: 'Reprise effectuée.',
  encodings: (file: string, encoding: string, lines: number): string =>
    `${file} : ${encoding}, ${String(lines)} ligne(s)`,
  refusal: (file: string, line: number, column: string | undefined, reason: string): string =>
    `${file}, ligne ${String(line)}${column === undefined ? '' : `, colonne ${column}`} : ${reason}`,
  families: ({ created, changed, same, refused }: Counts & { readonly refused: number }): string =>
    `Familles : ${String(created)} créée(s), ${String(changed)} complétée(s) ou modifiée(s), ${String(same)} inchangée(s), ${String(refused)} refusée(s)`,
  rows: (file: string, { created, changed, same }: Counts): string =>
    `${file} : ${String(created)} ligne(s) nouvelle(s), ${String(changed)} modifiée(s), ${String(same)} inchangée(s)`,
  exported: (file: string, lines: number): string => `${file} : ${String(lines)} ligne(s)`,
  taken: (folder: string, names: readonly string[]): string =>
    `${folder} contient déjà ${names.join(', ')} : rien n’est exporté. Choisissez un autre dossier.`,
  leftOut: (count: number): string =>
    `${String(count)} facture(s) chez le Trésor public : elles ne sont pas exportées.`,
} as const
