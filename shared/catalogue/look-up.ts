import type { ActivityId, FacilityId, GroupId, RegieId, UnitId } from '../platform/schemas.ts'
import type { Activity, Catalogue, Unit } from './model.ts'

/** The name of a facility; its id when the catalogue no longer has it. */
export const facilityName = ({ facilities }: Catalogue, id: FacilityId): string =>
  facilities.find((facility) => facility.id === id)?.name ?? id

/**
 * The activity of an enrolment, with the names of its group and of where that is; nothing when the
 * catalogue in force no longer has it: a family file outlives many catalogues.
 */
export const describeGroup = (
  catalogue: Catalogue,
  { activityId, groupId }: { readonly activityId: ActivityId; readonly groupId: GroupId },
): { activity: Activity; group: string; facility: string } | undefined => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  const group = activity?.groups.find(({ id }) => id === groupId)
  if (activity === undefined || group === undefined) return undefined
  return { activity, group: group.name, facility: facilityName(catalogue, group.facilityId) }
}

/** The régie of what names none: the town's first one. */
export const firstRegieId = ({ town }: Pick<Catalogue, 'town'>): RegieId => {
  const [first] = town.regies
  if (first === undefined) throw new Error('A town has a régie')
  return first.id
}

/** The régie that bills an activity: its own, else the town's first one. */
export const regieIdOf = (
  catalogue: Pick<Catalogue, 'town'>,
  { regieId }: Pick<Activity, 'regieId'>,
): RegieId => regieId ?? firstRegieId(catalogue)

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
