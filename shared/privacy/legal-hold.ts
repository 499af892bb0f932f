import type * as z from 'zod'
import { staffEditor } from '../families/editor.ts'
import { setLegalHold } from '../families/set-legal-hold.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { setLegalHoldRoute } from './routes.ts'
import { findErasure } from './store.ts'

/**
 * Holds a file (gel juridique), so that neither an erasure nor the purge touches it, or ends that. The
 * family is not shown it; the trail has it. A file whose erasure has begun cannot be held any more.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`, `concurrent-change`.
 */
export const holdFile = async (
  table: Table,
  {
    parameters: { familyId },
    headers,
    body: { held, reason },
    actor,
    now,
  }: Pick<Call<typeof setLegalHoldRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<(typeof setLegalHoldRoute)['reply']>> => {
  if ((await findErasure(table, familyId)) !== undefined) throw new PortalError('not-found')
  const editor = { ...staffEditor(actor, familyId, reason), reason }
  const seen = headers['if-match']
  const { version, hold } = await setLegalHold(table, { editor, seen, written: { held }, now })
  return {
    ...{ familyId, version, held: hold !== undefined },
    ...(hold === undefined ? {} : { since: hold.since, reason: hold.reason }),
  }
}
