import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity, Places } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'

/**
 * An activity whose places are counted.
 *
 * @param groupId one of its groups, any unless given.
 * @throws PortalError `not-found` for an activity or a group that the catalogue does not have, or
 * whose places are not counted.
 */
export const findGroup = (
  { catalogue }: TownCatalogue,
  activityId: ActivityId,
  groupId?: GroupId,
): Activity & { readonly places: Places } => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  const known = groupId === undefined || activity?.groups.some(({ id }) => id === groupId) === true
  if (activity?.places === undefined || !known) throw new PortalError('not-found')
  return { ...activity, places: activity.places }
}
