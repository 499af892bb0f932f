import { parisDate } from '../kernel/paris.ts'
import { PortalError } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import {
  awaitedOf,
  datesOf,
  decided,
  isDecidedAs,
  settled,
  type Decision,
  type DecisionResult,
} from './decision-rules.ts'
import { sameOwner, yearsOf } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning, Request, Submission } from './model.ts'
import { changedPlannings } from './plan-household.ts'

/** Who decides, and when. */
export interface Deciding {
  /** The account of the agent. */
  readonly by: string
  readonly now: Date
}

/** A family's requests and plannings while an agent decides. */
export interface Desk {
  readonly household: Household
  /** Oldest first. */
  readonly submissions: readonly Submission[]
  /** The submissions and plannings that have changed, at their next version. */
  readonly changed: {
    readonly submissions: readonly Submission[]
    readonly plannings: readonly Planning[]
  }
  readonly decided: readonly Request[]
}

const samePlanning = (a: Planning, b: Planning): boolean =>
  sameOwner(a, b) && a.schoolYear === b.schoolYear

const replaced = <Value>(
  all: readonly Value[],
  newer: readonly Value[],
  same: (a: Value, b: Value) => boolean,
): Value[] => [...all.filter((each) => !newer.some((other) => same(each, other))), ...newer]

const sameSubmission = (a: Submission, b: Submission): boolean => a.number === b.number

const submissionOf = (
  { submissions, changed }: Pick<Desk, 'submissions' | 'changed'>,
  number: number,
): Submission | undefined =>
  [...changed.submissions, ...submissions].find(({ requests }) =>
    requests.some((request) => request.number === number),
  )

const refusalOf = (request: Request, { refusedDates = [] }: Decision): PortalError | undefined => {
  if (request.state === 'withdrawn') return new PortalError('request-withdrawn')
  if (request.state !== 'pending') return new PortalError('already-decided')
  const dates = datesOf(request)
  const stranger = refusedDates.find((date) => !dates.includes(date))
  return stranger === undefined
    ? undefined
    : new PortalError('date-not-requested', { detail: DETAILS.dateNotRequested(stranger) })
}

/** A desk on which nothing is decided yet. */
export const openDesk = (household: Household, submissions: readonly Submission[]): Desk => ({
  household,
  submissions,
  changed: { submissions: [], plannings: [] },
  decided: [],
})

/** Decides one request on the desk. A decision already made is not made again. */
export const decideOn = (
  desk: Desk,
  decision: Decision,
  deciding: Deciding,
): { desk: Desk; result: DecisionResult } => {
  const submission = submissionOf(desk, decision.number)
  const request = submission?.requests.find(({ number }) => number === decision.number)
  if (submission === undefined || request === undefined) {
    return { desk, result: { done: false, problem: new PortalError('not-found') } }
  }
  if (isDecidedAs(request, decision)) return { desk, result: { done: true, submission, request } }
  const problem = refusalOf(request, decision)
  if (problem !== undefined) return { desk, result: { done: false, problem } }

  const { household, submissions, changed } = desk
  const plannings = replaced(household.plannings, changed.plannings, samePlanning)
  const years = yearsOf(plannings, request)
  const since = submissions
    .flatMap(({ requests }) => requests)
    .filter((each) => each.number > request.number && sameOwner(each, request))
  const awaited = awaitedOf(request, { since, years, today: parisDate(deciding.now) })
  const answered = decided(request, awaited, decision, deciding)
  const isFirst = !changed.submissions.some((each) => sameSubmission(each, submission))
  const after: Submission = {
    ...submission,
    version: submission.version + (isFirst ? 1 : 0),
    requests: submission.requests.map((each) => (each === request ? answered : each)),
  }
  const written = changedPlannings(household, {
    owner: request,
    years: settled(years, awaited, decision),
  })
  return {
    desk: {
      household,
      submissions,
      changed: {
        submissions: replaced(changed.submissions, [after], sameSubmission),
        plannings: replaced(changed.plannings, written, samePlanning),
      },
      decided: [...desk.decided, answered],
    },
    result: { done: true, submission: after, request: answered },
  }
}
