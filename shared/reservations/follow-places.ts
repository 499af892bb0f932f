import { addDays, mondayOf, type IsoDate, type Weekday } from '../kernel/dates.ts'
import { readFile } from '../families/read-file.ts'
import { rosterIn } from '../places/image.ts'
import { loadRosters } from '../places/load-rosters.ts'
import type { Roster } from '../places/model.ts'
import { holderKey, holderOf } from '../places/rules.ts'
import { waitingIn } from '../places/waiting-list.ts'
import type { Item } from '../platform/entity.ts'
import { again } from '../platform/retry.ts'
import type { GroupId } from '../platform/schemas.ts'
import type { Change } from '../platform/stream.ts'
import type { Booking } from './carry-out.ts'
import { limitedActivityOf, slotsHeld, type LimitedActivity } from './claims.ts'
import { givePlaces } from './give-places.ts'
import { planningIn, receiptIn } from './image.ts'
import { changedDays, yearsOf } from './lines.ts'
import { loadHousehold } from './load-household.ts'
import type { Planning, Receipt } from './model.ts'
import { weeksOfReceipt } from './receipt-weeks.ts'
import { settlePlaces, type HolderInWeek } from './settle-places.ts'

/** Settles a child's week and gives away what it frees. */
const settleAndGive = async (booking: Booking, week: HolderInWeek, at: Date): Promise<void> => {
  const { freed } = await again(() => settlePlaces(booking, week, at))
  for (const date of freed) await givePlaces(booking, week.address, date, at)
}

/** The weeks in which a planning needs fewer slots than it did before. */
const weeksGivenUp = (
  activity: LimitedActivity,
  before: Planning,
  after: Planning,
): ReadonlySet<IsoDate> => {
  const [earlier, later] = [yearsOf([before], before), yearsOf([after], after)]
  return new Set(
    changedDays(before, after)
      .filter((date) => {
        const needed = slotsHeld(activity, later, date)
        return slotsHeld(activity, earlier, date).some((slot) => !needed.includes(slot))
      })
      .map(mondayOf),
  )
}

/** A child may have changed its group: what it gives up lies in the roster of any of them. */
const groupsOf = async (
  { table }: Booking,
  { familyId, childId, activityId, schoolYear }: Planning,
): Promise<ReadonlySet<GroupId>> => {
  const { file } = await loadHousehold(table, familyId, schoolYear)
  return new Set(
    file.enrolments
      .filter((each) => each.childId === childId && each.activityId === activityId)
      .map(({ groupId }) => groupId),
  )
}

const followPlanning = async (
  booking: Booking,
  before: Planning,
  after: Planning,
  at: Date,
): Promise<void> => {
  const activity = limitedActivityOf(booking.town, after)
  if (activity === undefined) return
  const mondays = weeksGivenUp(activity, before, after)
  if (mondays.size === 0) return
  const { familyId, childId, activityId } = after
  for (const groupId of await groupsOf(booking, after)) {
    for (const monday of mondays) {
      const week = { address: { activityId, groupId, monday }, holder: { familyId, childId } }
      await settleAndGive(booking, week, at)
    }
  }
}

/** The weeks of a receipt in which its children hold places, once it is no longer open. */
const followReceipt = async (
  booking: Booking,
  before: Receipt,
  { familyId, excess = [] }: Receipt,
  at: Date,
): Promise<void> => {
  const { table, town } = booking
  const { file } = await readFile(table, familyId)
  const weeks = before.intent === undefined ? excess : weeksOfReceipt(town, file, before)
  const groups = new Map(weeks.map((week) => [`${week.activityId} ${week.groupId}`, week]))
  for (const { activityId, groupId } of groups.values()) {
    const own = weeks.filter((week) => week.activityId === activityId && week.groupId === groupId)
    const mondays = own.map(({ monday }) => monday).toSorted()
    const [from, to] = [mondays[0], mondays[mondays.length - 1]]
    if (from === undefined || to === undefined) continue
    const rosters = await loadRosters(table, activityId, groupId, from, to)
    for (const { childId, monday } of own) {
      const holder = { familyId, childId }
      const roster = rosters.find((each) => each.monday === monday)
      if (roster?.holdings.has(holderKey(holder)) !== true) continue
      await settleAndGive(booking, { address: { activityId, groupId, monday }, holder }, at)
    }
  }
}

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7]

/** The days of a roster on which more is kept for the waiting list than before. */
const daysFreed = (before: Roster | undefined, after: Roster): IsoDate[] =>
  WEEKDAYS.filter((weekday) =>
    [...after.freed].some(
      ([key, freed]) => key.startsWith(String(weekday)) && freed > (before?.freed.get(key) ?? 0),
    ),
  ).map((weekday) => addDays(after.monday, weekday - 1))

const followRoster = async (
  booking: Booking,
  before: Roster | undefined,
  after: Roster,
  at: Date,
): Promise<void> => {
  const { activityId, groupId, monday } = after
  for (const [key, holding] of after.holdings) {
    const had = before?.holdings.get(key)
    if (had?.days === holding.days && had.number === holding.number) continue
    const holder = holderOf(key)
    await settleAndGive(booking, { address: { activityId, groupId, monday }, holder }, at)
  }
  for (const date of daysFreed(before, after)) await givePlaces(booking, after, date, at)
}

/**
 * Follows the table for the sake of places: whatever a planning has given up, or a claim has left
 * over, goes back to its roster; whatever a roster has freed goes to its waiting list; and whoever
 * has been given a place hears of it. The same change again, or late, or beside the call that made it, does no harm.
 *
 * @throws when the table fails for now: the stream delivers the change again.
 */
export const followPlaces = async (
  booking: Booking,
  { before, after, at }: Change,
): Promise<void> => {
  if (after === undefined) return
  const earlier = <Value>(read: (image: Item) => Value | undefined): Value | undefined =>
    before === undefined ? undefined : read(before)

  const planning = planningIn(after)
  const planningBefore = earlier(planningIn)
  if (planning !== undefined && planningBefore !== undefined) {
    await followPlanning(booking, planningBefore, planning, at)
  }
  const receipt = receiptIn(after)
  const receiptBefore = earlier(receiptIn)
  if (receipt !== undefined && receiptBefore?.state === 'open' && receipt.state !== 'open') {
    await followReceipt(booking, receiptBefore, receipt, at)
  }
  const waiting = before === undefined ? waitingIn(after) : undefined
  if (waiting !== undefined) await givePlaces(booking, waiting, waiting.date, at)
  const roster = rosterIn(after)
  if (roster !== undefined) await followRoster(booking, earlier(rosterIn), roster, at)
}
