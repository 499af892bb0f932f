import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { daysBetween } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Segment } from '../platform/keys.ts'
import { LARGEST_NUMBER } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { CHANGES, type Request, type Submission } from './model.ts'
import type { listPendingRequestsRoute } from './request-routes.ts'
import { listPendingSubmissions } from './store.ts'
import { datedUnits, viewRequest } from './view.ts'

type Query = Call<typeof listPendingRequestsRoute>['query']
type Reply = z.input<(typeof listPendingRequestsRoute)['reply']>

/** A submission with those of its requests that are asked for. */
interface Found {
  readonly submission: Submission
  readonly requests: readonly Request[]
}

/** How many submissions are read at once, and for one page at most, where some may be left out. */
const READ_AT_ONCE = 200
const MOST_READ = 1000

const DAY = 86_400_000

/** The last instant that is more than a number of days ago. */
export const daysAgo = (days: number, now: Date): string =>
  new Date(now.getTime() - days * DAY - 1).toISOString()

const isWanted = ({ activity, group, minAge, maxAge }: Query, request: Request): boolean =>
  request.state === 'pending' &&
  (activity === undefined || request.activityId === activity) &&
  (group === undefined || request.groupId === group) &&
  // A request that does not say the age is shown to everybody rather than to nobody.
  (minAge === undefined || (request.age ?? minAge) >= minAge) &&
  (maxAge === undefined || (request.age ?? maxAge) <= maxAge)

const placeOf = ({ submittedAt, number }: Submission): string => `${submittedAt}_${String(number)}`

const behind = (place: string): readonly [string, number] => {
  const [submittedAt = '', number] = place.split('_')
  return [submittedAt, Math.min(Number(number) + 1, LARGEST_NUMBER)]
}

/** The next submissions with a request that is asked for, and where to read on. */
const findPending = async (
  table: Table,
  query: Query,
  now: Date,
): Promise<{ found: Found[]; next: string | undefined }> => {
  const until = query.olderThanDays === undefined ? undefined : daysAgo(query.olderThanDays, now)
  const filters = [query.activity, query.group, query.minAge, query.maxAge]
  const isFiltered = filters.some((part) => part !== undefined)
  const limit = isFiltered ? READ_AT_ONCE : query.limit + 1
  const found: Found[] = []
  let place = query.after
  for (let read = 0; read < MOST_READ; read += limit) {
    const from: readonly Segment[] = place === undefined ? [] : behind(place)
    // A reader who changed the filter on the way may be behind all that it lets through.
    if (until !== undefined && place !== undefined && place.slice(0, until.length) > until) {
      return { found, next: undefined }
    }
    const submissions = await listPendingSubmissions(table, {
      from,
      limit,
      ...(until === undefined ? {} : { until }),
    })
    for (const submission of submissions) {
      const requests = submission.requests.filter((request) => isWanted(query, request))
      if (requests.length > 0 && found.length === query.limit) return { found, next: place }
      if (requests.length > 0) found.push({ submission, requests })
      place = placeOf(submission)
    }
    if (submissions.length < limit) return { found, next: undefined }
  }
  return { found, next: place }
}

/**
 * The requests of all families that await a decision of staff, oldest first [guide 48], by pages of
 * `limit` submissions. Where filters leave most of them out, a page may hold fewer, even none, and
 * still have a next one: no call reads more than about a thousand submissions.
 */
export const listPendingRequests = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { query, now }: Pick<Call<typeof listPendingRequestsRoute>, 'query' | 'now'>,
): Promise<Reply> => {
  const { found, next } = await findPending(table, query, now)
  const today = parisDate(now)
  return {
    requests: found.flatMap(({ submission, requests }) =>
      requests.map((request) => ({
        ...viewRequest(catalogue, submission, request),
        familyId: submission.familyId,
        familyName: submission.familyName,
        groupId: request.groupId,
        group: describeGroup(catalogue, request)?.group ?? request.groupId,
        ...(request.age === undefined ? {} : { age: request.age }),
        daysAdded: datedUnits(request, CHANGES.added).length,
        daysRemoved: datedUnits(request, CHANGES.removed).length,
        daysWaited: daysBetween(parisDate(new Date(submission.submittedAt)), today) - 1,
      })),
    ),
    ...(next === undefined ? {} : { next }),
  }
}
