import type { IsoDate, IsoMonth } from './dates.ts'
import { listOf, monthLabel, shortDate } from './texts.ts'

const siretLabel = (siret: string): string => siret.replace(/^(\d{3})(\d{3})(\d{3})/, '$1 $2 $3 ')

/** The lines of an address, as an envelope shows them. */
const addressOf = (
  name: string,
  address: { street: string; complement?: string | undefined; postcode: string; town: string },
): string[] => [
  `Famille ${name}`,
  ...(address.complement === undefined ? [] : [address.complement]),
  address.street,
  `${address.postcode} ${address.town}`,
]

/** The words of letters on paper, in French; `typeset` gives them their spaces. */
export const PAPER_TEXTS = {
  issuer: 'Émetteur',
  addressee: 'Destinataire',
  fact: (label: string, value: string): string => `${label} : ${value}`,
  footer: (issuer: string, title: string): string => `${issuer} – ${title}`,
  townHall: (street: string): string => `Mairie, ${street}`,
  dated: (town: string, date: IsoDate): string => `${town}, le ${shortDate(date)}`,
  siret: (siret: string): string => `SIRET ${siretLabel(siret)}`,
  siretLabel,
  addressOf,
  phone: (phone: string): string => `Tél. ${phone}`,
  signedBy: (signatory: string): string => `Pour la commune : ${signatory}`,
} as const

/** « Les 1er, 2 et 4 septembre 2025 »: days of a month as a bill tells them. */
const daysOfMonth = (month: IsoMonth, days: readonly number[]): string => {
  if (days.length === 0) return ''
  const named = listOf(days.map((day) => (day === 1 ? '1er' : String(day))))
  return `${days.length === 1 ? 'Le' : 'Les'} ${named} ${monthLabel(month)}`
}

/** The words of invoices and credit notes: what standards of public revenue ask an invoice to say. */
export const INVOICE_PAPER = {
  invoice: (number: string): string => `Facture n° ${number}`,
  creditNote: (number: string): string => `Avoir n° ${number}`,
  facts: {
    issuedOn: 'Date d’émission',
    month: 'Période facturée',
    dueOn: 'Date limite de paiement',
    regie: 'Régie',
    family: 'Dossier famille',
    reference: 'Référence à rappeler pour tout paiement (PayFiP)',
    total: 'Total de ce document',
    means: 'Moyens de paiement acceptés par la régie',
  },
  columns: {
    service: 'Prestation',
    detail: 'Jours et explication',
    quantity: 'Quantité',
    unitPrice: 'Prix unitaire',
    amount: 'Montant',
  },
  daysOfMonth,
  why: (reason: string): string => `Pourquoi ce prix ? ${reason}`,
  corrects: (number: string): string => `Rectifie la facture n° ${number}.`,
  caption: (name: string): string => `Détail : ${name}`,
  family: 'Pour la famille',
  corrections: 'Régularisations de mois déjà facturés',
  carried: 'Report du solde précédent',
  subtotal: (activity: string): string => `Sous-total ${activity}`,
  totalOf: (child: string): string => `Total ${child}`,
  total: 'Total',
  toPay: (by: IsoDate): string => `Total à payer au plus tard le ${shortDate(by)}`,
  nothingToPay: 'Total à payer',
  settled: 'Rien n’est à payer : cette facture est soldée.',
  inYourFavour: 'Montant en votre faveur',
  creditUse:
    'Cet avoir est déduit de vos factures les plus anciennes qui restent à payer, puis des suivantes. Vous n’avez rien à payer.',
  payment: 'Pour payer',
  usefulToKnow: 'À savoir',
  unpaid: (by: IsoDate): string =>
    `À défaut de paiement au plus tard le ${shortDate(by)}, un titre exécutoire sera émis par la commune et recouvré par le comptable public.`,
  remedies: (contact: string): string =>
    `Une question, une erreur ? Écrivez à la régie : ${contact}. Vous pouvez contester ce document dans un délai de deux mois à compter de sa réception : par un recours gracieux adressé à la commune, ou devant la juridiction compétente.`,
  vat: 'Service hors champ de la TVA, article 256 B du CGI.',
  dataProtection:
    'Vos données : la commune les traite pour inscrire les enfants, facturer et encaisser ces services (mission d’intérêt public) ; seuls ses services et le comptable public y accèdent, et les pièces comptables sont gardées dix ans. Vous pouvez y accéder, les faire rectifier, en limiter le traitement ou vous y opposer en écrivant à la mairie, et saisir la CNIL (cnil.fr).',
} as const

