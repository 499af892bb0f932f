import { schoolYearOf } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { sameOwner, yearsOf } from './lines.ts'
import type { Request, Submission } from './model.ts'
import { changedPlannings } from './plan-household.ts'
import { settle, stillAsked } from './rules.ts'
import { loadHousehold } from './load-household.ts'
import { findSubmissionAndLater, saveDecision } from './store.ts'

/** What staff decide of a request. */
export interface Decision {
  readonly familyId: FamilyId
  readonly number: number
  readonly outcome: 'accepted' | 'refused'
  readonly message?: string | undefined
  /** The account of the agent. */
  readonly by: string
  readonly now: Date
}

const decided = (
  request: Request,
  units: Request['units'],
  { outcome, message, by, now }: Decision,
): Request => ({
  ...request,
  state: outcome,
  decision: { at: now.toISOString(), by, units, ...(message === undefined ? {} : { message }) },
})

/**
 * Accepts or refuses a request [guide 48]: the request and the planning change in one transaction,
 * which the stream tells the family by mail. The same decision again changes nothing.
 *
 * @throws PortalError `not-found`, `already-decided` when it was decided otherwise or needed no
 * decision, `concurrent-change`.
 */
export const decideRequest = async (
  table: Table,
  decision: Decision,
): Promise<{ submission: Submission; request: Request }> =>
  again(async () => {
    const { familyId, number, outcome } = decision
    const found = await findSubmissionAndLater(table, familyId, number)
    const request = found?.submission.requests.find((each) => each.number === number)
    if (found === undefined || request === undefined) throw new PortalError('not-found')
    const { submission, later } = found
    if (request.state !== 'pending') {
      if (request.decision !== undefined && request.state === outcome) {
        return { submission, request }
      }
      throw new PortalError('already-decided')
    }

    const household = await loadHousehold(table, familyId, schoolYearOf(request.to))
    const since = [submission, ...later]
      .flatMap(({ requests }) => requests)
      .filter((each) => each.number > number && sameOwner(each, request))
    const asked = stillAsked(request, since, parisDate(decision.now))
    const years = settle(yearsOf(household.plannings, request), asked, outcome)
    const after = decided(request, asked.units, decision)
    const settled: Submission = {
      ...submission,
      version: submission.version + 1,
      requests: submission.requests.map((each) => (each.number === number ? after : each)),
    }
    await saveDecision(table, settled, changedPlannings(household, { owner: request, years }))
    return { submission: settled, request: after }
  })
