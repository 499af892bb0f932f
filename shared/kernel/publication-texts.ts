import type { IsoDate } from './dates.ts'
import { listOf, shortDate } from './texts.ts'

/** The words of what the town publishes: news, documents, pages, the menu. */

/** What kinds of documents are called [guide 6]. */
export const DOCUMENT_KINDS = {
  tariffs: 'Tarifs municipaux',
  form: 'Formulaire',
  menu: 'Menus',
  planning: 'Planning de réservation',
  other: 'Document',
} as const

/** How far a document is. */
export const DOCUMENT_STATES = {
  pending: 'En attente d’envoi du fichier',
  published: 'Publié',
  withdrawn: 'Retiré',
} as const

export const PUBLICATIONS = {
  everybody: 'Toutes les familles',
  families: (names: readonly string[]): string => `Familles : ${listOf(names)}`,
  decided: (decidedOn: IsoDate): string => `Délibération du ${shortDate(decidedOn)}`,
  from: (from: IsoDate): string => `À compter du ${shortDate(from)}`,
  until: (until: IsoDate): string => `Valable jusqu’au ${shortDate(until)}`,
  periodOrder: 'Le dernier jour ne peut pas précéder le premier.',
  unknownActivity: (id: string): string => `L’activité « ${id} » n’existe pas.`,
  unknownSchool: (id: string): string => `L’établissement « ${id} » n’existe pas.`,
  decisionNeeded: 'Indiquez la date de la délibération qui fixe ces tarifs.',
  fromNeeded: 'Indiquez le jour à compter duquel ces tarifs s’appliquent.',
} as const

/** The entries of the menu [guide 4, 34, 35], in its order. */
export const MENU = {
  home: 'Mon accueil',
  family: 'Ma famille',
  bookings: 'Réservations',
  requests: 'Mes demandes',
  ledger: 'Factures et paiements',
  tariffs: 'Simulation des tarifs',
  news: 'Actualités',
  documents: 'Édition de documents',
  practical: 'Infos pratiques',
  help: 'Aide',
  contacts: 'Contacts',
  terms: 'Conditions générales d’utilisation',
  legal: 'Mentions légales',
  account: 'Mon compte',
} as const
