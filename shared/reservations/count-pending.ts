import type { Catalogue } from '../catalogue/model.ts'
import type { ActivityId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { daysAgo } from './list-pending-requests.ts'
import { listPendingSubmissions } from './store.ts'

/** How many requests await a decision, and how many of them for more than some days. */
interface PendingCount {
  readonly pending: number
  readonly older: number
}

/** How many requests await staff, in all and by activity. */
interface PendingCounts extends PendingCount {
  readonly activities: (PendingCount & {
    readonly activityId: ActivityId
    readonly activity: string
  })[]
}

/**
 * Counts the requests that await a decision of staff [guide 48], by activity in the order of the
 * catalogue. It reads all of them: what a town has not answered yet is little.
 *
 * @param days a request is older when it was submitted more than so many days of 24 hours ago.
 */
export const countPending = async (
  { table, catalogue }: { table: Table; catalogue: Catalogue },
  { days, now }: { days: number; now: Date },
): Promise<PendingCounts> => {
  const limit = daysAgo(days, now)
  const submissions = await listPendingSubmissions(table)
  const pending = submissions.flatMap(({ submittedAt, requests }) =>
    requests
      .filter(({ state }) => state === 'pending')
      .map(({ activityId }) => ({ activityId, isOlder: submittedAt <= limit })),
  )
  const countOf = (some: typeof pending): PendingCount => ({
    pending: some.length,
    older: some.filter(({ isOlder }) => isOlder).length,
  })
  const known = catalogue.activities.map(({ id }) => id)
  const place = (id: ActivityId): number => (known.includes(id) ? known.indexOf(id) : known.length)
  return {
    ...countOf(pending),
    activities: [...Map.groupBy(pending, ({ activityId }) => activityId)]
      .toSorted(([a], [b]) => place(a) - place(b))
      .map(([activityId, own]) => ({
        activityId,
        activity: catalogue.activities.find(({ id }) => id === activityId)?.name ?? activityId,
        ...countOf(own),
      })),
  }
}
