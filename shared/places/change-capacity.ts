import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { mondayOf, weekdayOf } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { AVAILABILITY_LEGEND, DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { findGroup } from './find-group.ts'
import type { setCapacityRoute } from './routes.ts'
import { capacityOfKey, countSlot, slotKey, type SlotCount } from './rules.ts'
import { changeRoster, findRoster, type Moves } from './store.ts'
import { viewCount } from './view.ts'

/** What a slot has, and is to have. */
interface Setting {
  readonly count: SlotCount
  /** The capacity, as a number of places. */
  readonly wanted: number
  /** Whether new places are kept for a waiting list first. */
  readonly waits: boolean
}

/**
 * Which places appear or disappear. New ones are for the waiting list first; of those that go, first
 * the ones that anybody could take.
 *
 * @throws PortalError `capacity-below-bookings` when children hold more places.
 */
const movesFor = ({ count, wanted, waits }: Setting): { left: number; freed: number } => {
  const delta = wanted - (count.left + count.freed + count.held)
  if (delta >= 0) return waits ? { left: 0, freed: delta } : { left: delta, freed: 0 }
  if (wanted < count.held) {
    throw new PortalError('capacity-below-bookings', {
      detail: DETAILS.placesHeld(count.held, wanted),
    })
  }
  const ofLeft = Math.min(count.left, -delta)
  return { left: -ofLeft, freed: delta + ofLeft }
}

/**
 * Sets how many places a slot of a group has on one day. Bookings go on meanwhile: they move places
 * between children and the roster and never change their sum, so the difference stays right unless
 * staff set another capacity of the week at the same time, which is noticed and decided anew. Where
 * there is a waiting list new places are offered to it before anybody else, by the stream.
 *
 * @throws PortalError `not-found` for a slot whose places are not counted, `period-out-of-range` on
 * a day without the activity, `capacity-below-bookings`, `concurrent-change`.
 */
export const changeCapacity = (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  { parameters, body }: Pick<Call<typeof setCapacityRoute>, 'parameters' | 'body'>,
): Promise<z.input<(typeof setCapacityRoute)['reply']>> => {
  const { activityId, groupId, date } = parameters
  const activity = findGroup(town, activityId, groupId)
  const { places } = activity
  const slot = places.slots.findIndex(({ id }) => id === body.slotId)
  if (slot < 0) throw new PortalError('not-found')
  const state = town.calendars.stateOf(activity, date)
  if (state !== 'open') {
    throw new PortalError('period-out-of-range', {
      faults: [{ pointer: '/path/date', detail: DETAILS.dayClosed(AVAILABILITY_LEGEND[state]) }],
    })
  }
  const address = { activityId, groupId, monday: mondayOf(date) }
  const weekday = weekdayOf(date)
  const key = slotKey(weekday, slot)
  const moved = (by: number): Moves => (by === 0 ? {} : { [key]: by })

  return again(async () => {
    const roster = await findRoster(table, address)
    const count = countSlot({ places, groupId }, roster, weekday, slot)
    const waits = places.waiting.kind !== 'none'
    const { left, freed } = movesFor({ count, wanted: body.places, waits })
    if (left === 0 && freed === 0) return viewCount(count)
    const outcome = await changeRoster(table, address, {
      // Also when it stays: a later catalogue must not change a day that staff have set.
      left: { [key]: left },
      freed: moved(freed),
      capacity: capacityOfKey(places, groupId),
      settings: roster?.settings ?? 0,
    })
    if (!outcome.done) throw new StaleReadError('roster')
    return viewCount(countSlot({ places, groupId }, outcome.roster, weekday, slot))
  })
}
