import type * as z from 'zod'
import { viewMeans } from '../families/means-rules.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { meansOn } from '../tariffs/person.ts'
import type { readQuotientsRoute } from './routes.ts'
import { loadQuotients } from './store.ts'
import { nameIn, viewConsent, viewFetch } from './view.ts'

/**
 * What the town knows of a family's quotients, and each time that it asked the fund for one: who, about
 * whom, when, what for and what came (CRPA, L114-8: the town tells what it fetches) [guide 53]
 * [wish W8]. Two Queries at once.
 *
 * @throws PortalError `not-found`.
 */
export const readQuotients = async (
  table: Table,
  { actor, now }: Pick<Call<typeof readQuotientsRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof readQuotientsRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const [{ file }, { consents, fetches }] = await Promise.all([
    readFile(table, familyId, ['FILE', 'MEANS']),
    loadQuotients(table, familyId),
  ])
  actingGuardian(file, guardianId)
  const counting = meansOn(file.means, parisDate(now))
  return {
    familyId,
    consent: viewConsent(consents.find((each) => each.guardianId === guardianId)),
    means: file.means.map((each) => ({
      ...viewMeans(each),
      notedAt: each.notedAt,
      inForce: each === counting,
    })),
    fetches: fetches.toReversed().map((each) => viewFetch(each, nameIn(file))),
  }
}
