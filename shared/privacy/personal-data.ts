import { ERASURE_REQUESTS } from '../kernel/erasure-texts.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { erasureRequestEntity, retentionWarningEntity } from './store.ts'

/** What data protection itself holds about people. */
export const PRIVACY_DATA: readonly DataKind[] = [
  dataKind(erasureRequestEntity, {
    title: DATA_TITLES.ErasureRequest,
    retention: 'activity',
    since: ({ refusal }) => refusal && dayOf(refusal.at),
    show: ({ number, askedAt, askedBy, dueOn, state, refusal }, reader) => ({
      ...{ number, askedAt, dueOn },
      askedBy: reader.nameOf('guardianId', askedBy),
      state: ERASURE_REQUESTS[state],
      ...(refusal === undefined
        ? {}
        : {
            refusal: {
              at: refusal.at,
              by: reader.author(refusal.by),
              reason: refusal.reason,
            },
          }),
    }),
  }),
  dataKind(retentionWarningEntity, {
    title: DATA_TITLES.RetentionWarning,
    retention: 'file',
    show: ({ warnedOn, since }) => ({ warnedOn, since }),
  }),
]
