/** The words about accounts: what is wrong with a password, and the mails. */
export const PASSWORDS = {
  tooShort: (least: number): string => `Au moins ${String(least)} caractères.`,
  lowercase: 'Au moins une lettre minuscule.',
  uppercase: 'Au moins une lettre majuscule.',
  digit: 'Au moins un chiffre.',
  symbol: 'Au moins un caractère spécial, comme ! ? - ou une espace.',
  ends: 'Pas d’espace au début ni à la fin.',
  same: 'Le nouveau mot de passe est le même que l’ancien.',
} as const

/** What is wrong with an account, beside its fields. */
export const ACCOUNTS = {
  sameEmail: 'C’est déjà l’adresse e-mail de ce compte.',
  undeliverable: 'Aucun message ne peut être envoyé à cette adresse e-mail.',
  facilitiesNeeded: 'Indiquez au moins un établissement.',
  facilitiesUnused: 'Seul le personnel d’établissement se limite à des établissements.',
  unknownFacility: (id: string): string => `L’établissement « ${id} » n’existe pas.`,
  childrenAsked: (children: number): string =>
    `Indiquez l’école et la catégorie de chacun des ${String(children)} enfant(s) de la demande.`,
  reasonNeeded: 'Indiquez pourquoi l’adresse e-mail de ce compte change.',
  unknownCategory: (id: string): string => `La catégorie « ${id} » n’existe pas.`,
} as const

/** The mails about accounts that the portal sends by itself. */
export const ACCOUNT_LETTERS = {
  greeting: 'Bonjour,',
  confirmSubject: 'Confirmez votre nouvelle adresse e-mail',
  confirmIntroduction: (hours: number): string =>
    `Pour vous connecter au portail avec cette adresse, ouvrez ce lien dans les ${String(hours)} heures. Jusque-là, votre ancienne adresse reste la vôtre.`,
  confirmLink: 'Confirmer cette adresse',
  confirmIgnore: 'Si vous n’avez rien demandé, ne tenez pas compte de ce message.',
  changeSubject: 'Changement de l’adresse e-mail de votre compte',
  changeIntroduction: (email: string): string =>
    `Un changement vers l’adresse ${email} vient d’être demandé pour votre compte. Il prendra effet quand cette adresse aura été confirmée.`,
  changeAlarm:
    'Si ce n’est pas vous, changez votre mot de passe sans attendre et prévenez la mairie.',
  portalLink: 'Ouvrir le portail',
  movedSubject: 'L’adresse e-mail de votre compte a été changée',
  movedIntroduction:
    'À la place de cette adresse e-mail, le service en a donné une autre à votre compte. Celle à laquelle ce message arrive n’ouvre plus le portail, et toutes vos sessions sont fermées. Si vous ne l’avez pas demandé, prévenez la mairie sans attendre.',
  receivedSubject: 'Votre demande de compte est enregistrée',
  receivedIntroduction:
    'Nous avons bien reçu votre demande de compte sur le portail famille. Le service l’étudie et vous répondra par e-mail.',
  acceptedSubject: 'Votre demande de compte est acceptée',
  acceptedIntroduction:
    'Votre demande de compte est acceptée. Un autre message vous donne votre mot de passe provisoire.',
  refusedSubject: 'Votre demande de compte n’est pas acceptée',
  refusedIntroduction: 'Le service ne peut pas donner suite à votre demande de compte.',
} as const
