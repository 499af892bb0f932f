import type { Table } from '../../shared/platform/table.ts'
import { requestNumberSchema, type RequestNumber } from '../../shared/platform/schemas.ts'
import type { Booking } from '../../shared/reservations/carry-out.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { GUIDE_MORNING, type DUPONT } from './cesson.ts'

let keys = 0

/** Submits wishes under a key of their own, on the morning of the guide unless told otherwise. */
export const submitAnew = (
  booking: Booking,
  by: typeof DUPONT,
  wishes: readonly Wish[],
  now: Date = GUIDE_MORNING,
): Promise<Submission> => {
  keys += 1
  return submitWishes(booking, { by, wishes, idempotencyKey: `key-${String(keys)}`, now })
}

/**
 * Stores the first request of a submission as so many submissions more, under numbers of their own.
 *
 * @param from the first of the numbers.
 */
export const repeatSubmission = async (
  table: Table,
  submission: Submission,
  from: number,
  count: number,
): Promise<RequestNumber[]> => {
  const [request] = submission.requests
  if (request === undefined) throw new Error('A submission without a request')
  const numbers = Array.from({ length: count }, (_, index) =>
    requestNumberSchema.parse(from + index),
  )
  for (const number of numbers) {
    const requests = [{ ...request, number }]
    await table.put(submissionEntity.toItem({ ...submission, number, requests }))
  }
  return numbers
}
