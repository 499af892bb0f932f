import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { meansIn } from '../families/image.ts'
import { sameMeans } from '../families/means-rules.ts'
import { eachMonth, laterOf, monthOf, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Item } from '../platform/entity.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import { planningIn } from '../reservations/image.ts'
import { firstChange } from '../reservations/mark-days.ts'
import { findTurn } from './run-store.ts'
import { inputsAmong, noteReviews } from './store.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** From which day on a family may bill otherwise than before. */
interface Touched {
  readonly familyId: FamilyId
  readonly from: IsoDate
}

/** The first day of the town's school years: before it nothing was booked or billed here. */
const firstDay = ({ schoolYears }: Catalogue): IsoDate | undefined =>
  schoolYears.map(({ id }) => spanOf(id).from).toSorted()[0]

/**
 * Has the next run of each régie review the billed months from a day on: it compares what they cost
 * now with what was billed, and corrects. Fees, credits and ceilings are counted from month to month
 * and over all activities, so that all later months may change with the first, and those of a régie
 * with a day that another bills. One read for a régie, and none from the month in course on: no run
 * of that one can be open.
 *
 * @param at when the change was made.
 */
export const reviewSince = async (
  { table, town: { catalogue } }: Deps,
  { familyId, from }: Touched,
  at: Date,
): Promise<void> => {
  if (monthOf(from) >= monthOf(parisDate(at))) return
  const first = monthOf(laterOf(from, firstDay(catalogue) ?? from))
  for (const { id: regieId } of catalogue.town.regies) {
    const turn = await findTurn(table, regieId)
    if (turn === undefined) continue
    await noteReviews(table, { familyId, regieId, now: at }, eachMonth(first, turn.month))
  }
}

/** What the new state of an item changes; nothing if the item is of another kind. */
const touchedBy = (before: Item | undefined, after: Item): Touched[] => {
  const earlier = before === undefined ? [] : [before]
  const planning = planningIn(after)
  if (planning !== undefined) {
    const [held] = earlier.flatMap((item) => planningIn(item) ?? [])
    const from = firstChange(held, planning)
    return from === undefined ? [] : [{ familyId: planning.familyId, from }]
  }
  const means = meansIn(after)
  if (means !== undefined) {
    const isKnown = earlier
      .flatMap((item) => meansIn(item) ?? [])
      .some((held) => sameMeans(held, means))
    return isKnown ? [] : [means]
  }
  const { aids, dayCredits } = inputsAmong([...earlier, after])
  return [...aids, ...dayCredits]
}

/**
 * Follows the table for the sake of invoiced months: whatever changes what one of them costs – a mark
 * or an absence noted late, a booking on behalf, a closed day, other means, an aid, days paid in
 * advance – is reviewed by the next run. What is still to be billed costs no read. The same change
 * again notes the same months, which come to nothing once they are corrected.
 *
 * @throws when the table fails for now: the stream delivers the change again.
 */
export const noteReview = async (deps: Deps, { before, after, at }: Change): Promise<void> => {
  if (after === undefined) return
  for (const touched of touchedBy(before, after)) await reviewSince(deps, touched, at)
}
