import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { NewSecret } from '../platform/secret.ts'
import type { Table } from '../platform/table.ts'
import type { createCalendarLinkRoute, revokeCalendarLinkRoute } from './routes.ts'
import { deleteLink, findFamilyLink, replaceLink } from './store.ts'

/**
 * Makes a secret link to the calendar of a guardian's family [wish W10]; the one that it had ends in
 * the same transaction. It serves as long as the file has that guardian. Only this answer holds the secret: who has lost it makes a new link, and so
 * does a call that is sent again.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family;
 * `concurrent-change`.
 */
export const createCalendarLink = async (
  { table, newSecret }: { table: Table; newSecret: NewSecret },
  { actor, now }: Pick<Call<typeof createCalendarLinkRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof createCalendarLinkRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  await admitGuardian(table, { familyId, guardianId })
  return again(async () => {
    const secret = newSecret()
    const held = await findFamilyLink(table, familyId)
    await replaceLink(table, held, {
      hash: hashOf(secret),
      familyId,
      guardianId,
      createdAt: now.toISOString(),
    })
    return { path: `/calendars/${secret}.ics` }
  })
}

/**
 * Ends the secret link to the calendar of a guardian's family, if it has one.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family;
 * `concurrent-change`.
 */
export const revokeCalendarLink = async (
  table: Table,
  { actor }: Pick<Call<typeof revokeCalendarLinkRoute>, 'actor'>,
): Promise<z.input<(typeof revokeCalendarLinkRoute)['reply']>> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  return again(async () => {
    const held = await findFamilyLink(table, familyId)
    if (held === undefined) return { revoked: false }
    await deleteLink(table, held)
    return { revoked: true }
  })
}
