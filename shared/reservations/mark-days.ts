import type { SchoolYearId, UnitId } from '../platform/schemas.ts'
import { StaleReadError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import { writeLine, yearsOf } from './lines.ts'
import type { Planning } from './model.ts'
import { planningEntity, planningWrites } from './store.ts'

/** Which planning: of one child in one activity in one school year. */
export type PlanningAddress = Pick<Planning, 'familyId' | 'schoolYear' | 'childId' | 'activityId'>

/** What a day of a unit becomes by what happened on it, as opposed to what was asked for. */
export interface MarkedDay {
  readonly unitId: UnitId
  readonly date: IsoDate
  /** One of `LETTERS`. */
  readonly letter: string
}

/** A planning as it is now; nothing if the child has never had anything there. */
export const loadPlanning = async (
  table: Table,
  address: PlanningAddress,
): Promise<Planning | undefined> => {
  const item = await table.get(planningEntity.keyOf(address))
  return item === undefined ? undefined : planningEntity.fromItem(item)
}

/**
 * The writes by which days of a planning get their letters, to be made in one transaction with
 * whatever says why; none when all of them have theirs.
 *
 * @param held the planning as it was read: the writes are refused if it has changed since.
 * @param days days of the school year of the planning.
 */
export const writesOfDays = (
  address: PlanningAddress,
  held: Planning | undefined,
  days: readonly MarkedDay[],
): Write[] => {
  const years = days.reduce(
    (written, { unitId, date, letter }) => writeLine(written, unitId, date, letter),
    yearsOf(held === undefined ? [] : [held], address),
  )
  const units = years.get(address.schoolYear)
  if (units === undefined || units === held?.units) return []
  const { familyId, schoolYear, childId, activityId } = address
  const version = (held?.version ?? 0) + 1
  return planningWrites({ ...held, familyId, schoolYear, childId, activityId, version, units })
}

/**
 * Gives days of a child in an activity their letters, all of them or none.
 *
 * @param plannings those of the child in the activity, as they were read.
 * @throws StaleReadError when one of them has changed since.
 */
export const markDays = async (
  table: Table,
  plannings: readonly Planning[],
  days: ReadonlyMap<SchoolYearId, readonly MarkedDay[]>,
): Promise<void> => {
  const writes = plannings.flatMap((planning) =>
    writesOfDays(planning, planning, days.get(planning.schoolYear) ?? []),
  )
  if (writes.length === 0) return
  if (!(await table.transact(writes)).done) throw new StaleReadError('planning')
}
