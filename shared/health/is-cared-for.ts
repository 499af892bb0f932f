import { comes } from '../attendance/roll.ts'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import type { FamilyFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { ChildId, FacilityId } from '../platform/schemas.ts'
import { letterOn } from '../reservations/lines.ts'
import type { Planning } from '../reservations/model.ts'

/**
 * Whether somebody cares for a child on a day: it is to come, or is there, with a group at one of
 * their facilities (GDPR, article 5: who needs to know, on the days on which they do).
 *
 * @param facilities nothing for those who work at all of them.
 */
export const isCaredFor = (
  { catalogue, calendars }: TownCatalogue,
  { file, plannings }: { readonly file: FamilyFile; readonly plannings: readonly Planning[] },
  {
    childId,
    facilities,
    today,
  }: {
    readonly childId: ChildId
    readonly facilities: readonly FacilityId[] | undefined
    readonly today: IsoDate
  },
): boolean =>
  file.enrolments.some((enrolment) => {
    if (enrolment.childId !== childId) return false
    if (today < enrolment.from || today > enrolment.until) return false
    const { activity } = describeGroup(catalogue, enrolment) ?? {}
    const group = activity?.groups.find(({ id }) => id === enrolment.groupId)
    if (activity === undefined || group === undefined) return false
    if (facilities?.includes(group.facilityId) === false) return false
    if (calendars.stateOf(activity, today) !== 'open') return false
    const planning = plannings.find(
      (each) =>
        each.childId === childId &&
        each.activityId === activity.id &&
        each.schoolYear === schoolYearOf(today),
    )
    return activity.units.some(({ id }) => comes(letterOn(planning, id, today)))
  })
