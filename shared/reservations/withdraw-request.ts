import { schoolYearOf } from '../catalogue/calendar.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { childOf } from '../families/rights-rules.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { awaitedOf, isOpen, undone, withdrawn } from './decision-rules.ts'
import { sameOwner, yearsOf } from './lines.ts'
import { loadHousehold } from './load-household.ts'
import type { Request, Submission } from './model.ts'
import { changedPlannings } from './plan-household.ts'
import type { withdrawRequestRoute } from './request-routes.ts'
import { listSubmissionsFrom, saveOutcome } from './store.ts'

/**
 * Withdraws a request that still awaits staff or waits for places [guide 8, 19]: what it still asks
 * is undone, in one transaction with the planning; what it changed at once stays. The same call
 * again changes nothing.
 *
 * @throws PortalError `not-found`, `already-decided`; `concurrent-change` when the family's
 * plannings keep changing meanwhile.
 */
export const withdrawRequest = async (
  table: Table,
  {
    actor,
    parameters: { number },
    now,
  }: Pick<Call<typeof withdrawRequestRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<{ submission: Submission; request: Request }> => {
  const { familyId, guardianId } = householdOf(actor)
  return again(async () => {
    const submissions = await listSubmissionsFrom(table, familyId, number)
    const holds = ({ requests }: Submission): boolean =>
      requests.some((each) => each.number === number)
    const submission = submissions.find(holds)
    const request = submission?.requests.find((each) => each.number === number)
    if (submission === undefined || request === undefined) throw new PortalError('not-found')

    const household = await loadHousehold(table, familyId, schoolYearOf(request.to))
    actingGuardian(household.file, guardianId)
    const today = parisDate(now)
    childOf(household.file, guardianId, { childId: request.childId, today })
    if (request.state === 'withdrawn') return { submission, request }
    if (!isOpen(request)) throw new PortalError('already-decided')

    const years = yearsOf(household.plannings, request)
    const since = submissions
      .flatMap(({ requests }) => requests)
      .filter((each) => each.number > number && sameOwner(each, request))
    const awaited = awaitedOf(request, { since, years, today })
    const over = withdrawn(request, awaited, now)
    const after: Submission = {
      ...submission,
      version: submission.version + 1,
      requests: submission.requests.map((each) => (each === request ? over : each)),
    }
    await saveOutcome(table, {
      submissions: [after],
      plannings: changedPlannings(household, { owner: request, years: undone(years, awaited) }),
    })
    return { submission: after, request: over }
  })
}
