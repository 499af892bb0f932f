import type { Regie } from '../catalogue/regie-model.ts'
import { monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { MIGRATION_BILLS } from '../kernel/migration-texts.ts'
import type { Cents } from '../kernel/money.ts'
import type { InvoiceLine } from './model.ts'

/** What a family owes, or has to its credit, by the books of the program before. */
export interface FormerBill {
  readonly regie: Regie
  readonly issuedOn: IsoDate
  /** In cents, above zero: what the invoice came to, or what is left of the credit. */
  readonly amount: Cents
  /** Of an invoice; a credit has none. */
  readonly invoice?: {
    readonly number: string
    readonly month: IsoMonth
    readonly dueOn: IsoDate
    readonly label: string
    readonly account?: string | undefined
    /** In cents: what had been paid of it before. */
    readonly paid: Cents
  }
}

const line = (
  month: IsoMonth,
  label: string,
  amount: Cents,
  { why, account }: { readonly why: string; readonly account?: string | undefined },
): InvoiceLine => ({
  kind: 'taken-over',
  month,
  label,
  days: '',
  quantity: 1,
  unitPrice: amount,
  amount,
  priceList: '',
  why,
  ...(account === undefined ? {} : { account }),
})

/** The lines of a bill: what it came to, and what had been paid of it before. */
export const linesOf = ({ amount, issuedOn, invoice }: FormerBill): InvoiceLine[] => {
  if (invoice === undefined) {
    const why = MIGRATION_BILLS.credit(issuedOn)
    return [line(monthOf(issuedOn), MIGRATION_BILLS.creditLabel, -amount, { why })]
  }
  const { number, month, label, account, paid } = invoice
  const about = { why: MIGRATION_BILLS.invoice(number, issuedOn), account }
  return [
    line(month, label, amount, about),
    ...(paid === 0 ? [] : [line(month, MIGRATION_BILLS.paidBefore, -paid, { ...about, why: '' })]),
  ]
}

/** What an invoice that was taken over came to at first, in cents, whatever was paid of it before. */
export const firstAmountOf = ({ lines }: { readonly lines: readonly InvoiceLine[] }): Cents =>
  lines[0]?.amount ?? 0
