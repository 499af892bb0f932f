import { ageOn } from '../kernel/dates.ts'
import { requestNumberSchema, type RequestNumber } from '../platform/schemas.ts'
import type { Request } from './model.ts'
import type { PlannedEnrolment } from './plan-household.ts'

/** A request before it has a number. */
export type Draft = Omit<Request, 'number'>

/** The requests that plans come to, one for each child and activity that changes [guide 46]. */
export const draftRequests = (planned: readonly PlannedEnrolment[]): Draft[] =>
  planned.flatMap(({ enrolment, child, plan }) =>
    plan.span === undefined
      ? []
      : [
          {
            childId: enrolment.childId,
            child: child.firstName,
            age: ageOn(child.birthDate, plan.span.from),
            activityId: enrolment.activityId,
            groupId: enrolment.groupId,
            state: plan.state,
            ...plan.span,
            units: [...plan.changes].map(([unitId, changes]) => ({ unitId, changes })),
          },
        ],
  )

/** Gives drafts their numbers, in a row from `first`. */
export const numberRequests = (drafts: readonly Draft[], first: RequestNumber): Request[] =>
  drafts.map((draft, index) => ({ number: requestNumberSchema.parse(first + index), ...draft }))
