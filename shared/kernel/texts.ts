import type { IsoDate, IsoMonth, Weekday } from './dates.ts'
import { weekdayOf } from './dates.ts'
import type { ErrorCode } from './errors.ts'

/**
 * The catalogue of what people read, in French: titles of refusals, legends, labels. Everything else
 * asks for its words here; those of mails are in `mail-texts.ts`.
 */

const WEEKDAYS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'] as const

const MONTHS = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
] as const

/** `mercredi`; Monday is 1. */
export const weekdayName = (weekday: Weekday): string => WEEKDAYS[weekday - 1] ?? ''

/** `2025-09-02` as `02/09/2025`. */
export const shortDate = (date: IsoDate): string =>
  `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`

/** `2025-09-02` as `mardi 02/09/2025`, as the recap pages of guide 002 write it. */
export const dayLabel = (date: IsoDate): string =>
  `${weekdayName(weekdayOf(date))} ${shortDate(date)}`

/** A day and an hour of Paris as `mardi 02/09/2025 à 18:00`. */
export const momentLabel = (date: IsoDate, time: string): string => `${dayLabel(date)} à ${time}`

/** `2025-09` as `septembre 2025`. */
export const monthLabel = (month: IsoMonth): string =>
  `${MONTHS[Number(month.slice(5)) - 1] ?? ''} ${month.slice(0, 4)}`

