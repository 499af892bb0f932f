import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { settle, type Accounts } from '../ledger/rules.ts'

/** The most invoices that one debit names: a payment takes no more. */
const MOST_INVOICES = 60

/** What a régie may collect of a family. */
export interface Due {
  /** In cents. */
  readonly amount: Cents
  /** The invoices that it is of, the first due first. */
  readonly invoices: readonly string[]
}

/**
 * What a family owes a régie by a day: of the invoices that are due by then what is neither paid nor
 * awaited by another payment, and what the Trésor Public does not collect.
 *
 * @param most in cents: the most of one debit that the act of the régie allows.
 */
export const dueBy = (
  accounts: Accounts,
  { regieId, day, most = Infinity }: { regieId: string; day: IsoDate; most?: Cents | undefined },
): Due => {
  const { invoices, allocations } = settle(accounts)
  const open = accounts.invoices
    .filter((invoice) => invoice.regieId === regieId && invoice.dueOn <= day)
    .toSorted((a, b) => (`${a.dueOn} ${a.number}` < `${b.dueOn} ${b.number}` ? -1 : 1))
    .flatMap(({ number }) => {
      const account = invoices.get(number)
      if (account === undefined || account.state === 'treasury') return []
      const awaited = allocations.filter((each) => each.invoice === number && each.awaited)
      const amount = account.due - sum(awaited.map((each) => each.amount))
      return amount === 0 ? [] : [{ number, amount }]
    })
    .slice(0, MOST_INVOICES)
  return {
    amount: Math.min(sum(open.map(({ amount }) => amount)), most),
    invoices: open.map(({ number }) => number),
  }
}
