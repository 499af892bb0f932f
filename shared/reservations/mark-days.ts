import type { SchoolYearId, UnitId } from '../platform/schemas.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { isIsoDate, type IsoDate } from '../kernel/dates.ts'
import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import { bookedUnits, changedDays, writeLine, yearsOf } from './lines.ts'
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
  /** Of a unit billed by the time spent: how long the child was there; nothing where nobody knows. */
  readonly minutes?: number | undefined
}

/** A planning as it is now; nothing if the child has never had anything there. */
export const loadPlanning = async (
  table: Table,
  address: PlanningAddress,
): Promise<Planning | undefined> =>
  planningEntity.found(await table.get(planningEntity.keyOf(address)))

type Minutes = NonNullable<Planning['minutes']>

/** The minutes with those of a day replaced, or removed; the same object when they are so already. */
const withMinutes = (held: Minutes, { unitId, date, minutes }: MarkedDay): Minutes => {
  const own = held[unitId] ?? {}
  if (own[date] === minutes) return held
  const others = Object.fromEntries(Object.entries(own).filter(([day]) => day !== date))
  return {
    ...held,
    [unitId]: minutes === undefined ? others : { ...others, [date]: minutes },
  }
}

const NO_MINUTES: Minutes = {}

/** How long a child was there, as its planning notes it; nothing where it does not. */
export const minutesOn = (
  planning: Pick<Planning, 'minutes'> | undefined,
  unitId: UnitId,
  date: IsoDate,
): number | undefined => planning?.minutes?.[unitId]?.[date]

/** The first day on which two states of a planning differ, in their letters or minutes. */
export const firstChange = (before: Planning | undefined, after: Planning): IsoDate | undefined => {
  const [earlier, later] = [before?.minutes ?? NO_MINUTES, after.minutes ?? NO_MINUTES]
  const timed = bookedUnits(after).flatMap((unitId) => {
    const days = [earlier, later].flatMap((minutes) => Object.keys(minutes[unitId] ?? {}))
    return days.filter(isIsoDate).filter((day) => earlier[unitId]?.[day] !== later[unitId]?.[day])
  })
  return [...changedDays(before ?? { units: {} }, after), ...timed].toSorted()[0]
}

/**
 * The writes by which days of a planning get their letters and minutes, to be made in one transaction
 * with whatever says why; none when all of them have theirs.
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
  const before = held?.minutes ?? NO_MINUTES
  const minutes = days.reduce(withMinutes, before)
  const units = years.get(address.schoolYear) ?? held?.units
  const isSame = units === held?.units && minutes === before
  if (units === undefined || isSame) return []
  const { familyId, schoolYear, childId, activityId } = address
  const version = (held?.version ?? 0) + 1
  return planningWrites({
    ...{ ...held, familyId, schoolYear, childId, activityId, version, units },
    ...(minutes === NO_MINUTES ? {} : { minutes }),
  })
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