/** « a, b et c ». */
export const listOf = (words: readonly string[]): string =>
  words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} et ${words[words.length - 1] ?? ''}`

/** The title of each refusal, as problem+json shows it. */
export const PROBLEM_TITLES = {
  'invalid-request': 'La demande contient des erreurs.',
  'unsupported-media-type': 'Le corps de la demande doit être du JSON.',
  'request-too-large': 'La demande est trop volumineuse.',
  'bad-credentials': 'Identifiant ou mot de passe incorrect.',
  'too-many-attempts': 'Trop de tentatives. Patientez quelques minutes.',
  'password-change-required': 'Le mot de passe doit d’abord être changé.',
  'session-over': 'Cette connexion n’est plus valable. Connectez-vous de nouveau.',
  'bad-code': 'Ce code est incorrect ou n’est plus valable.',
  'weak-password': 'Ce mot de passe n’est pas accepté. Choisissez-en un autre.',
  'email-in-use': 'Cette adresse e-mail est déjà celle d’un autre compte.',
  'own-account': 'Vous ne pouvez pas retirer vos propres droits d’administration.',
  forbidden: 'Vous n’avez pas accès à cette partie du portail.',
  'not-found': 'Cette page ou ce dossier n’existe pas.',
  'idempotency-key-reused': 'Cette clé d’idempotence a déjà servi à une autre demande.',
  'concurrent-change': 'Le dossier vient d’être modifié par ailleurs. Recommencez.',
  'changed-meanwhile':
    'Cette fiche a changé depuis que vous l’avez ouverte. Relisez-la, puis recommencez.',
  'file-inactive': 'Ce dossier n’est plus actif. Contactez la mairie.',
  'file-full': 'Ce dossier ne peut pas contenir davantage de fiches.',
  'merge-refused': 'Ces dossiers ne peuvent pas être réunis.',
  'erasure-refused': 'Ce dossier ne peut pas être effacé pour le moment.',
  'health-record-off': 'La mairie ne conserve pas de fiche sanitaire détaillée.',
  'consent-missing': 'Votre accord est nécessaire.',
  'quotient-unknown': 'Aucun quotient familial n’a été trouvé.',
  'file-missing': 'Le fichier de ce document n’est pas là.',
  'file-refused': 'Ce fichier n’est pas accepté.',
  'too-many-files': 'Trop de documents attendent déjà d’être vérifiés.',
  'unknown-enrolment': 'Cette inscription n’existe pas dans votre dossier.',
  'not-linkable': 'Ces deux dossiers ne peuvent pas être reliés.',
  'not-eligible': 'Cette inscription n’est pas possible.',
  'already-enrolled': 'L’enfant est déjà inscrit à cette activité.',
  'days-booked': 'Des jours sont réservés après la fin de l’inscription.',
  'unknown-unit': 'Cette prestation n’existe pas dans cette activité.',
  'unknown-invoice': 'Cette facture n’existe pas dans ce dossier.',
  'exclusive-units': 'Ces prestations ne peuvent pas être réservées le même jour.',
  'period-out-of-range': 'La période demandée n’est pas possible.',
  'nothing-to-change': 'Cette demande ne change rien au planning.',
  'already-decided': 'Cette demande a déjà reçu une réponse.',
  'offer-over': 'Le délai pour accepter cette place est dépassé.',
  'capacity-below-bookings': 'Plus d’enfants sont déjà inscrits que ce nombre de places.',
  'price-list-in-force': 'Une grille tarifaire en vigueur ne change plus.',
  'regie-in-use': 'Une activité ne change plus de régie.',
  'group-full': 'Le nouveau groupe n’a pas assez de places.',
  'other-run-open': 'Un autre mois de cette régie est en cours de facturation.',
  'run-not-ready': 'La facturation de ce mois n’en est pas là.',
  'certificate-late': 'Le justificatif est arrivé après le délai.',
  'means-not-allowed': 'Ce mode de paiement n’est pas accepté ici.',
  'payment-locked': 'Ce paiement ne peut plus être modifié.',
  'payment-open': 'Un paiement est déjà en cours.',
  'payment-too-large': 'Le montant dépasse ce qui peut être payé ainsi.',
  'voucher-used': 'Ce titre de paiement a déjà servi.',
  'online-refused':
    'Le service de paiement en ligne n’a pas ouvert le paiement. Réessayez plus tard.',
  'month-closed': 'Les comptes de ce mois sont clos.',
  'mandate-missing': 'Il n’y a pas de mandat de prélèvement valable.',
  'mandate-exists': 'La famille a déjà un mandat de prélèvement en vigueur auprès de cette régie.',
  'debts-overdue':
    'Des factures échues ne sont pas payées : aucune nouvelle réservation n’est possible.',
  'plan-open': 'Un échéancier est déjà en cours pour l’une de ces factures.',
  'plan-over': 'Cet échéancier est déjà terminé ou annulé.',
  'nothing-to-transfer': 'Aucune facture n’est à confier au Trésor public.',
  'transfer-open': 'Ce bordereau n’est pas encore terminé.',
  'regie-not-set': 'La régie n’est pas paramétrée pour cela.',
  'request-withdrawn': 'La famille a annulé cette demande.',
  'date-not-requested': 'Ce jour ne figure pas dans la demande.',
  unavailable: 'Le service est momentanément indisponible. Réessayez dans un instant.',
  internal: 'Une erreur est survenue. Réessayez ; si elle persiste, contactez la mairie.',
} as const satisfies Record<ErrorCode, string>

/** What is wrong with one field, in a sentence. */
export const FAULTS = {
  required: 'Ce champ est obligatoire.',
  type: (expected: string): string => `Valeur attendue : ${expected}.`,
  format: (expected: string): string => `Format attendu : ${expected}.`,
  oneOf: (values: readonly string[]): string => `Valeurs possibles : ${values.join(', ')}.`,
  atLeast: (minimum: string, unit: string): string => `Au moins ${minimum}${unit}.`,
  atMost: (maximum: string, unit: string): string => `Au plus ${maximum}${unit}.`,
  unknownField: (name: string): string => `Le champ « ${name} » n’est pas prévu ici.`,
  invalid: 'Cette valeur n’est pas valable.',
  unknownReference: (id: string): string => `« ${id} » n’existe pas dans ce fichier.`,
  twice: (id: string): string => `« ${id} » figure deux fois dans cette liste.`,
  excluded: (id: string): string => `« ${id} » est incompatible avec cette prestation.`,
  bringsDependent: (id: string): string =>
    `« ${id} » dépend d’une autre prestation que celle qui l’entraîne.`,
  circle: (id: string): string => `« ${id} » dépend d’elle-même, à travers d’autres prestations.`,
  json: 'Le corps n’est pas du JSON bien formé.',
  oneSchoolYear: 'Une inscription reste dans une année scolaire, du 1er septembre au 31 août.',
  belief: 'Un régime se nomme par ce qui est servi, jamais par une croyance.',
  types: {
    string: 'un texte',
    number: 'un nombre',
    int: 'un nombre entier',
    boolean: 'vrai ou faux',
    array: 'une liste',
    object: 'un objet',
    record: 'un objet',
  },
  formats: {
    date: 'une date AAAA-MM-JJ',
    email: 'une adresse e-mail',
    url: 'une adresse web',
    datetime: 'une date et une heure',
    template_literal: 'une date AAAA-MM-JJ ou un mois AAAA-MM',
    phone: 'un numéro de téléphone, comme +33612345678',
    iban: 'un IBAN valable de la zone SEPA, comme FR14 2004 1010 0505 0001 3M02 606',
    postcode: 'un code postal français à cinq chiffres, comme 77240',
    version: 'la version lue, entre guillemets : "3"',
    regex: 'des caractères autorisés seulement',
    'french-date': 'une date JJ/MM/AAAA',
    'french-month': 'un mois MM/AAAA',
    'french-amount': 'un montant en euros, comme 1 234,56',
    'french-decimal': 'un nombre, comme 1 234,56',
    'french-count': 'un nombre entier',
    'withdrawn-authority': 'un responsable et une date, comme 12 depuis 01/09/2025',
  },
  characters: ' caractère(s)',
  items: ' élément(s)',
} as const

/** What each letter of a planning says, beside the legend of guide 000. */
export const PLANNING_LEGEND = {
  nothing: 'Aucune réservation',
  requested: 'Présence en attente de traitement',
  accepted: 'Présence acceptée',
  cancelling: 'Demande d’annulation',
  refused: 'Aucune place disponible',
  waiting: 'Sur liste d’attente',
  offered: 'Place proposée, réponse attendue',
  late: 'Présence acceptée hors délais',
  excused: 'Absence justifiée',
  absent: 'Absence non justifiée',
  unbooked: 'Présence sans réservation',
} as const

/** Why a day can or cannot be changed. */
export const AVAILABILITY_LEGEND = {
  open: 'Modifiable',
  noService: 'Pas de service ce jour-là',
  publicHoliday: 'Jour férié',
  schoolHoliday: 'Vacances scolaires',
  schoolTime: 'Période scolaire',
  closed: 'Fermeture décidée par la mairie',
  notEnrolled: 'Enfant non inscrit à cette date',
  otherHousehold: 'Semaine de l’autre foyer de l’enfant',
  deadlinePassed: 'Délai dépassé',
  cancelOnly: 'Annulation seulement : délai de réservation dépassé',
  addOnly: 'Réservation seulement : délai d’annulation dépassé',
  lateOnly: 'Réservation hors délais seulement, au tarif correspondant',
  notYetOpen: 'Réservations pas encore ouvertes',
} as const

/** Whether a limited activity has room on a day. */
export const PLACES_LEGEND = {
  room: 'Places disponibles',
  full: 'Complet',
  closed: 'Pas d’accueil ce jour-là',
} as const

/** Why a wish leaves a day as it is. */
export const KEPT_REASONS = {
  addDeadline: 'Délai de réservation dépassé',
  cancelDeadline: 'Délai d’annulation dépassé',
  exclusive: 'Incompatible avec une prestation maintenue ce jour-là',
  dependent: 'Nécessite une autre prestation le même jour',
  required: 'Comprise dans une prestation maintenue ce jour-là',
  full: 'Aucune place disponible',
  marked: 'Présence ou absence déjà enregistrée',
} as const

/** The state of a request as families read it [guide 46]. */
export const REQUEST_STATES = {
  accepted: 'Traitée positivement',
  pending: 'En attente d’instruction',
  refused: 'Traitée négativement',
  waiting: 'Sur liste d’attente',
  withdrawn: 'Annulée par la famille',
} as const

/** What has become of a day of a request [guide 46]. */
export const DAY_OUTCOMES = {
  booked: 'Réservée',
  cancelled: 'Annulée',
  requested: 'En attente d’instruction',
  'cancellation-requested': 'Annulation en attente d’instruction',
  refused: 'Refusée',
  'cancellation-refused': 'Annulation refusée',
  waiting: 'Sur liste d’attente',
  offered: 'Place proposée, réponse attendue',
  unplaced: 'Aucune place disponible',
  withdrawn: 'Demande annulée par la famille',
  moot: 'Sans objet : fait aussitôt, modifié depuis, ou jour passé',
} as const

/** Sentences of refusals that say more than their title. */
export const DETAILS = {
  dateNotRequested: (date: IsoDate): string =>
    `Le ${dayLabel(date)} ne figure pas dans la demande.`,
  exclusiveUnits: (date: IsoDate, units: readonly string[]): string =>
    `Le ${dayLabel(date)}, ${listOf(units)} ne peuvent pas être réservés ensemble.`,
  unknownEnrolment: 'Cette inscription n’existe pas.',
  unknownUnit: (activity: string): string => `Prestation inconnue dans l’activité « ${activity} ».`,
  noSchoolYear: 'Aucune année scolaire n’est publiée pour cette période.',
  periodOrder: 'Le premier jour doit précéder le dernier.',
  periodLength: 'Une période compte au plus 366 jours.',
  periodTwice: 'Indiquez une semaine, un mois ou des dates, mais pas plusieurs à la fois.',
  tooManyEnrolments:
    'Trop d’inscriptions ou de jours en liste d’attente dans une seule demande ; envoyez-la en plusieurs fois.',
  unreadableFile: 'Le dossier de cette famille n’a pas pu être lu ; elle n’a pas été facturée.',
  unknownChild: 'Cet enfant n’existe pas dans ce dossier.',
  tooManyMarks: (most: number): string =>
    `Envoyez au plus ${String(most)} pointages à la fois, chacun d’un enfant pour une prestation.`,
  sheetFull: 'Cette feuille est pleine.',
  markInFuture: 'Ce pointage porte une heure à venir.',
  sheetInFuture: 'Une feuille ne se pointe pas à l’avance.',
  dayClosed: (reason: string): string => `L’activité n’a pas lieu ce jour-là : ${reason}.`,
  placesHeld: (held: number, wanted: number): string =>
    `${String(held)} place(s) sont déjà réservées ce jour-là ; ${String(wanted)} ne suffisent pas.`,
  fillPeriod: (days: number): string => `Indiquez une période de ${String(days)} jours au plus.`,
  meansCount: 'Ces ressources comptent déjà ; notez-en d’autres plutôt que de les supprimer.',
  groupFrom: 'Le changement de groupe prend effet entre aujourd’hui et la fin de l’inscription.',
  sameGroup: 'L’enfant est déjà dans ce groupe.',
  groupFull: (days: readonly IsoDate[]): string =>
    `Le groupe n’a pas de place pour l’enfant : ${listOf(days.map(dayLabel))}.`,
  leftBeforeArrival: 'Le départ ne peut pas précéder l’arrivée.',
  notByTime: 'Des heures ne se notent que pour une présence facturée au temps passé.',
  receivedInFuture: 'Le justificatif ne peut pas arriver après aujourd’hui.',
  certificateLate: (days: number, until: IsoDate): string =>
    `Un justificatif se remet sous ${String(days)} jour(s) : il était attendu le ${shortDate(until)} au plus tard.`,
} as const

/** The words of the calendar that families subscribe to. */
export const CALENDAR = {
  name: (portal: string): string => `${portal} : réservations`,
  event: (about: { child: string; activity: string; units: readonly string[] }): string =>
    `${about.child} – ${about.activity} (${about.units.join(', ')})`,
} as const

/** The mails that the user pool itself sends: the two moments at which nobody is signed in. */
export const ACCOUNT_MAILS = {
  invitation: (town: string, portalUrl: string) => ({
    emailSubject: `Votre compte sur le portail famille de ${town}`,
    emailBody:
      `<div lang="fr"><p>Bonjour,</p><p>Votre compte sur le portail famille de ${town} est ouvert.</p>` +
      `<p>Identifiant : {username}<br>Mot de passe provisoire : {####}</p>` +
      `<p>Connectez-vous sur <a href="${portalUrl}">${portalUrl}</a> dans les sept jours ` +
      `pour choisir votre mot de passe.</p></div>`,
  }),
  verification: (town: string) => ({
    emailSubject: `Votre code pour le portail famille de ${town}`,
    emailBody:
      `<div lang="fr"><p>Bonjour,</p><p>Votre code : {####}</p>` +
      `<p>Si vous n’avez rien demandé, ne tenez pas compte de ce message.</p></div>`,
  }),
} as const

