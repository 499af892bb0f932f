import { listEnrolled } from '../families/list-enrolled.ts'
import type { ListedEnrolment } from '../families/model.ts'
import type { ActivityId, SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Planning } from './model.ts'
import { planningsAmong } from './store.ts'

/** The register of an activity in a school year: who is enrolled, and who has booked what. */
export interface Register {
  readonly enrolments: readonly ListedEnrolment[]
  readonly plannings: readonly Planning[]
}

/** Loads a register by one Query of the index, which follows what is written within moments. */
export const loadRegister = async (
  table: Table,
  activityId: ActivityId,
  schoolYear: SchoolYearId,
): Promise<Register> => {
  const { enrolments, items } = await listEnrolled(table, activityId, schoolYear)
  return { enrolments, plannings: planningsAmong(items) }
}
