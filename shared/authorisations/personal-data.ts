import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { authorisationRequestEntity } from './store.ts'

/** What forms of authorisations hold about people. */
export const AUTHORISATION_DATA: readonly DataKind[] = [
  dataKind(authorisationRequestEntity, {
    title: DATA_TITLES.AuthorisationRequest,
    retention: 'activity',
    since: ({ submittedAt }) => dayOf(submittedAt),
    show: ({ number, submittedAt, by, changes }, reader) => {
      const readable = changes.filter(({ childId }) => reader.mayReadChild(childId))
      if (readable.length === 0) return undefined
      return {
        ...{ number, submittedAt, askedBy: by.name },
        authorisations: readable.map(({ childId, about, before, allowed, enrolments }) => ({
          child: reader.nameOf('childId', childId),
          kind: about.kind,
          ...(about.kind === 'collect' ? { contact: about.name, relation: about.relation } : {}),
          before,
          allowed,
          activities: enrolments.map(({ activityId }) => reader.nameOf('activityId', activityId)),
        })),
      }
    },
  }),
]
