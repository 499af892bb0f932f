import { schoolYearOf } from '../catalogue/calendar.ts'
import { addDays, eachDay, weekdayOf, type IsoDate, type Weekday } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { keepPlaces } from '../places/claim-places.ts'
import type { Holder, Holding, Roster, RosterAddress } from '../places/model.ts'
import { readRoster, releasePlaces } from '../places/release-places.ts'
import { holderKey, slotsOfUnits, slotsOn, type Slot } from '../places/rules.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Booking } from './carry-out.ts'
import { limitedActivityOf, slotsHeld, type LimitedActivity } from './claims.ts'
import { placeWaiting } from './place-waiting.ts'
import { isStillWaiting, yearsOf, type Years } from './lines.ts'
import { loadHousehold, type Household } from './load-household.ts'
import type { Planning, Receipt, Wait } from './model.ts'
import { weeksOfReceipt } from './receipt-weeks.ts'
import { listOpenReceipts } from './store.ts'

/** A child in one week of one group. */
export interface HolderInWeek {
  readonly address: RosterAddress
  readonly holder: Holder
}

const datesOf = ({ monday }: RosterAddress): IsoDate[] => eachDay(monday, addDays(monday, 6))

/** The family as it is now, with its plannings until a day; nothing when there is no such family any more. */
export const householdNow = async (
  table: Table,
  familyId: FamilyId,
  until: IsoDate,
): Promise<Household | undefined> => {
  try {
    return await loadHousehold(table, familyId, schoolYearOf(until))
  } catch (error) {
    if (error instanceof PortalError && error.code === 'not-found') return undefined
    throw error
  }
}

/** The slots that a child needs on a day: in this group, by the enrolment of that day. */
const slotsNeeded = (
  household: Household | undefined,
  activity: LimitedActivity,
  { address, holder }: HolderInWeek,
  date: IsoDate,
): Slot[] => {
  const enrolled = household?.file.enrolments.some(
    ({ childId, activityId, groupId, from, until }) =>
      childId === holder.childId &&
      activityId === address.activityId &&
      groupId === address.groupId &&
      from <= date &&
      date <= until,
  )
  if (household === undefined || enrolled !== true) return []
  const years: Years = yearsOf(household.plannings, {
    childId: holder.childId,
    activityId: address.activityId,
  })
  return slotsHeld(activity, years, date)
}

/** The waits for which a child has been given its places, and not been told yet. */
const givenWaits = (
  household: Household,
  activity: LimitedActivity,
  { address, holder }: HolderInWeek,
  holding: Holding,
): { readonly planning: Planning; readonly wait: Wait }[] =>
  household.plannings
    .filter(
      ({ childId, activityId }) => childId === holder.childId && activityId === address.activityId,
    )
    .flatMap((planning) =>
      (planning.waits ?? [])
        .filter(
          (wait) =>
            wait.groupId === address.groupId &&
            wait.until === undefined &&
            datesOf(address).includes(wait.date) &&
            isStillWaiting(planning, wait) &&
            slotsOfUnits(activity, wait.unitIds).every((slot) =>
              slotsOn(holding, weekdayOf(wait.date)).includes(slot),
            ),
        )
        .map((wait) => ({ planning, wait })),
    )

/** Whether something that is still being carried out may have claimed what a child holds in a week. */
const isBeingCarriedOut = (
  { town }: Booking,
  household: Household | undefined,
  { address, holder }: HolderInWeek,
  open: readonly Receipt[],
): boolean =>
  open.some((receipt) =>
    weeksOfReceipt(town, household?.file ?? { enrolments: [] }, receipt).some(
      ({ childId, activityId, groupId, monday }) =>
        childId === holder.childId &&
        activityId === address.activityId &&
        groupId === address.groupId &&
        monday === address.monday,
    ),
  )

/**
 * Makes the roster of a week agree with the planning of a child: places that were given from the
 * waiting list are written into the planning, places that the planning does not need are given back.
 * It never takes a place, so that it may run at any time, twice, late, beside anything else:
 *
 * 1. it reads what the child holds, with the number of the request that claimed it last;
 * 2. it reads what is still being carried out, then the planning;
 * 3. it gives nothing back that an open receipt may have claimed, whose planning is about to be
 *    written: when the receipt closes, the stream has all its weeks settled;
 * 4. it gives back only if the holding is still what it was in step 1: every claim changes it. Before
 *    it writes places into the planning that it finds held but not given, it claims them likewise.
 *
 * @returns the days on which places were given back.
 * @throws StaleReadError when the holding or the planning has changed since it was read.
 */
export const settlePlaces = async (
  booking: Booking,
  week: HolderInWeek,
  at: Date,
): Promise<{ readonly freed: readonly IsoDate[]; readonly roster: Roster | undefined }> => {
  const { table, town } = booking
  const activity = limitedActivityOf(town, week.address)
  const roster = await readRoster(table, week.address)
  const seen = roster?.holdings.get(holderKey(week.holder))
  if (activity === undefined || seen === undefined) return { freed: [], roster }

  const open = await listOpenReceipts(table, week.holder.familyId)
  const lastDay = addDays(week.address.monday, 6)
  const household = await householdNow(table, week.holder.familyId, lastDay)
  const isClaimed = isBeingCarriedOut(booking, household, week, open)
  const [given] = household === undefined ? [] : givenWaits(household, activity, week, seen)
  if (household !== undefined && given !== undefined) {
    const { planning, wait } = given
    // What a child holds and waits for is its, also where a later claim has hidden that it was given.
    const isGiven = seen.given && seen.number === wait.number
    if (!isGiven) {
      if (isClaimed) return { freed: [], roster }
      const kept = { ...week, places: activity.places, number: wait.number }
      if (!(await keepPlaces(table, kept, seen))) throw new StaleReadError('roster')
    }
    await placeWaiting(booking, activity, { household, planning, waits: [wait] }, at)
    return settlePlaces(booking, week, at)
  }
  const days = new Map<Weekday, readonly Slot[]>()
  for (const date of datesOf(week.address)) {
    const needed = slotsNeeded(household, activity, week, date)
    const spare = slotsOn(seen, weekdayOf(date)).filter((slot) => !needed.includes(slot))
    if (spare.length > 0) days.set(weekdayOf(date), spare)
  }
  if (days.size === 0) return { freed: [], roster }
  if (isClaimed) return { freed: [], roster }
  const { address, holder } = week
  const released = await releasePlaces(table, {
    address,
    places: activity.places,
    holder,
    seen,
    days,
  })
  if (!released.done) throw new StaleReadError('roster')
  return {
    freed: datesOf(address).filter((date) => days.has(weekdayOf(date))),
    roster: released.roster,
  }
}
