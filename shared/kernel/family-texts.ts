import type { IsoDate } from './dates.ts'
import { dayLabel, listOf, shortDate } from './texts.ts'

/** The words of the family file: what it says of people, their rights and their enrolments. */

const KINDS = {
  'leave-alone': 'Partir seul',
  photograph: 'Être photographié ou filmé',
  transport: 'Être transporté dans un véhicule de la mairie',
  hospitalisation: 'Être hospitalisé en urgence',
  'medical-care': 'Recevoir des soins médicaux',
} as const

/** The words of authorisations and interdictions [guide 55, 56, 57]. */
export const AUTHORISATIONS = {
  kinds: KINDS,
  collect: (contact: { name: string; relation: string }): string =>
    `${contact.name} (${contact.relation}) vient chercher l’enfant`,
  allowed: 'Autorisation',
  forbidden: 'Interdiction',
  undecided: 'Pas encore décidé',
  signs: { allowed: '✓', forbidden: '✗', undecided: '–' },
  mandatory: (kinds: readonly (keyof typeof KINDS)[]): string =>
    `Choisissez autorisation ou interdiction : ${listOf(kinds.map((kind) => KINDS[kind].toLowerCase()))}.`,
  twice: 'Ce choix figure deux fois.',
  unknownEnrolment: 'Cette inscription n’est pas, ou plus, une inscription de cet enfant.',
  accepted: 'Traitée positivement',
  nothing: 'Ces choix sont déjà ceux de la fiche.',
  mailSubject: (number: number): string => `Autorisations : demande n° ${String(number)}`,
  mailIntroduction: (number: number): string =>
    `Votre demande n° ${String(number)} est traitée positivement. Voici ce qui a changé.`,
  mailLine: (change: { what: string; choice: string; activities: readonly string[] }): string =>
    `${change.what} : ${change.choice.toLowerCase()} — ${listOf(change.activities)}`,
  mailLink: 'Voir les autorisations',
} as const

/** The words of enrolments: how they are asked for, granted and ended. */
export const ENROLMENTS = {
  states: {
    pending: 'En attente d’instruction',
    accepted: 'Traitée positivement',
    refused: 'Traitée négativement',
    withdrawn: 'Annulée par la famille',
  },
  wrongAge: (ages: { from: number; to: number }, on: IsoDate): string =>
    `Ce groupe accueille les enfants de ${String(ages.from)} à ${String(ages.to)} ans au ${shortDate(on)}.`,
  wrongClass: (classes: readonly string[]): string =>
    `Ce groupe accueille les classes suivantes : ${listOf(classes)}.`,
  notOpen: (moment: string): string => `Les inscriptions ouvrent le ${moment}.`,
  over: (day: IsoDate): string => `Les inscriptions sont closes depuis le ${shortDate(day)}.`,
  missingDocument: (name: string): string => `Joignez le document suivant : ${name}.`,
  unknownDocument: 'Ce document n’est pas demandé, ou pas dans votre dossier.',
  notOffered: 'Les familles ne s’inscrivent pas elles-mêmes à cette activité.',
  span: (from: IsoDate, until: IsoDate): string =>
    `L’inscription va du ${shortDate(from)} au ${shortDate(until)} au plus.`,
  fromPast: 'L’inscription ne peut pas commencer avant aujourd’hui.',
  enrolled: (from: IsoDate, until: IsoDate): string =>
    `L’enfant est déjà inscrit à cette activité du ${shortDate(from)} au ${shortDate(until)}.`,
  requested: (number: number): string =>
    `La demande n° ${String(number)} attend déjà une réponse pour cette période.`,
  full: (group: string): string => `Le groupe « ${group} » est complet.`,
  lastDay: 'Le dernier jour doit précéder la fin de l’inscription.',
  movedEnd: 'Dates reprises du logiciel précédent.',
  booked: (days: readonly IsoDate[], more: number): string =>
    `Annulez d’abord les jours réservés : ${listOf(days.map(dayLabel))}${more === 0 ? '' : ` et ${String(more)} autre(s)`}.`,
  mail: {
    pending: (about: { child: string; activity: string }): string =>
      `Demande d’inscription enregistrée : ${about.child}, ${about.activity}`,
    accepted: (about: { child: string; activity: string }): string =>
      `${about.child} est inscrit(e) : ${about.activity}`,
    refused: (about: { child: string; activity: string }): string =>
      `Inscription refusée : ${about.child}, ${about.activity}`,
    ended: (about: { child: string; activity: string }): string =>
      `Fin d’inscription : ${about.child}, ${about.activity}`,
  },
  mailIntroduction: {
    pending: (number: number): string =>
      `Votre demande n° ${String(number)} est enregistrée ; le service vous répondra par e-mail.`,
    accepted: (number: number): string =>
      `Votre demande n° ${String(number)} est traitée positivement.`,
    refused: (number: number): string =>
      `Votre demande n° ${String(number)} est traitée négativement.`,
  },
  mailEnded: 'Le service a mis fin à l’inscription suivante.',
  mailPeriod: (about: {
    child: string
    activity: string
    facility: string
    from: IsoDate
    until: IsoDate
  }): string =>
    `${about.child} — ${about.activity} — ${about.facility} — du ${shortDate(about.from)} au ${shortDate(about.until)}`,
  mailCancelled: (about: { child: string; activity: string; facility: string }): string =>
    `${about.child} — ${about.activity} — ${about.facility} : inscription annulée avant son début`,
  mailLink: 'Voir mes inscriptions',
} as const

/** The words of a child of two households. */
export const HOUSEHOLDS = {
  sameFile: 'Les deux enfants sont du même dossier.',
  linkedElsewhere: 'L’un des deux enfants est déjà relié à un autre dossier.',
  otherBirthDate: 'Les deux enfants n’ont pas la même date de naissance.',
  doubles: (days: readonly string[]): string =>
    `Les deux foyers ont réservé des prestations incompatibles : ${listOf(days)}. Annulez-les d’abord dans l’un des deux.`,
} as const