/** The words of day sheets and headcounts. */
export const REGISTERS = {
  columns: {
    group: 'Groupe',
    lastName: 'Nom',
    firstName: 'Prénom',
    birthDate: 'Né(e) le',
    diets: 'Régimes',
    allergy: 'PAI',
    leavesAlone: 'Part seul(e)',
    collectors: 'Peuvent venir chercher l’enfant',
    phones: 'À appeler',
    mark: 'Pointage',
    times: 'Arrivée – départ',
    child: 'Enfant',
    presence: 'Présence',
    signature: 'Signature',
    day: 'Jour',
    unit: 'Prestation',
    expected: 'Attendus',
    absent: 'Absents',
  },
  marks: { present: 'Présent', absent: 'Absent', excused: 'Absent, justifié' },
  yes: 'oui',
  no: 'non',
  /** Where a child is present without being enrolled. */
  withoutGroup: 'Sans groupe',
  total: 'Total',
  sheetTitle: 'Feuille de pointage',
  headcountsTitle: 'Effectifs',
  week: (from: IsoDate, to: IsoDate): string => `Semaine du ${shortDate(from)} au ${shortDate(to)}`,
  weekTotal: 'Total de la semaine',
  born: (date: IsoDate): string => `Né(e) le ${shortDate(date)}`,
  notBooked: 'Sans réservation',
  nobody: 'Aucun enfant n’est attendu.',
  closed: 'L’activité n’a pas lieu.',
} as const

/** What stands on every page of a document on paper. */
export const PAPER = {
  printed: (moment: string): string => `Imprimé le ${moment}`,
  page: (number: number, of: number): string => `Page ${String(number)} sur ${String(of)}`,
} as const
