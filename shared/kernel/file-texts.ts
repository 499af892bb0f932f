import type { IsoDate } from './dates.ts'
import { listOf, shortDate } from './texts.ts'
import { FIELD_WORDS } from './trail-texts.ts'

/** The words of family files: what is missing in them, what was asked and decided, how old somebody is. */

/** `8 ans et 3 mois`, as guide 000 writes ages; of the first year only the months. */
export const ageLabel = ({ years, months }: { years: number; months: number }): string => {
  const inYears = years === 0 ? [] : [`${String(years)} an${years === 1 ? '' : 's'}`]
  const inMonths = months === 0 && years > 0 ? [] : [`${String(months)} mois`]
  return listOf([...inYears, ...inMonths])
}

/** The French name of a field of a file, `Date de naissance`. */
export const fieldName = (field: string): string => FIELD_WORDS[field] ?? field

/** What a file needs of those who keep it. */
export const ATTENTION = {
  toComplete: (about: string, field: string): string =>
    `${about} : ${fieldName(field)} à compléter`,
  pending: (about: string, number: number): string =>
    `${about} : la demande de modification n° ${String(number)} attend la réponse du service`,
  carePlanOver: (child: string, until: IsoDate): string =>
    `${child} : le projet d’accueil individualisé n’est plus valable depuis le ${shortDate(until)}`,
  carePlanUndated: (child: string): string =>
    `${child} : indiquez jusqu’à quand le projet d’accueil individualisé est valable`,
  inactive: 'Ce dossier n’est plus actif : rien ne peut y être réservé.',
  merged: (into: string): string => `Ce dossier a été réuni au dossier n° ${into}.`,
} as const

/** Why a field of a file is refused. */
export const FILE_FAULTS = {
  notAsked: 'La mairie ne demande pas cette information.',
  belief: 'Cette information ne peut pas figurer dans un dossier.',
  inFuture: 'Cette date est à venir.',
  tooLongAgo: 'Cette date est trop ancienne.',
  carePlanWithout: 'Une validité ne s’indique que pour un projet d’accueil individualisé.',
  unknownGuardian: 'Ce responsable ne figure pas dans le dossier.',
  unknownDocument: 'Ce justificatif ne figure pas dans le dossier.',
  childTwice:
    'Cet enfant ne peut pas être ajouté ici : contactez la mairie pour qu’elle vérifie le dossier.',
  emailTwice: 'Cette adresse e-mail figure deux fois dans le dossier.',
  fileFull: (most: number): string =>
    `Un dossier compte au plus ${String(most)} fiches de ce genre.`,
  version: (version: number): string => `La version actuelle est "${String(version)}".`,
  undecided: (field: string): string => `${fieldName(field)} : acceptez ou refusez.`,
  notRequested: 'Ce champ ne figure pas dans la demande.',
  reasonNeeded: 'Un refus se motive par un message à la famille.',
} as const

/** Why a file is not merged into another. */
export const MERGE_REFUSALS = {
  itself: 'Un dossier ne peut pas être réuni à lui-même.',
  intoInactive: 'Le dossier à garder n’est pas actif.',
  alreadyMerged: 'Ce dossier est déjà réuni à un autre.',
  enrolled: 'Des inscriptions de ce dossier courent encore : terminez-les d’abord.',
  shared: 'Un enfant de ce dossier a un autre foyer : déliez les dossiers d’abord.',
  pending: 'Des modifications de ce dossier attendent une réponse.',
  authority: 'L’autorité parentale sur un enfant de ces dossiers est retirée à un responsable.',
  health: 'Un enfant de ce dossier a une fiche sanitaire : elle ne peut pas être réunie.',
  enrolmentPending: 'Une demande d’inscription de ce dossier attend une réponse.',
  full: 'Le dossier à garder n’a pas assez de place.',
} as const

/** The mail that tells what staff say to changes of a file. */
export const FILE_MAILS = {
  subject: (number: number): string =>
    `Modification de votre dossier : demande n° ${String(number)}`,
  introduction: (number: number, about: string): string =>
    `Le service a vérifié votre demande n° ${String(number)} (${about}).`,
  line: (field: string, outcome: 'accepted' | 'refused' | 'overtaken'): string =>
    `${field} : ${FIELD_OUTCOMES[outcome]}`,
  link: 'Voir mon dossier',
} as const

const FIELD_OUTCOMES = {
  accepted: 'modification acceptée',
  refused: 'modification refusée',
  overtaken: 'modifié entre-temps par ailleurs, vérifiez votre dossier',
} as const
