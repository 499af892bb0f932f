import type { MeansOfPayment } from '../catalogue/regie-model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { MOVEMENTS, type Entry, type Movement, type MovementSum } from '../ledger/model.ts'

/** A movement with what all movements come to with it, in cents. */
export interface JournalLine extends Entry {
  readonly total: Cents
}

/** Movements in their order, each with the running total. */
export const withTotals = (entries: readonly Entry[]): JournalLine[] => {
  let total = 0
  return entries.map((entry) => {
    total += entry.amount
    return { ...entry, total }
  })
}

/** How many movements of a kind there are, and what they come to, in cents above zero. */
export interface Tally {
  readonly count: number
  readonly amount: Cents
}

/** What came and went by one means. */
export interface MeansSums extends Readonly<Record<Movement, Tally>> {
  readonly means: MeansOfPayment
  /** Payments less reversals and refunds. */
  readonly net: Cents
}

/** What came and went by one means on one day. */
export interface CashUpLine extends MeansSums {
  readonly date: IsoDate
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Sums of kinds and means as one line for each means, in the order of their names. */
export const byMeans = (sums: readonly MovementSum[]): MeansSums[] => {
  const groups = Map.groupBy(sums, ({ means }) => means)
  return [...groups]
    .toSorted(([a], [b]) => inOrder(a, b))
    .map(([means, own]) => {
      const tallyOf = (kind: Movement): Tally => {
        const some = own.filter((each) => each.kind === kind)
        return {
          count: sum(some.map(({ count }) => count)),
          amount: sum(some.map(({ amount }) => amount)),
        }
      }
      const [payment, reversal, refund] = [
        tallyOf('payment'),
        tallyOf('reversal'),
        tallyOf('refund'),
      ]
      const net = payment.amount - reversal.amount - refund.amount
      return { means, payment, reversal, refund, net }
    })
}

const sumsOf = (entries: readonly Entry[]): MovementSum[] =>
  entries.map(({ kind, means, amount }) => ({ kind, means, count: 1, amount: Math.abs(amount) }))

/** The cash-up (arrêté de caisse): what came and went each day by each means, in the order of days. */
export const cashUpOf = (entries: readonly Entry[]): CashUpLine[] =>
  [...Map.groupBy(entries, ({ date }) => date)]
    .toSorted(([a], [b]) => inOrder(a, b))
    .flatMap(([date, own]) => byMeans(sumsOf(own)).map((line) => ({ date, ...line })))

/** What lines come to together. */
export const totalsOf = (lines: readonly MeansSums[]): Omit<MeansSums, 'means'> => {
  const [payment, reversal, refund] = MOVEMENTS.map((kind): Tally => {
    const tallies = lines.map((line) => line[kind])
    return {
      count: sum(tallies.map(({ count }) => count)),
      amount: sum(tallies.map(({ amount }) => amount)),
    }
  })
  const none = { count: 0, amount: 0 }
  return {
    payment: payment ?? none,
    reversal: reversal ?? none,
    refund: refund ?? none,
    net: sum(lines.map(({ net }) => net)),
  }
}
