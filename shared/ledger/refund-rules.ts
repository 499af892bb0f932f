import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Ledger, Refund } from './model.ts'
import { settle } from './rules.ts'
import { VOUCHERS } from './scope-rules.ts'

type Part = Refund['of'][number]

/** What was given back of a payment or credit note, in cents. */
export const refundedOf = (refunds: Ledger['refunds'], from: Part['from'], number: string): Cents =>
  sum(
    refunds
      .flatMap(({ of }) => of)
      .filter((part) => part.from === from && part.number === number)
      .map(({ amount }) => amount),
  )

/**
 * What of a family's payments and credit notes is of no invoice and was not given back yet, the oldest
 * first: a régie can give that back. Of vouchers no change is given: what is left of them stays.
 */
export const refundableOf = (ledger: Ledger, regieId: RegieId): Part[] => {
  const { allocations } = settle(ledger)
  const sources: (Part & { readonly date: IsoDate; readonly regieId: RegieId })[] = [
    ...ledger.payments
      .filter(({ state, means }) => state === 'validated' && !VOUCHERS.includes(means))
      .map(({ number, amount, paidOn, regieId: of }) => ({
        ...{ from: 'payment' as const, number: String(number), amount, date: paidOn, regieId: of },
      })),
    ...ledger.creditNotes.map(({ number, total, issuedOn, regieId: of }) => ({
      ...{ from: 'credit-note' as const, number, amount: -total, date: issuedOn, regieId: of },
    })),
  ]
  return sources
    .filter((source) => source.regieId === regieId)
    .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
    .map(({ from, number, amount }) => {
      const used = allocations.filter((each) => each.from === from && each.number === number)
      const back = refundedOf(ledger.refunds, from, number)
      return { from, number, amount: amount - back - sum(used.map((each) => each.amount)) }
    })
    .filter(({ amount }) => amount > 0)
}

/** An amount as parts of what can be given back, the first of it first; nothing beyond it. */
export const takenFrom = (refundable: readonly Part[], amount: Cents): Part[] => {
  let left = amount
  return refundable.flatMap((part) => {
    const taken = Math.min(left, part.amount)
    left -= taken
    return taken === 0 ? [] : [{ ...part, amount: taken }]
  })
}
