import { streamHandler } from '../../shared/platform/stream.ts'
import type { Booking } from '../../shared/reservations/carry-out.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'
import type { StreamedTable } from './engine.ts'

/**
 * Delivers what was written to the function that settles places, and what that writes, until the
 * stream has nothing new.
 *
 * @param at when it was written, by the clock of the test.
 */
export const drain = async (
  { newRecords }: Pick<StreamedTable, 'newRecords'>,
  booking: Booking,
  at: Date,
): Promise<void> => {
  const handler = streamHandler((change) => followPlaces(booking, { ...change, at }))
  for (;;) {
    const Records = await newRecords()
    if (Records.length === 0) return
    const { batchItemFailures } = await handler({ Records })
    if (batchItemFailures.length > 0) throw new Error('A change was not handled')
  }
}
