import { shortDate } from './texts.ts'
import type { IsoDate } from './dates.ts'

/** The words of the health record of a child, as guide 000 and the law (CSP, R3111-2) name them. */

/** The vaccines [guide 16]; measles, mumps and rubella are one, as the guide has them. */
export const VACCINE_NAMES = {
  bcg: 'BCG',
  pertussis: 'Coqueluche',
  diphtheria: 'Diphtérie',
  haemophilus: 'Haemophilus influenzae de type b',
  'hepatitis-b': 'Hépatite B',
  'meningococcus-c': 'Méningocoque C',
  pneumococcus: 'Pneumocoque',
  polio: 'Poliomyélite',
  mmr: 'Rubéole – oreillons – rougeole',
  tetanus: 'Tétanos',
} as const

/** The illnesses that a child may have had [guide 17]. */
export const ILLNESS_NAMES = {
  tonsillitis: 'Angine',
  asthma: 'Asthme',
  pertussis: 'Coqueluche',
  diabetes: 'Diabète',
  eczema: 'Eczéma',
  mumps: 'Oreillons',
  otitis: 'Otite',
  measles: 'Rougeole',
  rubella: 'Rubéole',
  'scarlet-fever': 'Scarlatine',
  chickenpox: 'Varicelle',
} as const

/** The kinds of allergies [guide 18]; the guide leaves the second without a name. */
export const ALLERGY_NAMES = {
  food: 'Allergies alimentaires',
  other: 'Autres allergies',
  medicine: 'Allergies médicamenteuses',
} as const

/** What a guardian agrees to; a new wording is a new version, to which everybody agrees anew. */
export const HEALTH_CONSENT = {
  version: '2026-01',
  text:
    'J’accepte que la mairie conserve, chiffrés, les renseignements de santé que je donne sur mon ' +
    'enfant, et que les personnes qui l’encadrent les lisent les jours où il est accueilli. Chaque ' +
    'consultation est enregistrée. Je peux retirer cet accord à tout moment : les renseignements ' +
    'sont alors effacés.',
} as const

/** What is wrong with a health record, in a sentence. */
export const HEALTH_FAULTS = {
  beforeBirth: (born: IsoDate): string => `Cette date précède la naissance (${shortDate(born)}).`,
  future: 'Cette date est à venir.',
  dateWithout: 'Une date ne se donne que pour ce qui a eu lieu.',
  specify: 'Précisez l’allergie.',
  detailsWithout: 'Une précision ne se donne que pour ce qui est coché.',
  consent: 'Donnez votre accord au texte en vigueur pour enregistrer ces renseignements.',
} as const

/** Why a town keeps no health record in detail. */
export const HEALTH_SUMMARY =
  'La mairie ne conserve que le régime alimentaire et l’existence d’un projet d’accueil ' +
  'individualisé (PAI). Remettez la fiche sanitaire à la direction, sous pli fermé.'
