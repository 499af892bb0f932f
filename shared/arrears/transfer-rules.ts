import type { InvoiceLine } from '../billing/model.ts'
import type { ArrearsSettings } from '../catalogue/regie-model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { daysLate, overdueOf } from './debt-rules.ts'
import type { Debt, Transferred, Unpaid } from './model.ts'

/** When a régie hands invoices over. */
export type TreasurySettings = Pick<NonNullable<ArrearsSettings['treasury']>, 'afterDays' | 'least'>

/** What of a debt can be handed over. */
export interface Candidate {
  readonly invoices: readonly Unpaid[]
  /** In cents. */
  readonly amount: Cents
  /** Whether it is too little to be pursued: it is kept, and counts with what comes later. */
  readonly deferred: boolean
}

/**
 * What of a family's debt can be handed over to the Treasury on a day: the invoices that are overdue
 * for long enough, if the debtor owes as much as the law lets the Treasury pursue (CGCT, L1611-5 and
 * D1611-1: 15 €, which is enough itself). What is below is deferred and not dropped (answer of the
 * ministry, Sénat, question 00885 of 2017); what awaits its validation or has a kept plan is left out.
 */
export const candidateOf = (
  debt: Pick<Debt, 'invoices'>,
  planned: ReadonlySet<string>,
  { afterDays, least }: TreasurySettings,
  today: IsoDate,
): Candidate | undefined => {
  const invoices = overdueOf(debt, planned, today).filter(
    (each) => daysLate(each, today) >= afterDays,
  )
  if (invoices.length === 0) return undefined
  const amount = sum(invoices.map(({ due }) => due))
  return { invoices, amount, deferred: amount < least }
}

/**
 * What an amount that is left of an invoice is of, by account: in proportion to its lines, to the cent.
 * Accounts that come to less than nothing, such as aids, take from the others alike.
 */
export const dueByAccount = (
  lines: readonly Pick<InvoiceLine, 'account' | 'amount'>[],
  due: Cents,
): Transferred['accounts'] => {
  const groups = [...Map.groupBy(lines, ({ account }) => account)]
    .map(([account, own]) => ({ account, amount: sum(own.map(({ amount }) => amount)) }))
    .filter(({ amount }) => amount > 0)
  const whole = sum(groups.map(({ amount }) => amount))
  let before = 0
  let given = 0
  const parts = groups.map(({ account, amount }) => {
    before += amount
    // What all accounts up to this one get together, rounded down: the last one gets what is left.
    const until = Number((BigInt(due) * BigInt(before)) / BigInt(whole))
    const part = until - given
    given = until
    return { ...(account === undefined ? {} : { account }), amount: part }
  })
  return parts.filter(({ amount }) => amount > 0)
}
