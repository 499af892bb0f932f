import type { IsoDate, IsoMonth } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { monthLabel, shortDate } from './texts.ts'

/**
 * The words of bills, in French: tariffs, invoices, the ledger and its documents. Older words are in
 * `texts.ts`.
 */

/** What was missing where a day has no price [guide 51]. */
const MISSING = {
  list: 'aucune grille tarifaire n’est en vigueur pour cette activité',
  rule: 'aucune règle de la grille ne s’applique',
  quotient: 'le quotient familial n’est pas connu',
  income: 'le revenu n’est pas connu',
  duration: 'la durée n’est pas notée',
  child: 'l’enfant n’est plus au dossier',
  activity: 'l’activité n’est plus au catalogue',
  unit: 'la prestation n’est plus au catalogue',
} as const

/** What may be missing where a day has no price. */
export type Missing = keyof typeof MISSING

/** « de septembre 2025 », « d’octobre 2025 ». */
const ofMonth = (month: IsoMonth): string => {
  const label = monthLabel(month)
  return /^[ao]/.test(label) ? `d’${label}` : `de ${label}`
}

/** Several days shortly: all of few, else how many and the first. */
const daysLabel = (days: readonly IsoDate[]): string => {
  const [first] = days
  if (first === undefined) return ''
  if (days.length === 1) return `le ${shortDate(first)}`
  return `${String(days.length)} jours dès le ${shortDate(first)}`
}

/** The words of what a bill is made of. */
export const BILL = {
  unpriced: (about: {
    child: string
    activity: string
    unit: string
    category: string
    days: readonly IsoDate[]
    missing: Missing
  }): string =>
    `Aucun tarif pour ${about.child} : ${about.activity}, ${about.unit}, catégorie ${about.category}, ${daysLabel(about.days)} (${MISSING[about.missing]}).`,
  unpricedOnce: (about: { name: string; child: string | undefined; missing: Missing }): string =>
    `Aucun montant pour « ${about.name} »${about.child === undefined ? '' : `, ${about.child}`} (${MISSING[about.missing]}).`,
  /** What a line is of: « Matin + Après-midi – repas ». */
  lineLabel: (units: readonly string[], part: string | undefined): string =>
    part === undefined ? units.join(' + ') : `${units.join(' + ')} – ${part}`,
  pack: (name: string, days: number, from: number): string =>
    `« ${name} » : un prix unique pour le mois à partir de ${String(from)} jour(s) ; ${String(days)} jour(s) comptés.`,
  dayCredit: (name: string, days: number, price: Cents, until: IsoDate): string =>
    `« ${name} » : ${String(days)} jour(s) payés d’avance pour ${euros(price)}, à utiliser jusqu’au ${shortDate(until)}.`,
  paidInAdvance: (name: string, from: IsoDate): string =>
    `Jours payés d’avance : « ${name} » du ${shortDate(from)}.`,
  fee: {
    'school-year': (reason: string): string => `Une fois par année scolaire. ${reason}`,
    'school-holiday': (reason: string): string =>
      `Une fois par période de vacances scolaires. ${reason}`,
  },
  aid: (payer: string, from: IsoDate, until: IsoDate): string =>
    `Prise en charge par ${payer}, accordée du ${shortDate(from)} au ${shortDate(until)} : jamais plus que le prix du jour, et non pour une absence injustifiée.`,
  minimum: (name: string, amount: Cents): string =>
    `« ${name} » : ${euros(amount)} au moins pour un mois facturé.`,
  carriedLabel: (month: IsoMonth): string => `Report ${ofMonth(month)}`,
  carried: (month: IsoMonth): string =>
    `Montant ${ofMonth(month)}, trop faible pour une facture, reporté sur celle-ci.`,
  /** Why a line corrects a month; the reason of what was corrected before is told once. */
  correction: (month: IsoMonth, reason: string): string => {
    const opening = `Régularisation ${ofMonth(month)}.`
    return reason.startsWith(opening) ? reason : `${opening} ${reason}`
  },
} as const

