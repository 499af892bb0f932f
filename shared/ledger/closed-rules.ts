import { settle, type Accounts } from './rules.ts'

/**
 * Whether a ledger stands as before once its oldest entries are gone: each invoice that is left is paid
 * as it was, and as much is owed, credited and awaited. Entries that settle each other may go; a payment
 * without the invoice that it pays would pay another one.
 *
 * @param left what remains of `whole`.
 */
export const standsAsBefore = (whole: Accounts, left: Accounts): boolean => {
  const [before, after] = [settle(whole), settle(left)]
  const totals = ['due', 'treasury', 'credit', 'awaiting'] as const
  return (
    totals.every((total) => before.totals[total] === after.totals[total]) &&
    [...after.invoices].every(([number, { paid, due, state }]) => {
      const held = before.invoices.get(number)
      return held?.paid === paid && held.due === due && held.state === state
    })
  )
}
