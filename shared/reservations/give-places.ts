import { mondayOf, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { claimPlaces } from '../places/claim-places.ts'
import type { Roster, RosterAddress, Waiting } from '../places/model.ts'
import { openFreedPlaces, readRoster } from '../places/release-places.ts'
import { capacityOf, slotKey, slotsOfUnits, type Slot } from '../places/rules.ts'
import { listWaiting } from '../places/waiting-list.ts'
import { again } from '../platform/retry.ts'
import type { Booking } from './carry-out.ts'
import { limitedActivityOf, type LimitedActivity } from './claims.ts'
import { settlePlaces } from './settle-places.ts'

/** The most children that one day's places are tried on in a row: a list longer than any group. */
const MOST_TRIES = 2000

/** What a slot of a day has for the waiting list: what was freed for it, and what anybody can take. */
const availableOn = (
  { places }: LimitedActivity,
  roster: Roster | undefined,
  { groupId, date }: { groupId: RosterAddress['groupId']; date: IsoDate },
): { slot: Slot; freed: number; left: number }[] =>
  places.slots.map((_, slot) => {
    const key = slotKey(weekdayOf(date), slot)
    return {
      slot,
      freed: roster?.freed.get(key) ?? 0,
      left: roster?.left.get(key) ?? capacityOf(places, groupId, slot),
    }
  })

/** Whether a freed place can still be given: on a day of the activity, while it can be added. */
const canGive = (
  { town }: Booking,
  activity: LimitedActivity,
  { date, at }: { date: IsoDate; at: Date },
): boolean =>
  town.calendars.stateOf(activity, date) === 'open' &&
  at < town.calendars.deadlineOf(activity, 'add', date)

/**
 * Gives what places a day has to those who wait for it, in the order of the list; a child whose
 * slots are not all free is passed over. What nobody on the list can use is opened to everybody.
 *
 * @param at the time of the event that freed a place; no offer is made past a deadline.
 */
export const givePlaces = async (
  booking: Booking,
  group: Pick<RosterAddress, 'activityId' | 'groupId'>,
  date: IsoDate,
  at: Date,
): Promise<void> => {
  const { table, town } = booking
  const activity = limitedActivityOf(town, group)
  if (activity === undefined) return
  const { places } = activity
  const address = { ...group, monday: mondayOf(date) }
  const tried = new Set<string>()
  const entryKey = ({ number, unitIds }: Waiting): string => `${String(number)} ${unitIds[0]}`

  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const roster = await readRoster(table, address)
    const available = availableOn(activity, roster, { groupId: group.groupId, date })
    if (available.every(({ freed, left }) => freed + left < 1)) return

    const waiting = canGive(booking, activity, { date, at })
      ? await listWaiting(table, group, date)
      : []
    const next = waiting.find(
      (entry) =>
        entry.offeredUntil === undefined &&
        !tried.has(entryKey(entry)) &&
        slotsOfUnits(activity, entry.unitIds).every((slot) =>
          available.some((each) => each.slot === slot && each.freed + each.left >= 1),
        ),
    )
    if (next === undefined) {
      const freed = Object.fromEntries(
        available
          .filter((each) => each.freed > 0)
          .map((each) => [slotKey(weekdayOf(date), each.slot), each.freed]),
      )
      if (Object.keys(freed).length === 0) return
      if (await openFreedPlaces(table, { address, places, freed })) return
      continue
    }
    const holder = { familyId: next.familyId, childId: next.childId }
    const claimed = await claimPlaces(
      table,
      {
        address,
        places,
        holder,
        days: new Map([[weekdayOf(date), slotsOfUnits(activity, next.unitIds)]]),
        number: next.number,
        given: true,
      },
      roster,
    )
    if (!claimed.done) continue
    tried.add(entryKey(next))
    await again(() => settlePlaces(booking, { address, holder }, at))
  }
}
