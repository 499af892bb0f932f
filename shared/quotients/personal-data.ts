import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { QUOTIENTS } from '../kernel/quotient-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { consentEntity, fetchEntity } from './store.ts'

/** What is kept of the questions to the funds. */
export const QUOTIENT_DATA: readonly DataKind[] = [
  dataKind(consentEntity, {
    title: DATA_TITLES.QuotientConsent,
    retention: 'means',
    since: ({ withdrawnAt }) => (withdrawnAt === undefined ? undefined : dayOf(withdrawnAt)),
    show: ({ guardianId, at, textVersion, withdrawnAt }, reader) =>
      reader.mayReadGuardian(guardianId)
        ? { guardian: reader.nameOf('guardianId', guardianId), at, textVersion, withdrawnAt }
        : undefined,
  }),
  dataKind(fetchEntity, {
    title: DATA_TITLES.QuotientFetch,
    retention: 'means',
    since: ({ at }) => dayOf(at),
    show: ({ at, by, byGuardian, guardianId, month, consent, outcome, reason }, reader) =>
      reader.mayReadGuardian(guardianId)
        ? {
            at,
            by:
              byGuardian === undefined
                ? reader.author(by)
                : reader.nameOf('guardianId', byGuardian),
            guardian: reader.nameOf('guardianId', guardianId),
            purpose: QUOTIENTS.purpose,
            month,
            consentedAt: consent.at,
            outcome,
            ...(reader.guardianId === undefined ? { reason } : {}),
          }
        : undefined,
  }),
]
