import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { openTo } from '../ledger/open-rules.ts'
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
 * What a régie may debit a family by a day: of the invoices that are due by then what is neither paid nor
 * awaited by another payment, what the act lets debits pay [guide 10], and what the Trésor Public does not
 * collect.
 *
 * @param most in cents: the most of one debit that the act of the régie allows.
 */
export const dueBy = (
  accounts: Accounts,
  { regieId, day, most = Infinity }: { regieId: string; day: IsoDate; most?: Cents | undefined },
): Due => {
  const settlement = settle(accounts)
  const open = accounts.invoices
    .filter((invoice) => invoice.regieId === regieId && invoice.dueOn <= day)
    .toSorted((a, b) => (`${a.dueOn} ${a.number}` < `${b.dueOn} ${b.number}` ? -1 : 1))
    .flatMap(({ number }) => {
      if (settlement.invoices.get(number)?.state === 'treasury') return []
      const amount = openTo(accounts, settlement, number, 'direct-debit')
      return amount === 0 ? [] : [{ number, amount }]
    })
    .slice(0, MOST_INVOICES)
  return {
    amount: Math.min(sum(open.map(({ amount }) => amount)), most),
    invoices: open.map(({ number }) => number),
  }
}