/** The words of the ledger: what families owe and pay [guide 28, 29, 30, 31]. */
export const LEDGER = {
  labels: {
    invoice: (number: string): string => `Facture n° ${number}`,
    'credit-note': (number: string): string => `Avoir n° ${number}`,
    /** With what families know it by from the program before. */
    former: (label: string, former: string): string => `${label} (reprise : ${former})`,
    payment: (number: string): string => `Paiement n° ${number}`,
    refund: (number: string): string => `Remboursement n° ${number}`,
    carried: (month: IsoMonth): string => `Report ${ofMonth(month)}`,
  },
  states: {
    invoice: {
      awaiting: 'En attente de validation du paiement',
      settled: 'Soldée',
      unsettled: 'Non soldée',
      treasury: 'Paiement géré par le Trésor Public',
    },
    'credit-note': { used: 'Utilisé', available: 'À valoir sur vos prochaines factures' },
    payment: { awaiting: 'En attente de validation', validated: 'Validé', cancelled: 'Annulé' },
    carried: { carried: 'Reporté sur la facture suivante' },
    refund: { refunded: 'Remboursé' },
  },
  means: {
    cheque: 'Chèque',
    cash: 'Espèces',
    card: 'Carte bancaire',
    transfer: 'Virement',
    online: 'Paiement en ligne',
    'holiday-voucher': 'Chèque-vacances',
    cesu: 'CESU',
    'caf-voucher': 'Bon CAF',
    'direct-debit': 'Prélèvement',
  },
  /** While somebody pays. */
  onlineUnderWay: 'Paiement en ligne en cours',
  paidInFuture: 'Un paiement ne peut pas être daté d’après aujourd’hui.',
  unknownInvoice: 'Cette famille n’a pas cette facture auprès de cette régie.',
} as const

/** The words of aids by others and of days paid in advance. */
export const GRANTS = {
  unknownActivity: (id: string): string => `« ${id} » n’est pas une activité du catalogue.`,
  mostPercent: 'Une aide ne dépasse pas 100 % du prix.',
} as const

/** What is wrong with the régie of an activity. */
export const REGIES = {
  billsAlready: (activity: string, regieId: string): string =>
    `« ${activity} » est facturée par la régie ${regieId} et le reste : une autre facturerait ses mois une seconde fois.`,
} as const

/** The words of the monthly run: its refusals, the mails that bring its documents. */
export const RUNS = {
  unknownRegie: (regies: readonly string[]): string =>
    `La commune n’a pas cette régie ; elle a : ${regies.join(', ')}.`,
  monthNotOver: 'Ce mois n’est pas terminé : il ne peut pas encore être facturé.',
  unknownFamily: (familyId: string): string => `Le dossier ${familyId} n’existe pas.`,
  otherOpen: (month: IsoMonth): string =>
    `La facturation ${ofMonth(month)} doit d’abord être terminée.`,
  issuing: 'Les factures de ce mois sont en cours d’émission.',
  notIssued: 'Les factures de ce mois ne sont pas encore toutes émises.',
  otherRevision: (revision: number): string =>
    `La facturation a été relancée : vérifiez les projets de la version ${String(revision)}.`,
  notToCheck: {
    opening: 'La facturation est en cours de préparation.',
    prepared: 'Tous les projets ne sont pas encore calculés.',
    issued: 'Les factures de ce mois sont émises.',
    mailed: 'Les factures de ce mois sont émises et envoyées.',
  },
  creditNoteSubject: (month: IsoMonth): string => `Votre avoir ${ofMonth(month)}`,
  invoiceSubject: (month: IsoMonth): string => `Votre facture ${ofMonth(month)}`,
  creditNoteIntroduction: (about: { month: IsoMonth; number: string; regie: string }): string =>
    `Votre avoir n° ${about.number} pour ${monthLabel(about.month)} (${about.regie}) est disponible.`,
  invoiceIntroduction: (about: { month: IsoMonth; number: string; regie: string }): string =>
    `Votre facture n° ${about.number} pour ${monthLabel(about.month)} (${about.regie}) est disponible.`,
  lineColumns: ['Enfant', 'Prestation', 'Quantité', 'Prix unitaire', 'Montant'],
  credit: (amount: Cents): string =>
    `En votre faveur : ${euros(amount)}, à valoir sur vos prochaines factures.`,
  toPay: (total: Cents, dueOn: IsoDate): string =>
    `Total à payer : ${euros(total)}, au plus tard le ${shortDate(dueOn)}.`,
  nothingToPay: 'Vous n’avez rien à payer.',
  ledgerLink: 'Voir mes factures',
} as const

/** The words of what goes to the finance software. */
export const EXPORTS = {
  documents: { invoice: 'Facture', 'credit-note': 'Avoir' },
  invoiceColumns: [
    'Régie',
    'Nature',
    'Numéro',
    'Mois',
    'Date',
    'Échéance',
    'Dossier',
    'Famille',
    'Adresse',
    'Complément',
    'Code postal',
    'Commune',
    'Compte',
    'Montant',
    'Total',
  ],
  accountColumns: ['Activité', 'Nature', 'Compte', 'Quantité', 'Montant'],
  kinds: {
    unit: 'Prestations',
    supplement: 'Majorations',
    fee: 'Frais',
    pack: 'Forfaits',
    'day-credit': 'Jours payés d’avance',
    aid: 'Aides',
    minimum: 'Minimum',
    carried: 'Reports des mois précédents',
    'taken-over': 'Reprises du logiciel précédent',
  },
  carriedOn: 'Reporté sur les factures suivantes',
  total: 'Total',
} as const
