import { sum, type Cents } from '../kernel/money.ts'
import type { Payment } from './model.ts'
import type { Accounts, Allocation, Settlement } from './rules.ts'
import { mostBy } from './scope-rules.ts'

/** By what an allocation pays; a credit note by nothing. */
const meansOf = (
  { payments }: Accounts,
  { from, number }: Allocation,
): Payment['means'] | undefined => {
  if (from === 'online') return 'online'
  if (from === 'credit-note') return undefined
  return payments.find((payment) => String(payment.number) === number)?.means
}

/**
 * What a means may still pay of an invoice, in cents: what is due of it and awaits no other payment,
 * within the services that the act of the régie lets it pay [guide 10].
 */
export const openTo = (
  accounts: Accounts,
  { allocations, invoices }: Settlement,
  number: string,
  means: Payment['means'],
): Cents => {
  const own = allocations.filter((each) => each.invoice === number)
  const taken = new Map<Payment['means'], Cents>()
  for (const allocation of own) {
    const by = meansOf(accounts, allocation)
    if (by !== undefined) taken.set(by, (taken.get(by) ?? 0) + allocation.amount)
  }
  const awaited = sum(own.filter((each) => each.awaited).map(({ amount }) => amount))
  const open = (invoices.get(number)?.due ?? 0) - awaited
  const limits = accounts.invoices.find((invoice) => invoice.number === number)?.limits
  return Math.min(open, mostBy(limits, means, taken))
}
