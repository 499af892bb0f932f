import type { IsoDate, IsoMonth } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { listOf, monthLabel, shortDate } from './texts.ts'

const days = (count: number): string => (count === 1 ? '1 jour' : `${String(count)} jours`)

/** An invoice as a line of a mail names it. */
interface Named {
  readonly number: string
  readonly month: IsoMonth
  readonly due: Cents
}

/** The words of what nobody pays: refusals, states, lists. */
export const ARREARS = {
  blocked: (about: { regie: string; overdue: Cents; contact: string }): string =>
    `${about.regie} : ${euros(about.overdue)} restent à payer après la date limite. Les annulations restent possibles ; les nouvelles réservations reprennent dès le paiement, ou un échéancier convenu avec la régie (${about.contact}).`,
  planStates: {
    kept: 'Échéancier respecté',
    broken: 'Échéancier non respecté',
    done: 'Échéancier terminé',
    ended: 'Échéancier annulé',
  },
  unknownInvoice:
    'Cette facture n’est pas, ou plus, à payer à cette régie ; une facture confiée au Trésor public se règle avec lui.',
  alreadyPlanned: (number: string): string =>
    `La facture n° ${number} est déjà dans un échéancier en cours ; annulez-le d’abord.`,
  sumOfInstalments: (sum: Cents, due: Cents): string =>
    `Les échéances font ${euros(sum)} ; ${euros(due)} restent à payer sur ces factures.`,
  instalmentOrder: 'Les échéances se suivent, à partir d’aujourd’hui.',
  noTransfers: 'Cette régie ne confie pas de factures au Trésor public.',
  otherTransfer: (next: number): string =>
    `Le prochain bordereau de cette régie porte le n° ${String(next)}.`,
  transferOpen: 'Ce bordereau n’est pas terminé : validez-le de nouveau pour le poursuivre.',
  transferStates: { open: 'En cours', done: 'Terminé' },
  noPes: 'Cette régie n’a pas de paramètres PES.',
  noProduct: (account: string): string =>
    account === ''
      ? 'Aucun produit local n’est paramétré pour les lignes sans compte.'
      : `Aucun produit local n’est paramétré pour le compte ${account}.`,
} as const

/** The head of each column of the lists, in its order. */
export const ARREARS_EXPORTS = {
  unpaidColumns: [
    'Régie',
    'Dossier famille',
    'Famille',
    'Facture',
    'Mois',
    'Date limite',
    'Jours de retard',
    'Reste dû',
    'Non échu',
    '0 à 30 jours',
    '31 à 60 jours',
    '61 à 90 jours',
    'Plus de 90 jours',
    'Paiement en attente de validation',
    'Échéancier',
  ],
  planned: 'oui',
  transferColumns: [
    'Régie',
    'Bordereau',
    'Date',
    'Dossier famille',
    'Civilité',
    'Nom',
    'Prénom',
    'Adresse',
    'Complément',
    'Code postal',
    'Ville',
    'Facture',
    'Mois',
    'Émise le',
    'Date limite',
    'Montant de la facture',
    'Confié au Trésor public',
    'Compte',
    'Montant du compte',
  ],
} as const

/** The mails about what is due. */
export const ARREARS_MAILS = {
  reminderSubject: (total: Cents): string => `Rappel : ${euros(total)} restent à payer`,
  reminderIntroduction:
    'Sauf erreur de notre part, les factures suivantes ne sont pas payées alors que leur date limite est passée.',
  reminderHead: ['Facture', 'Mois', 'Date limite', 'Retard', 'Reste à payer'],
  reminderRow: ({ number, month, due, dueOn, late }: Named & { dueOn: IsoDate; late: number }) => [
    `n° ${number}`,
    monthLabel(month),
    shortDate(dueOn),
    days(late),
    euros(due),
  ],
  reminderTotal: (total: Cents): string => `Total à payer sans attendre : ${euros(total)}.`,
  reminderMeans: (regie: string, means: readonly string[], contact: string): string =>
    means.length === 0
      ? `${regie} : renseignez-vous auprès de la régie (${contact}).`
      : `${regie} : ${listOf(means)}. Une difficulté pour payer ? Écrivez à la régie (${contact}) : elle peut convenir avec vous d’un échéancier.`,
  reminderCrossed: 'Si vous venez de payer, ne tenez pas compte de ce message.',
  reminderConsequence:
    'À défaut de paiement, ces sommes sont confiées au comptable public (Trésor public), qui peut les recouvrer par la contrainte.',
  reminderLink: 'Voir et payer mes factures',
  planSubject: (number: number): string => `Échéancier de paiement n° ${String(number)}`,
  planIntroduction: (numbers: readonly string[], total: Cents): string =>
    `La régie a convenu avec vous d’un échéancier de ${euros(total)} pour ${numbers.length === 1 ? 'la facture' : 'les factures'} ${listOf(numbers.map((number) => `n° ${number}`))} :`,
  instalment: (on: IsoDate, amount: Cents): string =>
    `${euros(amount)} au plus tard le ${shortDate(on)}`,
  planEffect:
    'Tant que chaque échéance est payée à sa date, ces factures ne donnent lieu à aucun rappel et vous pouvez réserver. Vos paiements vont d’abord aux factures que vous désignez, sinon aux plus anciennes.',
  planLink: 'Voir mes factures et l’échéancier',
} as const

/** The words of letters of reminder on paper. */
export const REMINDER_PAPER = {
  title: 'Rappel de factures impayées',
  facts: { date: 'Date du rappel', family: 'Dossier famille' },
  introduction:
    'Sauf erreur de notre part, les factures ci-dessous ne sont pas payées à ce jour, alors que leur date limite de paiement est passée.',
  caption: 'Factures à payer',
  columns: {
    invoice: 'Facture',
    month: 'Période',
    dueOn: 'Date limite',
    late: 'Retard',
    due: 'Reste à payer',
  },
  late: days,
  total: 'Total à payer',
  payment: 'Pour payer',
  means: 'Moyens de paiement acceptés',
  crossed:
    'Si votre paiement a croisé ce courrier, nous vous prions de ne pas en tenir compte. En cas de difficulté, prenez contact avec la régie : un échéancier peut être convenu.',
  consequence:
    'À défaut de paiement, ces sommes seront confiées au comptable public, qui en poursuivra le recouvrement (CGCT, articles L. 1617-5 et D. 1611-1).',
} as const

/** The words of the file for Hélios, in capitals without accents as it asks for them. */
export const PES_TEXTS = {
  object: (regie: string, number: number): string =>
    `${regie} - impayes - bordereau ${String(number)}`,
  piece: (month: IsoMonth): string => `Services a l'enfance ${monthLabel(month)}`,
  line: (month: IsoMonth): string => `Services a l'enfance ${monthLabel(month)}`,
} as const
