/** The words of what people write to the services of the town, and of their answers. */

/** How far an enquiry is [guide 4]. */
export const ENQUIRY_STATES = {
  open: 'En attente de réponse',
  answered: 'Répondu',
  closed: 'Clos',
} as const

export const ENQUIRIES = {
  unknownService: 'Ce service n’existe pas.',
  full: 'Cet échange est trop long : écrivez un nouveau message au service.',
  tooMany: (open: number): string =>
    `${String(open)} de vos messages attendent déjà une réponse : le service doit d’abord y répondre.`,
  receivedSubject: (number: number): string => `Votre message n° ${String(number)} est bien arrivé`,
  received: (number: number, service: string): string =>
    `Votre message n° ${String(number)} a bien été transmis : ${service}. Gardez ce numéro de suivi.`,
  about: (subject: string): string => `Objet : ${subject}`,
  answeredSubject: (number: number): string => `Réponse à votre message n° ${String(number)}`,
  answered: (number: number, service: string): string =>
    `Votre message n° ${String(number)} a reçu une réponse : ${service}.`,
  waitingSubject: (number: number, name: string): string =>
    `Message n° ${String(number)} à traiter : ${name}`,
  waiting: (number: number, name: string, service: string): string =>
    `${name} a écrit à votre service (${service}), sous le n° ${String(number)}. Le message se lit sur le portail.`,
  threadLink: 'Voir l’échange sur le portail',
  inboxLink: 'Voir les messages à traiter',
  writeAgain:
    'Ce message est envoyé automatiquement. Pour écrire de nouveau au service, passez par le portail.',
  greeting: 'Bonjour,',
} as const
