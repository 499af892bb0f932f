import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import { awaitedOf, datesOf, isAwaited, isOpen } from './decision-rules.ts'
import { hasDay, readLine, sameOwner, yearsOf } from './lines.ts'
import type { Household } from './load-household.ts'
import { CHANGES, type Request, type Submission } from './model.ts'
import { stillAsked } from './rules.ts'
import { listSubmissions, submissionWrite } from './store.ts'

/** How far back requests are looked for that a new one overtakes, in submissions of the family. */
const MOST_EARLIER = 100

/** Whether requests change days that awaited an answer until now. */
const overtakes = ({ plannings }: Household, requests: readonly Request[]): boolean =>
  requests.some((request) => {
    const years = yearsOf(plannings, request)
    if (years.size === 0) return false
    return request.units.some(({ unitId, changes }) =>
      hasDay(
        readLine(years, unitId, request.from, request.to),
        (letter, index) => isAwaited(letter) && changes[index] !== CHANGES.unchanged,
      ),
    )
  })

/**
 * Earlier submissions with a request, pending or on the waiting list, that asks nothing any more,
 * since the family has now changed the last of it: that request is withdrawn.
 *
 * @param household as it was before.
 * @param earlier in any order.
 */
const superseded = (
  { plannings }: Household,
  earlier: readonly Submission[],
  { requests, submittedAt: at }: Submission,
): Submission[] => {
  const today = parisDate(new Date(at))
  const known = earlier.flatMap((submission) => submission.requests)
  const isOver = (request: Request): boolean => {
    if (!isOpen(request)) return false
    const ofSame = (each: Request): boolean => sameOwner(each, request)
    const since = known.filter((each) => each.number > request.number && ofSame(each))
    const years = yearsOf(plannings, request)
    const awaited = awaitedOf(request, { since, years, today })
    const left = stillAsked(awaited, requests.filter(ofSame), today)
    return datesOf(awaited).length > 0 && datesOf(left).length === 0
  }
  return earlier
    .filter((submission) => submission.requests.some(isOver))
    .map((submission) => ({
      ...submission,
      version: submission.version + 1,
      requests: submission.requests.map((request): Request =>
        isOver(request)
          ? { ...request, state: 'withdrawn', withdrawal: { at, units: [] } }
          : request,
      ),
    }))
}

/**
 * The writes that withdraw the requests that a submission leaves nothing of [guide 48]; to be put
 * into its transaction, so that staff never see a request of which nothing can be decided, nor the
 * family one that waits for nothing. One Query,
 * and only when the submission changes days that awaited an answer: a check whenever the inbox is
 * listed would ask one of every family in it.
 *
 * @param household as it was before the submission.
 */
export const supersededWrites = async (
  table: Table,
  household: Household,
  submission: Submission,
): Promise<Write[]> => {
  const { familyId, number, requests } = submission
  if (!overtakes(household, requests)) return []
  const earlier = await listSubmissions(table, familyId, { to: number - 1, limit: MOST_EARLIER })
  return superseded(household, earlier, submission).map(submissionWrite)
}
