import type { IsoDate } from './dates.ts'
import { shortDate } from './texts.ts'

/** The words of the erasure of families and of the end of what is kept of them. */

/** Why a file is not erased now. */
export const ERASURE_REFUSALS = {
  held: 'Ce dossier fait l’objet d’un gel juridique : rien ne peut y être effacé.',
  enrolled: 'Une inscription court encore : terminez-la d’abord.',
  booked: 'Des jours à venir sont réservés : annulez-les d’abord.',
  unpaid: 'Une somme reste due par la famille.',
  unbilled: 'Un mois n’est pas encore facturé à la famille.',
} as const

/** What brought an erasure about. */
export const ERASURE_REASONS = {
  requested: 'Demande de la famille',
  'moved-away': 'Départ de la famille',
  'opened-in-error': 'Dossier ouvert par erreur',
  inactive: 'Durée de conservation écoulée',
} as const

/** What became of the items of an erasure or a purge. */
export const OUTCOMES = {
  deleted: 'Supprimé',
  anonymised: 'Rendu anonyme et conservé : pièces comptables (dix ans)',
} as const

/** What lies elsewhere than with a family, as reports name it. */
export const ELSEWHERE_TITLES = {
  Account: 'Comptes de connexion',
  CalendarLink: 'Liens de calendrier',
  File: 'Fichiers des pièces justificatives',
  ChildHealth: 'Régimes et PAI dans les fiches des enfants',
  Sheet: 'Feuilles de pointage',
  Roster: 'Semaines de places comptées',
} as const

/** What the trail gives as the reason of what the purge deletes. */
export const PURGED = 'Durée de conservation écoulée'

/** Why a request for erasure is not answered as it was asked. */
export const ERASURE_REQUESTS = {
  refused: 'Refusée',
  pending: 'En cours d’examen',
} as const

/** The mails about erasures and the end of what is kept. */
export const ERASURE_MAILS = {
  refusedSubject: (number: number): string =>
    `Votre demande d’effacement n° ${String(number)} n’est pas acceptée`,
  refusedIntroduction: (number: number): string =>
    `Le service a étudié votre demande d’effacement n° ${String(number)} et ne peut pas y donner suite.`,
  refusedRights:
    'Vous pouvez demander des explications à la mairie ou à son délégué à la protection des données, et adresser une réclamation à la CNIL (www.cnil.fr).',
  refusedLink: 'Voir mes demandes',
  endingSubject: (until: IsoDate): string => `Votre dossier sera effacé le ${shortDate(until)}`,
  endingIntroduction: (until: IsoDate): string =>
    `Aucun enfant de votre dossier n’est plus inscrit depuis longtemps. Il sera effacé du portail, avec vos comptes, à partir du ${shortDate(until)}. Les pièces comptables sont conservées sans votre nom, aussi longtemps que la loi le veut.`,
  endingKeep:
    'Si vous voulez le garder, connectez-vous au portail avant cette date, ou contactez la mairie. Vous pouvez aussi télécharger tout ce qu’il contient.',
  endingLink: 'Ouvrir le portail',
} as const
