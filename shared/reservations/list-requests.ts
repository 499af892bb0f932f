import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { admitParent, readFile, type AdmittedParent } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Request, Submission } from './model.ts'
import type { listFamilyRequestsRoute, listRequestsRoute } from './request-routes.ts'
import { listSubmissions } from './store.ts'
import { viewRequest } from './view.ts'

type Query = Call<typeof listRequestsRoute>['query']
type Reply = z.input<(typeof listRequestsRoute)['reply']>

/** How many submissions are read at once where not every request may be shown. */
const READ_AT_ONCE = 100

const isWanted = ({ child, activity, state, before }: Query, request: Request): boolean =>
  (child === undefined || request.childId === child) &&
  (activity === undefined || request.activityId === activity) &&
  (state === undefined || request.state === state) &&
  (before === undefined || request.number < before)

/** Newest first, up to one more than the page holds: that one tells whether there is a next page. */
const findRequests = async (
  table: Table,
  familyId: FamilyId,
  query: Query,
  mayRead: AdmittedParent['mayRead'] | undefined,
): Promise<{ submission: Submission; request: Request }[]> => {
  const enough = query.limit + 1
  const isFiltered = [query.child, query.activity, query.state].some((part) => part !== undefined)
  const isShown = (request: Request): boolean =>
    isWanted(query, request) && (mayRead?.(request.childId) ?? true)
  // Each submission holds at least one request.
  const limit = isFiltered ? Math.max(enough, READ_AT_ONCE) : enough
  const found: { submission: Submission; request: Request }[] = []
  let to = query.before === undefined ? undefined : query.before - 1
  for (;;) {
    const submissions = await listSubmissions(table, familyId, {
      ...(to === undefined ? {} : { to }),
      limit,
    })
    for (const submission of submissions) {
      found.push(
        ...submission.requests
          .filter(isShown)
          .map((request) => ({ submission, request }))
          .toReversed(),
      )
    }
    const last = submissions[limit - 1]
    if (found.length >= enough || last === undefined) return found.slice(0, enough)
    to = last.number - 1
  }
}

/** A page of the requests of a family, of those that a reader may see. One Query or more. */
export const requestsOf = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  familyId: FamilyId,
  query: Query,
  mayRead?: AdmittedParent['mayRead'],
): Promise<Reply> => {
  const found = await findRequests(table, familyId, query, mayRead)
  const page = found.slice(0, query.limit)
  const last = page[query.limit - 1]
  return {
    requests: page.map(({ submission, request }) => viewRequest(catalogue, submission, request)),
    ...(found.length > query.limit && last !== undefined ? { next: last.request.number } : {}),
  }
}

/**
 * A family's requests for the children over whom the guardian has authority, newest first, by pages
 * [guide 19, 20]. Two Queries.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listRequests = async (
  deps: { table: Table; town: TownCatalogue },
  { actor, query, now }: Pick<Call<typeof listRequestsRoute>, 'actor' | 'query' | 'now'>,
): Promise<Reply> => {
  const { familyId, mayRead } = await admitParent(deps.table, { actor, now })
  return requestsOf(deps, familyId, query, mayRead)
}

/**
 * The requests of a family as staff read them: as the family itself does.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const listFamilyRequests = async (
  deps: { table: Table; town: TownCatalogue },
  {
    parameters: { familyId },
    query,
  }: Pick<Call<typeof listFamilyRequestsRoute>, 'parameters' | 'query'>,
): Promise<Reply> => {
  const page = await requestsOf(deps, familyId, query)
  // A number that was mistyped is told apart from a family that asked nothing.
  if (page.requests.length === 0) await readFile(deps.table, familyId, ['FILE', 'FAMILY'])
  return page
}
