import { labelsOf } from '../catalogue/look-up.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import { PROBLEM_TITLES, REQUEST_STATES } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { CHANGES, type Request, type Submission } from './model.ts'
import type { FamilyDecisionResult } from './decision-rules.ts'
import type { DecisionReply, RequestReply } from './request-routes.ts'

/** A request as clients read it. */
export const viewRequest = (
  catalogue: Catalogue,
  submission: Submission,
  request: Request,
): RequestReply => {
  const { activity, facility, service, unit } = labelsOf(catalogue, request)
  return {
    number: request.number,
    submittedAt: submission.submittedAt,
    state: request.state,
    stateLabel: REQUEST_STATES[request.state],
    childId: request.childId,
    child: request.child,
    activityId: request.activityId,
    activity,
    facility,
    service,
    from: request.from,
    to: request.to,
    units: request.units.map(({ unitId, changes }) => ({ unitId, name: unit(unitId), changes })),
    ...(request.decision?.message === undefined ? {} : { message: request.decision.message }),
    ...(request.decision?.refusedDates === undefined
      ? {}
      : { refusedDates: request.decision.refusedDates }),
  }
}

/** The requests of a submission as clients read them. */
export const viewSubmission = (
  catalogue: Catalogue,
  submission: Submission,
): { requests: RequestReply[] } => ({
  requests: submission.requests.map((request) => viewRequest(catalogue, submission, request)),
})

/** What became of one decision of many, as clients read it. */
export const viewResult = (catalogue: Catalogue, result: FamilyDecisionResult): DecisionReply => {
  const { familyId, number } = result
  if (result.done) {
    return { familyId, number, request: viewRequest(catalogue, result.submission, result.request) }
  }
  const { code, detail } = result.problem
  const title = PROBLEM_TITLES[code]
  return {
    familyId,
    number,
    problem: { code, title, ...(detail === undefined ? {} : { detail }) },
  }
}

/** A request as it was when it was made, whatever staff and the family have decided since. */
export const asSubmitted = (request: Request): Request => {
  const { decision, withdrawal, ...rest } = request
  const asked = (decision ?? withdrawal)?.units
  if (asked === undefined) return request
  const units = request.units.map(({ unitId, changes }) => {
    const line = asked.find((unit) => unit.unitId === unitId)?.changes ?? ''
    return {
      unitId,
      changes: Array.from(changes, (change, index) =>
        (line[index] ?? CHANGES.unchanged) === CHANGES.unchanged ? change : line[index],
      ).join(''),
    }
  })
  const awaitsStaff = units.some(
    ({ changes }) => changes.includes(CHANGES.added) || changes.includes(CHANGES.removed),
  )
  return { ...rest, state: awaitsStaff ? 'pending' : 'waiting', units }
}

/** The days on which a letter stands in some of a request's lines, with the units concerned. */
export const datedUnits = (
  { from, to, units }: Pick<Request, 'from' | 'to' | 'units'>,
  letter: (typeof CHANGES)[keyof typeof CHANGES],
): { date: IsoDate; units: UnitId[] }[] =>
  eachDay(from, to).flatMap((date, index) => {
    const changed = units.filter(({ changes }) => changes[index] === letter)
    return changed.length === 0 ? [] : [{ date, units: changed.map(({ unitId }) => unitId) }]
  })
