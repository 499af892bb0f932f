import { listFamilyIds } from '../families/list-families.ts'
import { addMonths, monthOf } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Table } from '../platform/table.ts'
import type { BillingJob } from './model.ts'
import { openRun } from './store.ts'

/** Few enough for one transaction with the series, and for a minute's work by far. */
const FAMILIES_A_SLICE = 50

/**
 * Opens the billing of the month before `scheduledAt`, the due time of the schedule, not the hour
 * at which it happens to run: a retry past midnight bills the same month.
 *
 * @returns the work to hand out; the same again for the same due time.
 */
export const openBillingRun = async (table: Table, scheduledAt: Date): Promise<BillingJob[]> => {
  const issuedOn = parisDate(scheduledAt)
  const month = addMonths(monthOf(issuedOn), -1)
  const families = await listFamilyIds(table)
  const slices = Math.ceil(families.length / FAMILIES_A_SLICE)
  await openRun(table, {
    month,
    openedAt: scheduledAt.toISOString(),
    families: families.length,
    slices,
  })
  return Array.from({ length: slices }, (_, slice) => ({
    month,
    slice,
    issuedOn,
    familyIds: families.slice(slice * FAMILIES_A_SLICE, (slice + 1) * FAMILIES_A_SLICE),
  }))
}
