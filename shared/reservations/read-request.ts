import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { labelsOf } from '../catalogue/look-up.ts'
import { admitParent } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DAY_OUTCOMES } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { awaitedOf, hangsOnPlanning, outcomesOf, type Asked } from './decision-rules.ts'
import { sameOwner, yearsOf } from './lines.ts'
import { loadHousehold } from './load-household.ts'
import type { Request, Submission } from './model.ts'
import type { readRequestRoute } from './request-routes.ts'
import { listSubmissionsFrom } from './store.ts'
import { viewRequest } from './view.ts'

/** What of a request still awaits staff or a place: its days are told from the planning. */
const stillAwaited = async (
  table: Table,
  {
    request,
    submissions,
    now,
  }: { request: Request; submissions: readonly Submission[]; now: Date },
): Promise<Asked | undefined> => {
  const [submission] = submissions
  if (!hangsOnPlanning(request) || submission === undefined) return undefined
  const { plannings } = await loadHousehold(table, submission.familyId, schoolYearOf(request.to))
  return awaitedOf(request, {
    since: submissions
      .flatMap(({ requests }) => requests)
      .filter((each) => each.number > request.number && sameOwner(each, request)),
    years: yearsOf(plannings, request),
    today: parisDate(now),
  })
}

/**
 * A request with what became of each of its days [guide 19, 46].
 *
 * @throws PortalError `not-found`, also for a guardian who has left the family, and for a child over
 * whom they have no authority.
 */
export const readRequest = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  {
    actor,
    parameters: { number },
    now,
  }: Pick<Call<typeof readRequestRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<z.input<(typeof readRequestRoute)['reply']>> => {
  const { familyId, mayRead } = await admitParent(table, { actor, now })
  const submissions = await listSubmissionsFrom(table, familyId, number)
  const [submission] = submissions
  const request = submission?.requests.find((each) => each.number === number)
  if (submission === undefined || request === undefined || !mayRead(request.childId)) {
    throw new PortalError('not-found')
  }
  const awaited = await stillAwaited(table, { request, submissions, now })
  const { unit } = labelsOf(catalogue, request)
  return {
    ...viewRequest(catalogue, submission, request),
    days: outcomesOf(request, awaited).map(({ date, units }) => ({
      date,
      units: units.map(({ unitId, outcome }) => ({
        unitId,
        name: unit(unitId),
        outcome,
        outcomeLabel: DAY_OUTCOMES[outcome],
      })),
    })),
  }
}
