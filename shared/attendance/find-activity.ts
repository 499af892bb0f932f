import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'

/**
 * The activity of a register.
 *
 * @throws PortalError `not-found` for one, or for a group, that the catalogue does not have.
 */
export const findActivity = (
  { catalogue }: TownCatalogue,
  activityId: ActivityId,
  groupId?: GroupId,
): Activity => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  const known = groupId === undefined || activity?.groups.some(({ id }) => id === groupId) === true
  if (activity === undefined || !known) throw new PortalError('not-found')
  return activity
}
