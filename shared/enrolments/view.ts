import type * as z from 'zod'
import { labelsOf } from '../catalogue/look-up.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import type { EnrolmentRequest } from './model.ts'
import type { enrolmentRequestReply } from './routes.ts'

/** A request as families and staff read it. */
export const viewEnrolmentRequest = (
  catalogue: Catalogue,
  request: EnrolmentRequest,
): z.input<typeof enrolmentRequestReply> => {
  const { activity, facility } = labelsOf(catalogue, request)
  const group = catalogue.activities
    .find(({ id }) => id === request.activityId)
    ?.groups.find(({ id }) => id === request.groupId)
  return {
    number: request.number,
    submittedAt: request.submittedAt,
    state: request.state,
    stateLabel: ENROLMENTS.states[request.state],
    childId: request.childId,
    child: request.child,
    activityId: request.activityId,
    activity,
    facility,
    groupId: request.groupId,
    group: group?.name ?? request.groupId,
    from: request.from,
    until: request.until,
    documents: request.documents,
    ...(request.enrolmentId === undefined ? {} : { enrolmentId: request.enrolmentId }),
    ...(request.decision?.message === undefined ? {} : { message: request.decision.message }),
  }
}
