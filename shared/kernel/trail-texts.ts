/**
 * What people read in the trail of a family file, in French: the names of what is in a file, and the
 * words for its values.
 */

/** The kinds of items of a file. */
export const ENTITY_WORDS = {
  Family: 'Famille',
  Guardian: 'Responsable',
  Child: 'Enfant',
  Contact: 'Contact',
  AuthorisationSheet: 'Autorisations',
  Enrolment: 'Inscription',
  Means: 'Ressources',
  HealthRecord: 'Fiche sanitaire',
  Attachment: 'Pièce justificative',
} as const

/** What an entry of the trail says that was done. */
export const TRAIL_WORDS = {
  created: 'Création',
  changed: 'Modification',
  removed: 'Suppression',
  read: 'Consultation',
} as const

/** The fields of all items of a file, in the order in which people read them. */
export const FIELD_WORDS: Readonly<Record<string, string>> = {
  title: 'Civilité',
  lastName: 'Nom',
  birthName: 'Nom de naissance',
  firstName: 'Prénom',
  secondName: 'Deuxième prénom',
  name: 'Nom',
  relation: 'Lien avec l’enfant',
  birthDate: 'Date de naissance',
  birthPlace: 'Lieu de naissance',
  sex: 'Sexe',
  email: 'Adresse e-mail',
  homePhone: 'Téléphone du domicile',
  phone: 'Téléphone',
  workPhone: 'Téléphone professionnel',
  address: 'Adresse',
  employer: 'Employeur',
  situation: 'Situation familiale',
  childrenCount: 'Nombre d’enfants',
  allowance: 'Numéro d’allocataire',
  circumstances: 'Situation prise en compte',
  childId: 'Enfant',
  activityId: 'Activité',
  groupId: 'Groupe',
  from: 'À partir du',
  until: 'Jusqu’au',
  state: 'État',
  schoolId: 'École',
  className: 'Classe',
  category: 'Catégorie tarifaire',
  diets: 'Régimes alimentaires',
  allergy: 'Projet d’accueil individualisé (PAI)',
  carePlanUntil: 'Fin de validité du PAI',
  otherHousehold: 'Dossier de l’autre foyer',
  authorityWithdrawn: 'Autorité parentale retirée',
  custody: 'Garde alternée',
  quotient: 'Quotient familial',
  income: 'Revenu annuel',
  dependants: 'Personnes à charge',
  parts: 'Nombre de parts',
  source: 'Source',
  inactiveSince: 'Dossier désactivé depuis',
  mergedInto: 'Fusionné avec le dossier',
  legalHold: 'Gel juridique',
}

/** Values that are words of the code, by the field that holds them. */
export const VALUE_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  situation: { couple: 'En couple', separated: 'Séparés', single: 'Parent seul', other: 'Autre' },
  sex: { F: 'Féminin', M: 'Masculin' },
  source: { declared: 'Déclaré', proof: 'Justificatif', caf: 'CAF', town: 'Mairie' },
  fund: { caf: 'CAF', msa: 'MSA' },
  weeks: { even: 'semaines paires', odd: 'semaines impaires' },
  rule: { 'own-weeks': 'ses semaines', any: 'toutes les semaines' },
  kind: {
    'leave-alone': 'Partir seul',
    photograph: 'Être photographié',
    transport: 'Transport en véhicule municipal',
    hospitalisation: 'Hospitalisation',
    'medical-care': 'Soins médicaux',
    collect: 'Venir chercher l’enfant',
  },
}

/** Yes and no. */
export const ANSWERS = { yes: 'Oui', no: 'Non' } as const

/** What is said in the place of a value that concerns the health of a child. */
export const MASKED = 'Valeur masquée'

/** What an authorisation says, `Autorisé depuis le 01/09/2025`. */
export const authorisationWords = (allowed: boolean, since: string): string =>
  `${allowed ? 'Autorisé' : 'Interdit'} depuis le ${since}`

/** What an authorisation is about: `Venir chercher l’enfant (Jean MARTIN), Études`. */
export const authorisationName = (
  what: string,
  contact: string | undefined,
  activity: string,
): string => `${what}${contact === undefined ? '' : ` (${contact})`}, ${activity}`

/** An enrolment by its activity and its days: `Études (01/09/2025 – 03/07/2026)`. */
export const enrolmentName = (activity: string, from: string, until: string): string =>
  `${activity} (${from} – ${until})`

/** Means by the day from which they count. */
export const meansName = (from: string): string => `À partir du ${from}`
