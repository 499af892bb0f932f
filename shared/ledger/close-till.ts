import { BOOKS } from '../kernel/desk-texts.ts'
import { addMonths, monthOf, type IsoMonth } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { MovementSum, Till } from './model.ts'
import { findTill, tillWrite, writeLedger } from './store.ts'
import { emptyTill, moved } from './till-rules.ts'

/** The first month that is open: that after the last closed one, or that of the first movement. */
const firstOpen = ({ closedThrough, sums }: Till): IsoMonth | undefined =>
  closedThrough === undefined
    ? sums.map(({ month }) => month).toSorted()[0]
    : addMonths(closedThrough, 1)

/**
 * Closes the accounts of a régie for a month that is over: nothing can be dated in it any more, nor
 * before it. Months are closed in their order. The till is moved: whatever was to be noted in the month
 * at the same time either stands in its sums or is refused.
 *
 * @param more what is written together with it, from the sums of the month.
 * @returns whether it was open; a closed month stays as it is.
 * @throws PortalError `period-out-of-range` for a month that is not over, and while one before it is
 * open; StaleReadError when the till keeps moving.
 */
export const closeTill = async (
  table: Table,
  { regieId, month, now }: { regieId: RegieId; month: IsoMonth; now: Date },
  more: (sums: readonly MovementSum[]) => readonly Write[],
): Promise<boolean> => {
  const today = parisDate(now)
  if (month >= monthOf(today)) {
    throw new PortalError('period-out-of-range', { detail: BOOKS.monthNotOver(month) })
  }
  return again(async () => {
    const till = (await findTill(table, regieId)) ?? emptyTill(regieId, today.slice(0, 4))
    if (till.closedThrough !== undefined && month <= till.closedThrough) return false
    const first = firstOpen(till) ?? month
    // The first closing of all may be of an earlier month, in which nothing was noted.
    if (first < month) {
      throw new PortalError('period-out-of-range', { detail: BOOKS.closeFirst(first) })
    }
    const isOfMonth = (each: Till['sums'][number]): boolean => each.month === month
    const closed = till.sums
      .filter(isOfMonth)
      .map(({ kind, means, count, amount }) => ({ kind, means, count, amount }))
    const sums = till.sums.filter((each) => !isOfMonth(each))
    await writeLedger(table, [
      tillWrite(moved({ ...till, sums, closedThrough: month })),
      ...more(closed),
    ])
    return true
  })
}
