import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import { LARGEST_NUMBER } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { listPendingRequestsRoute, listRequestsRoute } from './routes.ts'
import { listPendingSubmissions, listSubmissions } from './store.ts'
import { viewRequest } from './view.ts'

/** A family's requests, newest first [guide 19, 20]. */
export const listRequests = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { actor, query }: Pick<Call<typeof listRequestsRoute>, 'actor' | 'query'>,
): Promise<z.input<(typeof listRequestsRoute)['reply']>> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  const { before, limit } = query
  // Each submission holds at least one request; one more tells whether there is a next page.
  const submissions = await listSubmissions(table, familyId, {
    ...(before === undefined ? {} : { to: before - 1 }),
    limit: limit + 1,
  })
  const requests = submissions
    .flatMap((submission) =>
      submission.requests
        .map((request) => viewRequest(catalogue, submission, request))
        .toReversed(),
    )
    .filter(({ number }) => before === undefined || number < before)
  const last = requests[limit - 1]
  return {
    requests: requests.slice(0, limit),
    ...(requests.length > limit && last !== undefined ? { next: last.number } : {}),
  }
}

/**
 * The requests of all families that await a decision of staff, oldest first [guide 48], by pages of
 * `limit` submissions.
 */
export const listPendingRequests = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { query: { limit, after } }: Pick<Call<typeof listPendingRequestsRoute>, 'query'>,
): Promise<z.input<(typeof listPendingRequestsRoute)['reply']>> => {
  const [submittedAt, number] = after?.split('_') ?? []
  const submissions = await listPendingSubmissions(table, {
    from:
      submittedAt === undefined ? [] : [submittedAt, Math.min(Number(number) + 1, LARGEST_NUMBER)],
    limit: limit + 1,
  })
  const page = submissions.slice(0, limit)
  const last = page[limit - 1]
  return {
    requests: page.flatMap((submission) =>
      submission.requests
        .filter(({ state }) => state === 'pending')
        .map((request) => ({
          ...viewRequest(catalogue, submission, request),
          familyId: submission.familyId,
          familyName: submission.familyName,
        })),
    ),
    ...(submissions.length > limit && last !== undefined
      ? { next: `${last.submittedAt}_${String(last.number)}` }
      : {}),
  }
}
