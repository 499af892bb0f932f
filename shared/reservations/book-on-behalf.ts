import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { bookOnBehalfRoute } from './behalf-routes.ts'
import type { Booking } from './carry-out.ts'
import type { Submission } from './model.ts'
import { submitWishes } from './submit-wishes.ts'

type BehalfCall = Call<typeof bookOnBehalfRoute>

/**
 * Books, changes or cancels in the place of a family [guide 49, 50]: past deadlines and openings,
 * with a reason, never on closed days nor beyond the places. What is added late has the late price;
 * what is cancelled late stays owed unless it is excused. What is invoiced already is corrected by
 * the next invoice. The first guardian of the file is told.
 *
 * @throws PortalError those of `submitWishes`.
 */
export const bookOnBehalf = async (
  booking: Booking,
  {
    parameters: { familyId },
    headers,
    body,
    actor,
    now,
  }: Pick<BehalfCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Submission> => {
  const { wishes, reason, justified } = body
  const { file } = await readFile(booking.table, familyId, ['FILE', 'GUARDIAN'])
  const [guardian] = file.guardians
  if (guardian === undefined) throw new PortalError('not-found')
  // Keys of staff and keys of the family never meet: no client's key may hold a full stop.
  const idempotencyKey = `STAFF.${headers['idempotency-key']}`
  return submitWishes(booking, {
    by: { familyId, guardianId: guardian.guardianId },
    acting: { kind: 'staff', account: actor.account, reason, justified },
    wishes,
    idempotencyKey,
    now,
  })
}
