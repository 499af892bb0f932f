import type { Item } from '../platform/entity.ts'
import { activityPartition } from '../platform/keys.ts'
import type { ActivityId, SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { ListedEnrolment } from './model.ts'
import { enrolmentCardEntity } from './store.ts'

/**
 * Who is enrolled in an activity in a school year, with their cards, by one Query of the index.
 * Items that other capabilities keep there, such as plannings, come along. The index follows what is
 * written within moments.
 */
export const listEnrolled = async (
  table: Table,
  activityId: ActivityId,
  schoolYear: SchoolYearId,
): Promise<{ enrolments: readonly ListedEnrolment[]; items: readonly Item[] }> => {
  const partition = activityPartition(activityId, schoolYear)
  const items = await table.query({ partition, index: true })
  return { enrolments: enrolmentCardEntity.pick(items), items }
}
