import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { listErasuresRoute, listPurgesRoute, readErasureRoute } from './routes.ts'
import { findErasure, listErasures as erasures, listPurges as purges } from './store.ts'
import { viewErasure, viewPurge } from './view-erasure.ts'

/** The reports of erased families, the newest first, by pages. One Query of the index. */
export const listErasures = async (
  table: Table,
  { query: { limit, from } }: Pick<Call<typeof listErasuresRoute>, 'query'>,
): Promise<z.input<(typeof listErasuresRoute)['reply']>> => {
  const [startedAt, ...familyId] = from?.split('_') ?? []
  const place = startedAt === undefined ? [] : [startedAt, familyId.join('_')]
  const found = await erasures(table, { from: place, limit: limit + 1 })
  const next = found[limit]
  return {
    erasures: found.slice(0, limit).map(viewErasure),
    ...(next === undefined ? {} : { next: `${next.startedAt}_${next.familyId}` }),
  }
}

/**
 * The report of an erased family. One read.
 *
 * @throws PortalError `not-found` when the family was never erased.
 */
export const readErasure = async (
  table: Table,
  { parameters: { familyId } }: Pick<Call<typeof readErasureRoute>, 'parameters'>,
): Promise<z.input<(typeof readErasureRoute)['reply']>> => {
  const report = await findErasure(table, familyId)
  if (report === undefined) throw new PortalError('not-found')
  return viewErasure(report)
}

/** The reports of the daily purge, the newest first. One Query. */
export const listPurges = async (
  table: Table,
  { query: { limit } }: Pick<Call<typeof listPurgesRoute>, 'query'>,
): Promise<z.input<(typeof listPurgesRoute)['reply']>> => ({
  purges: (await purges(table, limit)).map(viewPurge),
})
