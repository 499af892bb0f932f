import type { Enrolment, Guardian } from '../families/model.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { EnrolmentRequest } from './model.ts'

/** What a family is told of: a withdrawal is its own doing. */
export type TellableState = Exclude<EnrolmentRequest['state'], 'withdrawn'>

/** The write that has the guardian who asked told what has become of a request. */
export const noticeOf = (
  request: EnrolmentRequest & { readonly state: TellableState },
  now: Date,
): Write => {
  const { familyId, number, by, state, child, activityId, groupId, from, until } = request
  const message = request.decision?.message
  return noticeWrite(
    {
      familyId,
      noticeId: `ENROLMENT-${String(number)}-${state}`,
      to: [{ name: by.name, email: by.email }],
      content: {
        kind: 'enrolment',
        number,
        state,
        child,
        activityId,
        groupId,
        from,
        until,
        ...(message === undefined ? {} : { message }),
      },
    },
    now,
  )
}

/** The write that has guardians told that staff have ended an enrolment; cancelled without `until`. */
export const endNotice = (
  { familyId, enrolmentId, activityId, groupId, from }: Enrolment,
  {
    guardians,
    child,
    until,
    reason,
    now,
  }: {
    readonly guardians: readonly Guardian[]
    readonly child: string
    readonly until: Enrolment['until'] | undefined
    readonly reason: string
    readonly now: Date
  },
): Write =>
  noticeWrite(
    {
      familyId,
      noticeId: `ENROLMENT-END-${enrolmentId}-${until ?? 'cancelled'}`,
      to: recipientsOf(guardians),
      content: {
        kind: 'enrolment-ended',
        child,
        activityId,
        groupId,
        from,
        ...(until === undefined ? {} : { until }),
        reason,
      },
    },
    now,
  )