/** The words of simulations and price lists on paper [guide 6, 51, 53]. */
export const TARIFF_PAPER = {
  simulation: 'Simulation tarifaire',
  priceTable: (service: string, list: string): string => `${service} – ${list}`,
  facts: {
    simulatedOn: 'Date de la simulation',
    user: 'Utilisateur',
    child: 'Enfant',
    service: 'Service',
    priceDate: 'Date de calcul des prix',
    tarification: 'Tarification',
    quotient: 'Quotient familial',
    income: 'Revenu annuel',
    category: 'Catégorie',
    dependants: 'Enfants à charge',
    parts: 'Nombre de parts',
    countsFrom: 'Pris en compte à partir du',
    source: 'Source',
    decision: 'Décision du conseil municipal',
    validity: 'Période de validité',
  },
  quotientDetail: 'Détail du quotient',
  results: 'Résultats',
  columns: {
    activity: 'Activité et prestation',
    why: 'Explication',
    price: 'Tarif',
    how: 'Calcul',
    unknown: 'Si non communiqué',
  },
  unknown: 'Non communiqué',
  noPrice: '–',
  validity: (from: IsoDate, until: IsoDate): string =>
    `du ${shortDate(from)} au ${shortDate(until)}`,
  priceDate: (name: string, date: IsoDate): string => `${name}, prix du ${shortDate(date)}`,
  inForce: (from: IsoDate): string => `En vigueur à partir du ${shortDate(from)}`,
  notes: 'Règles qui s’ajoutent',
  noCommitment:
    'Cette simulation est donnée à titre indicatif, d’après les éléments indiqués ci-dessus. Seule la facture fait foi.',
} as const

/** The words of the yearly statement of child care (CGI, article 200 quater B). */
export const STATEMENT_PAPER = {
  title: (year: string): string => `Attestation de frais de garde ${year}`,
  number: (year: string, familyId: string): string => `ATT${year}-${familyId}`,
  facts: {
    number: 'Numéro',
    year: 'Année des paiements',
    parents: 'Parents',
    issuedOn: 'Date d’émission',
    siret: 'SIRET de l’établissement',
  },
  declares: (year: string): string =>
    `La commune atteste avoir reçu en ${year} les sommes suivantes pour la garde d’enfants de moins de six ans au 1er janvier ${year}.`,
  children: 'Sommes payées par enfant',
  columns: { child: 'Enfant', bornOn: 'Date de naissance', amount: 'Montant payé' },
  total: 'Total',
  nobody: (year: string): string =>
    `Aucune somme n’a été payée en ${year} pour la garde d’un enfant de moins de six ans au 1er janvier ${year}.`,
  basis:
    'Les montants sont ceux qui ont été payés entre le 1er janvier et le 31 décembre, quelle que soit la date des factures. Ils ne comprennent ni les repas, ni les majorations, et les aides de tiers (CCAS, CAF) en sont déduites.',
  taxCredit:
    'À reporter sur la déclaration de revenus pour le crédit d’impôt des frais de garde hors du domicile (article 200 quater B du CGI). Le plafond s’applique par enfant ; il est divisé par deux en cas de résidence alternée. Déduisez les autres aides reçues (employeur, CESU préfinancé). Conservez cette attestation : l’administration fiscale peut la demander.',
} as const
