import { facilitiesOf } from '../accounts/facilities.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Actor } from '../platform/http.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'

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

/** An activity as a member of staff may see and note it. */
export interface OpenActivity {
  readonly activity: Activity
  /** Whether some of its groups, and all children who are in none, are kept from them. */
  readonly isLimited: boolean
}

/**
 * The activity of a register for a member of staff: staff of a site find the groups at their facilities
 * alone. One read for them, none for the others.
 *
 * @throws PortalError `not-found` for an activity or a group that the town does not have, and for one
 * that is not at a facility of theirs.
 */
export const openActivity = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  actor: Actor,
  {
    activityId,
    groupId,
  }: { readonly activityId: ActivityId; readonly groupId?: GroupId | undefined },
): Promise<OpenActivity> => {
  const activity = findActivity(town, activityId, groupId)
  const facilities = await facilitiesOf(table, actor)
  if (facilities === undefined) return { activity, isLimited: false }
  const groups = activity.groups.filter(({ facilityId }) => facilities.includes(facilityId))
  const isTheirs = groups.some(({ id }) => groupId === undefined || id === groupId)
  if (!isTheirs) throw new PortalError('not-found')
  return { activity: { ...activity, groups }, isLimited: true }
}
