import { schoolYearOf } from '../catalogue/calendar.ts'
import { lastDayOf, type IsoMonth } from '../kernel/dates.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import type { Account } from './rules.ts'
import { inputsAmong } from './store.ts'

/**
 * All that a family's bill of a month depends on, beside the catalogue: one Query. Of the reviews it
 * has those of the months before: the month itself is billed as it is now, and what changes later
 * is a matter of the next run.
 *
 * @param stale at half the price, and perhaps without what was written in the last moments.
 * @throws PortalError `not-found` when there is no such family.
 */
export const loadAccount = async (
  table: Table,
  familyId: FamilyId,
  { month, regieId }: { month: IsoMonth; regieId: RegieId },
  stale = false,
): Promise<Account> => {
  const { file, plannings, items } = await loadHousehold(
    table,
    familyId,
    schoolYearOf(lastDayOf(month)),
    stale,
  )
  const { aids, dayCredits, reviews, carryOvers } = inputsAmong(items)
  return {
    file,
    plannings,
    aids,
    dayCredits,
    reviews: reviews.filter((review) => review.regieId === regieId && review.month < month),
    carryOver: carryOvers.find((carryOver) => carryOver.regieId === regieId),
  }
}
