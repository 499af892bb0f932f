import { addDays, type IsoDate } from '../kernel/dates.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { deleteRoster, listRosters } from './store.ts'

/**
 * Deletes the weeks of counted places of a group that lie in a period, all seven days of them.
 *
 * @returns how many there were.
 */
export const purgeRosters = async (
  table: Table,
  group: { readonly activityId: ActivityId; readonly groupId: GroupId },
  { from, to }: { readonly from: IsoDate; readonly to: IsoDate },
): Promise<number> => {
  const weeks = (await listRosters(table, group, { from, to })).filter(
    ({ monday }) => addDays(monday, 6) <= to,
  )
  await Promise.all(weeks.map((week) => deleteRoster(table, week)))
  return weeks.length
}
