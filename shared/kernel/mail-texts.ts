import type { IsoDate } from './dates.ts'
import { dayLabel, listOf, REQUEST_STATES, shortDate } from './texts.ts'

/** The words of the mails. Sentences take what they speak of and nothing else. */
export const MAILS = {
  greeting: (name: string): string => `Bonjour ${name},`,
  family: (name: string): string => `Famille ${name}`,
  requestTitle: (number: number): string => `Demande n° ${String(number)}`,
  requestAbout: (request: {
    child: string
    activity: string
    facility: string
    from: IsoDate
    to: IsoDate
  }): string =>
    `${request.child} — ${request.activity} — ${request.facility} — du ${shortDate(request.from)} au ${shortDate(request.to)}`,
  serviceMessage: (message: string): string => `Message du service : ${message}`,
  addedDays: {
    accepted: 'Jours réservés :',
    pending: 'Jours demandés :',
    refused: 'Jours demandés, non accordés :',
    waiting: 'Jours réservés :',
    withdrawn: 'Jours retirés de la demande :',
  },
  removedDays: {
    accepted: 'Jours annulés :',
    pending: 'Annulations demandées :',
    refused: 'Annulations demandées, non accordées :',
    waiting: 'Jours annulés :',
    withdrawn: 'Annulations retirées de la demande :',
  },
  waitingDays: 'Jours sur liste d’attente :',
  offeredDays: 'Places proposées, dans l’attente de votre réponse :',
  unplacedDays: 'Jours non réservés, faute de place :',
  ungrantedDays: 'Jours demandés, non accordés :',
  onBehalf: (reason: string): string =>
    `Cette demande a été faite en votre nom par le service. Motif : ${reason}`,
  confirmationSubject: (requests: number): string =>
    requests === 1
      ? 'Nous avons bien enregistré votre demande'
      : `Nous avons bien enregistré vos ${String(requests)} demandes`,
  confirmationIntroduction:
    'Nous avons bien enregistré votre demande de réservation. En voici le détail.',
  requestsLink: 'Suivre mes demandes',
  pendingSubject: (requests: number, family: string): string =>
    `${requests === 1 ? 'Une demande' : `${String(requests)} demandes`} à instruire : famille ${family}`,
  pendingIntroduction: (family: string): string =>
    `La famille ${family} vient de faire une demande qui attend votre décision.`,
  pendingLink: 'Voir les demandes à instruire',
  decisionSubject: (request: { number: number; state: keyof typeof REQUEST_STATES }): string =>
    `Votre demande n° ${String(request.number)} : ${REQUEST_STATES[request.state].toLowerCase()}`,
  decisionsSubject: (numbers: readonly number[]): string =>
    `Vos demandes n° ${listOf(numbers.map(String))} : réponse du service`,
  decisionIntroduction: (requests: number): string =>
    requests === 1
      ? 'Votre demande vient d’être instruite par le service.'
      : 'Vos demandes viennent d’être instruites par le service.',
  daysAbout: (about: { child: string; activity: string; facility: string }): string =>
    `${about.child} — ${about.activity} — ${about.facility}`,
  givenSubject: (child: string): string => `Une place s’est libérée pour ${child}`,
  givenIntroduction: (number: number): string =>
    `Une place s’est libérée : les jours suivants de votre demande n° ${String(number)}, qui étaient sur liste d’attente, sont réservés.`,
  offeredSubject: (child: string, until: string): string =>
    `Une place est proposée à ${child} : répondez avant le ${until}`,
  offeredIntroduction: (number: number): string =>
    `Une place s’est libérée pour les jours suivants de votre demande n° ${String(number)}, qui étaient sur liste d’attente.`,
  offeredUntil: (until: string): string =>
    `Elle vous est gardée jusqu’au ${until}. Sans réponse de votre part, elle sera proposée à la famille suivante.`,
  offersLink: 'Accepter ou refuser la place',
  offerOverSubject: (child: string): string => `La place proposée à ${child} n’est plus gardée`,
  offerOverIntroduction: (number: number): string =>
    `Le délai pour répondre est passé : la place proposée pour les jours suivants de votre demande n° ${String(number)} revient à la famille suivante.`,
  waitOverSubject: (child: string): string => `Aucune place ne s’est libérée pour ${child}`,
  waitOverIntroduction: (number: number): string =>
    `Le délai de réservation est passé et aucune place ne s’est libérée : les jours suivants de votre demande n° ${String(number)}, qui étaient sur liste d’attente, ne sont pas réservés.`,
  closedSubject: (child: string, activity: string): string =>
    `Fermeture : ${activity}, jours annulés pour ${child}`,
  closedIntroduction: (reason: string): string =>
    `La mairie a fermé l’activité les jours suivants. Motif : ${reason}`,
  closedPrice:
    'Vos demandes pour ces jours sont annulées ; rien ne vous en sera facturé, ou ce qui l’est déjà sera déduit de votre prochaine facture.',
  planningLink: 'Voir le planning',
  reminderSubject: (monday: IsoDate): string =>
    `Rien n’est réservé pour la semaine du ${shortDate(monday)}`,
  reminderIntroduction: (monday: IsoDate): string =>
    `D’habitude, vous réservez les activités suivantes. Rien n’est réservé pour la semaine du ${dayLabel(monday)} ; passé le délai, il sera trop tard.`,
  reminderLine: (about: {
    child: string
    activity: string
    facility: string
    until: string
  }): string =>
    `${about.child} — ${about.activity} — ${about.facility} : à réserver avant le ${about.until}`,
  bookLink: 'Réserver',
  reminderStop: 'Vous pouvez arrêter ces rappels à tout moment dans vos préférences.',
  preferencesLink: 'Ne plus recevoir ces rappels',
  newsSubject: (title: string): string => `Actualité : ${title}`,
  newsIntroduction: (from: IsoDate, until: IsoDate): string =>
    from === until
      ? `La mairie vous informe, pour le ${dayLabel(from)} :`
      : `La mairie vous informe, du ${shortDate(from)} au ${shortDate(until)} :`,
  newsLink: 'Voir les actualités',
  newsStop: 'Vous pouvez arrêter ces messages à tout moment dans vos préférences.',
  newsPreferencesLink: 'Ne plus recevoir les actualités',
} as const

/** The words of the page on which mails are stopped by one click. */
export const UNSUBSCRIBE = {
  title: 'Messages du portail famille',
  ask: {
    reminders: 'Voulez-vous ne plus recevoir les rappels avant la fin des réservations ?',
    news: 'Voulez-vous ne plus recevoir les actualités de la mairie ?',
  },
  button: 'Ne plus recevoir ces messages',
  done: {
    reminders:
      'C’est fait : votre famille ne recevra plus les rappels avant la fin des réservations.',
    news: 'C’est fait : votre famille ne recevra plus les actualités de la mairie.',
  },
  service:
    'Les factures et les réponses à vos demandes vous sont toujours envoyées. Vous pouvez changer d’avis à tout moment dans vos préférences, sur le portail.',
} as const
