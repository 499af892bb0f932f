import type { IsoDate } from '../kernel/dates.ts'
import type { ActivityId, GroupId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Roster } from './model.ts'
import { listRosters } from './store.ts'

/** How full a group is in the weeks from a day to a day: one Query. Untouched weeks are not there. */
export const loadRosters = (
  table: Table,
  activityId: ActivityId,
  groupId: GroupId,
  from: IsoDate,
  to: IsoDate,
): Promise<Roster[]> => listRosters(table, { activityId, groupId }, { from, to })
