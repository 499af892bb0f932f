import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import { endEntity, enrolmentRequestEntity, turnEntity } from './store.ts'

/** What requests for enrolments hold about people. */
export const ENROLMENT_DATA: readonly DataKind[] = [
  dataKind(enrolmentRequestEntity, {
    title: DATA_TITLES.EnrolmentRequest,
    retention: 'activity',
    // What staff have not decided is wanted, however old it is.
    since: ({ state, until }) => (state === 'pending' ? undefined : until),
    show: (request, reader) => {
      const { number, submittedAt, by, childId, age, className, activityId, groupId } = request
      const { from, until, state, documents, decision } = request
      if (!reader.mayReadChild(childId)) return undefined
      return {
        ...{ number, submittedAt, askedBy: by.name },
        child: reader.nameOf('childId', childId),
        ...{ age, className },
        activity: reader.nameOf('activityId', activityId),
        group: reader.nameOf('groupId', groupId),
        ...{ from, until, state },
        documents: documents.map(({ documentId }) => reader.nameOf('documentId', documentId)),
        ...(decision === undefined
          ? {}
          : {
              decision: {
                at: decision.at,
                by: reader.author(decision.by),
                message: decision.message,
              },
            }),
      }
    },
  }),
  dataKind(turnEntity, {
    title: DATA_TITLES.EnrolmentTurn,
    retention: 'technical',
    show: { notShown: 'A lock: a version and the ids of the child and the activity.' },
  }),
  dataKind(endEntity, {
    title: DATA_TITLES.EnrolmentEnd,
    retention: 'activity',
    since: ({ before }) => before.until,
    show: ({ lastDay, reason, at, by, before }, reader) =>
      reader.mayReadChild(before.childId)
        ? {
            child: reader.nameOf('childId', before.childId),
            activity: reader.nameOf('activityId', before.activityId),
            group: reader.nameOf('groupId', before.groupId),
            ...{ from: before.from, until: before.until, lastDay },
            decision: { at, by: reader.author(by), reason },
          }
        : undefined,
  }),
]
