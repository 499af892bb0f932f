import type { IsoDate, IsoMonth } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { monthLabel, shortDate } from './texts.ts'

/** The words of the desk and of the accountant's books, in French. */

/** Why a payment cannot be noted at the desk. */
export const DESK = {
  notOfRegie: (means: string): string =>
    `L’acte de la régie ne prévoit pas ce mode de paiement : ${means}.`,
  atMost: (amount: Cents): string => `La régie n’accepte pas plus de ${euros(amount)} à la fois.`,
  nothingToPay: (means: string): string =>
    `Rien de cette facture ne peut être payé par ce mode : ${means}.`,
  otherSum: (amount: Cents): string =>
    `La somme des titres est de ${euros(amount)} : aucune monnaie n’est rendue.`,
  noInstruments: 'Seuls les titres et les chèques ont un numéro et une valeur.',
  usedTwice: (number: string): string => `Le titre n° ${number} figure deux fois.`,
  noTitles: 'Indiquez chaque titre : son numéro, sa valeur, son émetteur et son année.',
  noIssuer: 'Indiquez l’émetteur du titre.',
  noVintage: 'Indiquez le millésime du titre.',
  expired: (until: IsoDate): string => `Ce titre était valable jusqu’au ${shortDate(until)}.`,
  notGoodYet: (from: IsoDate): string =>
    `Ce titre n’est valable qu’à partir du ${shortDate(from)}.`,
  creditIs: (amount: Cents): string => `Il reste ${euros(amount)} à rembourser.`,
} as const

/** Why a deposit or a closing is refused. */
export const BOOKS = {
  notDepositable:
    'Ce paiement ne peut pas être remis : il est annulé, en attente, d’un autre mode ou déjà remis.',
  monthNotOver: (month: IsoMonth): string => `Ce mois n’est pas terminé : ${monthLabel(month)}.`,
  closeFirst: (month: IsoMonth): string => `Un mois doit être clos avant : ${monthLabel(month)}.`,
  periodTooLong: 'Pas plus d’un mois à la fois.',
  movements: { payment: 'Encaissement', reversal: 'Annulation', refund: 'Remboursement' },
  reversals: { mistake: 'erreur', bounced: 'impayé', rejected: 'rejet de la banque' },
  journalColumns: [
    'Régie',
    'Date',
    'Nature',
    'Numéro',
    'Quittance',
    'Dossier',
    'Mode',
    'Motif',
    'Montant',
    'Cumul',
  ],
  cashUpColumns: [
    'Régie',
    'Date',
    'Mode',
    'Encaissements',
    'Montant encaissé',
    'Annulations',
    'Montant annulé',
    'Remboursements',
    'Montant remboursé',
    'Net',
  ],
  depositColumns: [
    'Régie',
    'Bordereau',
    'Date de remise',
    'Mode',
    'Paiement',
    'Quittance',
    'Dossier',
    'Date du paiement',
    'Titres',
    'Montant',
  ],
  total: 'Total',
} as const

/** The words of a receipt (quittance) on paper. */
export const RECEIPT_PAPER = {
  title: (receipt: string): string => `Quittance n° ${receipt}`,
  facts: {
    receipt: 'Numéro de quittance',
    payment: 'Numéro de paiement',
    paidOn: 'Date du paiement',
    means: 'Mode de paiement',
    reference: 'Référence',
    payer: 'Payé par',
    regie: 'Régie',
    family: 'Dossier famille',
  },
  received: 'Montant reçu',
  uses: 'Factures réglées par ce paiement',
  usesAt: (date: IsoDate): string =>
    `Situation au ${shortDate(date)} ; un avoir ou une annulation peut la changer.`,
  columns: { invoice: 'Facture', month: 'Période', amount: 'Montant' },
  left: 'À valoir sur vos prochaines factures',
  leftOfVouchers: 'À valoir sur les prestations que ce titre peut payer',
  cancelled: (date: IsoDate): string => `Ce paiement a été annulé le ${shortDate(date)}.`,
  instruments: 'Titres',
  instrumentColumns: {
    number: 'Numéro',
    issuer: 'Émetteur',
    vintage: 'Millésime',
    value: 'Valeur',
  },
} as const

/** The words of a deposit (bordereau de remise) on paper. */
export const DEPOSIT_PAPER = {
  title: (regieId: string, number: number): string =>
    `Bordereau de remise n° ${regieId}-${String(number)}`,
  facts: {
    regie: 'Régie',
    depositedOn: 'Date de remise',
    means: 'Mode de paiement',
    count: 'Nombre de paiements',
  },
  total: 'Total remis',
  payments: 'Paiements remis',
  columns: {
    payment: 'Paiement',
    receipt: 'Quittance',
    paidOn: 'Date',
    family: 'Dossier',
    titles: 'Titres',
    amount: 'Montant',
  },
  signature: 'Date et signature du régisseur :',
} as const
