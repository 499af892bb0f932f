/** The words about addresses at which mails do not arrive. */
export const MAIL_HEALTH = {
  problems: {
    undeliverable: 'Les messages n’arrivent pas',
    complained: 'Messages signalés comme indésirables',
  },
  /** What the trail says once staff have said that mails arrive again. */
  confirmed: 'Remise en service par la mairie',
  holders: {
    family: 'Famille',
    town: 'Service de la mairie',
    unknown: 'Inconnu',
  },
  columns: [
    'Famille',
    'Nom',
    'Responsable',
    'Adresse e-mail',
    'Problème',
    'Depuis le',
    'Factures à envoyer par courrier',
  ],
  tooSoon: 'Cette adresse a déjà été confirmée il y a moins d’un jour.',
} as const
