import { addMonths, firstDayOf, monthOf, type IsoDate } from '../kernel/dates.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { MovementSum, Payment, Till } from './model.ts'

/** The till of a régie before its first payment; its first write makes it version 1. */
export const emptyTill = (regieId: RegieId, year: string): Till => ({
  regieId,
  version: 0,
  year,
  receipts: 0,
  deposits: 0,
  sums: [],
})

/** The till as its next write stores it, whatever of it has moved. */
export const moved = (till: Till): Till => ({ ...till, version: till.version + 1 })

/** The till with a movement of money in the sums of its month. */
export const booked = (
  till: Till,
  { kind, means, amount, day }: Omit<MovementSum, 'count'> & { readonly day: IsoDate },
): Till => {
  const month = monthOf(day)
  const isSame = (each: Till['sums'][number]): boolean =>
    each.month === month && each.kind === kind && each.means === means
  const before = till.sums.find(isSame) ?? { count: 0, amount: 0 }
  const after = { month, kind, means, count: before.count + 1, amount: before.amount + amount }
  return { ...till, sums: [...till.sums.filter((each) => !isSame(each)), after] }
}

/** The till with a payment in the sums of its month. */
export const withPayment = (
  till: Till,
  { means, amount, paidOn }: Pick<Payment, 'means' | 'amount' | 'paidOn'>,
): Till => booked(till, { kind: 'payment', means, amount, day: paidOn })

/** Whether the accounts of a day are closed: nothing more can be dated in them. */
export const isClosed = (till: Pick<Till, 'closedThrough'>, day: IsoDate): boolean =>
  till.closedThrough !== undefined && monthOf(day) <= till.closedThrough

/** The day itself, or the first one that is not closed: money that came is noted in any case. */
export const openDay = (till: Pick<Till, 'closedThrough'>, day: IsoDate): IsoDate =>
  till.closedThrough !== undefined && isClosed(till, day)
    ? firstDayOf(addMonths(till.closedThrough, 1))
    : day

/**
 * The till after it has given its next receipt: régie, year and the next number of the year's series,
 * which begins at 1 (`ENF-2026-000042`). The year is that of the day on which the receipt is given.
 */
export const nextReceipt = (
  till: Till,
  today: IsoDate,
): { readonly till: Till; readonly receipt: string } => {
  // A clock that lags behind at the turn of the year does not go back to the old series.
  const year = today.slice(0, 4) > till.year ? today.slice(0, 4) : till.year
  const receipts = (year === till.year ? till.receipts : 0) + 1
  const receipt = `${till.regieId}-${year}-${String(receipts).padStart(6, '0')}`
  return { till: { ...till, year, receipts }, receipt }
}
