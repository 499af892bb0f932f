import { schoolYearOf } from '../catalogue/calendar.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { enrolledUntil } from '../families/enrolled-until.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import type { Item } from '../platform/entity.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { healthConsentEntity, sealedRecordEntity } from './store.ts'

/**
 * The end of the school year of a child's last enrolment, or of the day on which its guardians told of it:
 * what is known of its health is for those who care for it. Nothing for a child of two households.
 */
const careEnds = (childId: string, toldAt: string, among: readonly Item[]): IsoDate | undefined => {
  const last = enrolledUntil(among, childId, dayOf(toldAt))
  return last === undefined ? undefined : spanOf(schoolYearOf(last)).to
}

/** What is kept of the health of children: what a record says is opened by who asks for it. */
export const HEALTH_DATA: readonly DataKind[] = [
  dataKind(sealedRecordEntity, {
    title: DATA_TITLES.HealthRecord,
    retention: 'health',
    since: ({ childId, changed }, among) => careEnds(childId, changed.at, among),
    show: ({ childId, changed }, reader) =>
      reader.mayReadChild(childId)
        ? { child: reader.nameOf('childId', childId), toldAt: changed.at }
        : undefined,
  }),
  dataKind(healthConsentEntity, {
    title: DATA_TITLES.HealthConsent,
    retention: 'health',
    since: ({ childId, at }, among) => careEnds(childId, at, among),
    show: ({ familyId, childId, by, at, textVersion, withdrawn }, reader) =>
      reader.mayReadChild(childId)
        ? {
            child: reader.nameOf('childId', childId),
            // A guardian of the other household is not named.
            by: by.familyId === familyId ? reader.nameOf('guardianId', by.guardianId) : undefined,
            at,
            textVersion,
            withdrawnAt: withdrawn?.at,
          }
        : undefined,
  }),
]
