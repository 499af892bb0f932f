import { StaleReadError, TableBusyError } from '../../../shared/kernel/errors.ts'
import type { Change } from '../../../shared/platform/stream.ts'
import type { Booking } from '../../../shared/reservations/carry-out.ts'
import { followPlaces } from '../../../shared/reservations/follow-places.ts'
import { inLanes } from './crowd.ts'
import { streamOf, type Place } from './table.ts'

/** How many partitions are followed at once. */
const LANES = 16

/** Delivers a change until it is followed, as the stream does. */
const deliver = async (booking: Booking, change: Change): Promise<void> => {
  for (;;) {
    try {
      await followPlaces(booking, change)
      return
    } catch (error) {
      if (!(error instanceof StaleReadError || error instanceof TableBusyError)) throw error
    }
  }
}

/**
 * Follows all that was ever written to a table, and what that writes in turn, to the end: the changes
 * of a partition in their order, partitions beside each other.
 *
 * @param at the time of the portal.
 * @returns how many changes there were.
 */
export const drain = async (place: Place, booking: Booking, at: Date): Promise<number> => {
  const nextPage = await streamOf(place)
  let count = 0
  for (let page = await nextPage(); page.length > 0; page = await nextPage()) {
    count += page.length
    const partitions = Map.groupBy(page, ({ after, before }) => String((after ?? before)?.['pk']))
    await inLanes(LANES, [...partitions.values()], async (changes) => {
      for (const change of changes) await deliver(booking, { ...change, at })
    })
  }
  return count
}
