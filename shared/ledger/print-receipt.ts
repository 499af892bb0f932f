import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Letter, LetterBlock } from '../documents/model.ts'
import type { Family } from '../families/model.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { RECEIPT_PAPER as WORDS } from '../kernel/desk-texts.ts'
import { euros, type Cents } from '../kernel/money.ts'
import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { monthLabel, shortDate } from '../kernel/texts.ts'
import type { Ledger, Payment } from './model.ts'
import { VOUCHERS } from './scope-rules.ts'

/** Which invoices a payment went to, and what is left of it, in cents. */
export interface Uses {
  readonly paidFor: readonly { readonly invoice: string; readonly amount: Cents }[]
  readonly left: Cents
}

/** A payment that has a receipt. */
export type Receipted = Payment & { readonly receipt: string }

const instrumentsOf = ({ instruments = [] }: Payment): LetterBlock[] => {
  if (instruments.length === 0) return []
  const { number, issuer, vintage, value } = WORDS.instrumentColumns
  return [
    { kind: 'heading', text: WORDS.instruments },
    {
      kind: 'table',
      caption: WORDS.instruments,
      columns: [
        { title: number, share: 30 },
        { title: issuer, share: 30 },
        { title: vintage, share: 20 },
        { title: value, share: 20, align: 'right' },
      ],
      rows: instruments.map((each) => ({
        kind: 'line' as const,
        cells: [
          each.number,
          each.issuer ?? '',
          each.vintage === undefined ? '' : String(each.vintage),
          euros(each.value),
        ],
      })),
    },
  ]
}

const usesOf = (
  { means }: Payment,
  { paidFor, left }: Uses,
  { invoices }: Ledger,
  issuedOn: IsoDate,
): LetterBlock[] => {
  const monthOf = new Map(invoices.map(({ number, month }) => [number, monthLabel(month)]))
  const { invoice, month, amount } = WORDS.columns
  const rows = paidFor.map((use) => ({
    kind: 'line' as const,
    cells: [use.invoice, monthOf.get(use.invoice) ?? '', euros(use.amount)],
  }))
  const kept = VOUCHERS.includes(means) ? WORDS.leftOfVouchers : WORDS.left
  const rest = left > 0 ? [{ kind: 'sum' as const, cells: [kept, '', euros(left)] }] : []
  return [
    { kind: 'heading', text: WORDS.uses },
    {
      kind: 'table',
      caption: WORDS.uses,
      columns: [
        { title: invoice, share: 45 },
        { title: month, share: 30 },
        { title: amount, share: 25, align: 'right' },
      ],
      rows: [...rows, ...rest],
    },
    { kind: 'small-print', text: WORDS.usesAt(issuedOn) },
  ]
}

/**
 * The receipt of a payment as a letter (quittance): its gapless number, who received what from whom by
 * which means, and what it pays today. That of a cancelled payment says so.
 *
 * @param uses what it pays; nothing of a cancelled one.
 * @param issuedOn the day of the letter.
 */
export const receiptLetter = (
  town: Catalogue['town'],
  payment: Receipted,
  {
    family,
    ledger,
    uses,
    issuedOn,
  }: {
    readonly family: Family
    readonly ledger: Ledger
    readonly uses: Uses
    readonly issuedOn: IsoDate
  },
): Letter => {
  const { receipt, number, paidOn, means, reference, payer, regieId, amount, familyId } = payment
  const regie = town.regies.find(({ id }) => id === regieId)
  const { facts } = WORDS
  const { cancellation } = payment
  const cancelledOn: LetterBlock[] =
    cancellation === undefined
      ? []
      : [{ kind: 'paragraph', text: WORDS.cancelled(parisDate(new Date(cancellation.at))) }]
  return {
    title: WORDS.title(receipt),
    issuer: issuerOf(town, regie),
    addressee: PAPER_TEXTS.addressOf(family.name, family.address),
    dated: PAPER_TEXTS.dated(town.name, issuedOn),
    date: issuedOn,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: facts.receipt, value: receipt },
          { label: facts.payment, value: String(number) },
          { label: facts.paidOn, value: shortDate(paidOn) },
          { label: facts.means, value: LEDGER.means[means] },
          ...(reference === undefined ? [] : [{ label: facts.reference, value: reference }]),
          ...(payer === undefined ? [] : [{ label: facts.payer, value: payer }]),
          { label: facts.regie, value: regie?.name ?? regieId },
          { label: facts.family, value: familyId },
        ],
      },
      { kind: 'total', label: WORDS.received, value: euros(amount) },
      ...cancelledOn,
      ...instrumentsOf(payment),
      ...(cancellation === undefined ? usesOf(payment, uses, ledger, issuedOn) : []),
    ],
  }
}
