/**
 * The words of data protection: the export of what is held about a family, erasure and retention.
 */

/** What kinds of items are called, by their entity. */
export const DATA_TITLES = {
  Family: 'Foyer',
  Guardian: 'Responsables légaux',
  Child: 'Enfants',
  Contact: 'Contacts',
  RemovedContact: 'Contacts supprimés',
  AuthorisationSheet: 'Autorisations en vigueur',
  Enrolment: 'Inscriptions',
  Means: 'Ressources et quotients',
  EnrolmentCard: 'Fiches des registres',
  Planning: 'Plannings',
  Submission: 'Demandes de réservation',
  Receipt: 'Envois de demandes',
  Bond: 'Verrous entre foyers',
  EnrolmentRequest: 'Demandes d’inscription',
  EnrolmentTurn: 'Verrous d’inscription',
  EnrolmentEnd: 'Fins d’inscription',
  ChangeRequest: 'Demandes de modification du dossier',
  AuthorisationRequest: 'Demandes d’autorisation',
  Once: 'Clés d’envoi',
  Enquiry: 'Messages aux services',
  QuotientConsent: 'Consentements à la consultation du quotient',
  QuotientFetch: 'Consultations du quotient',
  HealthRecord: 'Fiches sanitaires',
  HealthConsent: 'Consentements aux fiches sanitaires',
  Attachment: 'Pièces justificatives',
  MailReceipt: 'E-mails envoyés',
  Preferences: 'Préférences',
  UnsubscribeSecret: 'Lien de désinscription des messages',
  Notice: 'Avis envoyés',
  FamilyLink: 'Lien du calendrier',
  SearchEntry: 'Index de recherche',
  TrailEntry: 'Journal du dossier',
  Aid: 'Aides de tiers',
  DayCredit: 'Jours payés d’avance',
  CarryOver: 'Montants reportés',
  MovedIn: 'Reprise du logiciel précédent',
  Review: 'Mois à recalculer',
  Invoice: 'Factures',
  CreditNote: 'Avoirs',
  Carried: 'Montants trop faibles pour une facture',
  Payment: 'Paiements',
  Reversal: 'Annulations de paiements',
  Refund: 'Remboursements',
  HandOver: 'Factures prises en charge par le Trésor public',
  Mandate: 'Mandats de prélèvement',
  Debt: 'Restes à payer',
  PaymentPlan: 'Échéanciers de paiement',
  Reminder: 'Rappels d’impayés',
  Debtor: 'Factures confiées au Trésor public',
  OnlineAttempt: 'Paiements en ligne',
  PayingInvoice: 'Factures en cours de paiement',
  ErasureRequest: 'Demandes d’effacement',
  RetentionWarning: 'Avis de fin de conservation',
} as const

/** What stands in the place of people in accounting data after an erasure. */
export const ERASED = {
  family: 'Famille effacée',
  street: 'Adresse effacée',
  child: (position: number): string => `Enfant ${String(position)}`,
  reason: 'Motif effacé',
  detail: 'Détail effacé',
  label: 'Libellé effacé',
} as const

const during = (months: number): string => `${String(months)} mois`

/** The words of an export. */
export const EXPORT = {
  title: 'Données détenues sur votre famille',
  accounts: 'Comptes de connexion',
  health: 'Fiches sanitaires, contenu',
  facts: { family: 'Famille', reader: 'Établi pour' },
  alsoHeld: (titles: readonly string[]): string =>
    `Sont aussi gardées des traces techniques, sans autre contenu que ce qui précède : ${titles.join(', ')}.`,
  authors: { town: 'La mairie', former: 'Un ancien responsable du dossier' },
  /** For how long each kind is kept, by the months that the town has set. */
  retention: {
    file: (months: number): string =>
      `Conservé tant que le dossier sert, puis ${during(months)} après la dernière inscription.`,
    health: (months: number): string =>
      months === 0
        ? 'Supprimé à la fin de l’année scolaire de la dernière inscription.'
        : `Supprimé ${during(months)} après la fin de l’année scolaire de la dernière inscription.`,
    activity: (months: number): string => `Supprimé ${during(months)} après la fin.`,
    means: (months: number): string => `Supprimé ${during(months)} après la fin de validité.`,
    accounting: (months: number): string =>
      `Pièce comptable, conservée ${during(months)} comme la loi le demande.`,
    trail: (months: number): string => `Supprimé après ${during(months)}.`,
    technical: 'Effacé automatiquement après quelques jours ou quelques semaines.',
  },
  notes: {
    rights:
      'Vous pouvez faire rectifier ou effacer ces données, en limiter le traitement ou vous y opposer en écrivant à la mairie, et saisir la CNIL (cnil.fr).',
    askHealth:
      'Les données de santé des enfants n’y figurent pas : demandez-les expressément pour les recevoir.',
    noHealth:
      'Les données de santé des enfants n’y figurent pas : seuls leurs responsables peuvent les demander, depuis le portail.',
  },
} as const
