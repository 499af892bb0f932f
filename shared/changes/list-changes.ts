import type * as z from 'zod'
import { admitParent, type AdmittedParent } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import { childIdSchema } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { ChangeRequest } from './model.ts'
import type { listChangesRoute, listMyChangesRoute } from './routes.ts'
import { listChangesOf, listPendingChanges } from './store.ts'
import { viewChange } from './view.ts'

/** How many of its requests for changes a family is shown. */
const SHOWN = 50

/** Whether a change is of the family, of the guardian who reads, or of a child under their authority. */
export const isTheirs = (
  { guardianId, mayRead }: AdmittedParent,
  { target }: ChangeRequest,
): boolean => {
  switch (target.kind) {
    case 'family':
      return true
    case 'guardian':
      return target.id === guardianId
    case 'child':
      return mayRead(childIdSchema.parse(target.id))
  }
}

/**
 * The changes of a guardian's own file that staff check or have checked, the newest first: of the
 * family, of themself and of the children over whom they have authority. Two Queries.
 *
 * @throws PortalError `not-found` for a guardian who is no longer in the file.
 */
export const listMyChanges = async (
  table: Table,
  call: Pick<Call<typeof listMyChangesRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof listMyChangesRoute)['reply']>> => {
  const parent = await admitParent(table, call)
  const changes = await listChangesOf(table, parent.familyId, SHOWN)
  return { changes: changes.filter((change) => isTheirs(parent, change)).map(viewChange) }
}

/** The changes of all files that await staff, the oldest first, by pages. One Query of the index. */
export const listChanges = async (
  table: Table,
  { query: { limit, after = 0 } }: Pick<Call<typeof listChangesRoute>, 'query'>,
): Promise<z.input<(typeof listChangesRoute)['reply']>> => {
  const found = await listPendingChanges(table, { from: after + 1, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    changes: page.map(viewChange),
    ...(found.length > limit && last !== undefined ? { next: last.number } : {}),
  }
}
