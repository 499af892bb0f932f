import type { ActivityId, FacilityId, GroupId, UnitId } from '../platform/schemas.ts'
import type { Activity, Catalogue, Unit } from './model.ts'

/** Files refer to the catalogue of the town by ids that loading has checked. */
const known = <Each extends { id: unknown }>(all: readonly Each[], id: Each['id']): Each => {
  const found = all.find((each) => each.id === id)
  if (found === undefined) throw new Error(`The catalogue does not know ${String(id)}`)
  return found
}

/** The name of a facility. */
export const facilityName = ({ facilities }: Catalogue, id: FacilityId): string =>
  known(facilities, id).name

/** The activity of an enrolment, with the names of its group and of where that is. */
export const describeGroup = (
  catalogue: Catalogue,
  { activityId, groupId }: { readonly activityId: ActivityId; readonly groupId: GroupId },
): { activity: Activity; group: string; facility: string } => {
  const activity = known(catalogue.activities, activityId)
  const group = known(activity.groups, groupId)
  return { activity, group: group.name, facility: facilityName(catalogue, group.facilityId) }
}

/** The units that families book, in the order of the catalogue. */
export const bookableUnits = ({ units }: Pick<Activity, 'units'>): Unit[] =>
  units.filter(({ bookable }) => bookable)

/** The names under which people read an activity. */
export interface ActivityLabels {
  readonly activity: string
  readonly facility: string
  readonly service: string
  readonly unit: (unitId: UnitId) => string
}

/**
 * The names of an activity, one of its groups and its units. What a later catalogue no longer knows
 * is read by its id, so that old requests stay readable.
 */
export const labelsOf = (
  { activities, facilities }: Catalogue,
  { activityId, groupId }: { readonly activityId: ActivityId; readonly groupId: GroupId },
): ActivityLabels => {
  const activity = activities.find(({ id }) => id === activityId)
  const group = activity?.groups.find(({ id }) => id === groupId)
  const facility = facilities.find(({ id }) => id === group?.facilityId)
  return {
    activity: activity?.name ?? activityId,
    facility: facility?.name ?? groupId,
    service: activity?.service ?? '',
    unit: (unitId) => activity?.units.find(({ id }) => id === unitId)?.name ?? unitId,
  }
}
