import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { listEnrolled } from '../families/list-enrolled.ts'
import type { Enrolment } from '../families/model.ts'
import { addDays, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { correctCount, findCount, type Crowd } from './capacity.ts'
import { countChildren } from './child-place-rules.ts'
import { endedAmong } from './place-of-child.ts'

/** What a run has done, for the logs. */
export interface CountReport {
  /** The groups that are counted. */
  readonly checked: number
  /** Those of them whose count was not that of the register. */
  readonly corrected: number
}

/** The school year of a day, and the next one once the town has it. */
const yearsFrom = (
  { catalogue: { schoolYears } }: TownCatalogue,
  today: IsoDate,
): SchoolYearId[] => {
  const year = schoolYearOf(today)
  const next = schoolYearOf(addDays(spanOf(year).to, 1))
  return [year, ...schoolYears.map(({ id }) => id).filter((id) => id === next)]
}

const nameOf = ({ familyId, enrolmentId }: Enrolment): string => `${familyId} ${enrolmentId}`

/** An activity in a school year, on a day. */
interface Register {
  readonly activity: Activity
  readonly schoolYear: SchoolYearId
  readonly today: IsoDate
}

/** The count of a group, and the one that it should be. */
interface Compared {
  readonly crowd: Crowd
  readonly count: number
  readonly actual: number
}

/**
 * The groups of an activity in a school year that are counted already, those included whose capacity was
 * lifted since.
 */
const compareGroups = async (
  table: Table,
  { activity, schoolYear, today }: Register,
): Promise<Compared[]> => {
  const activityId = activity.id
  // Before the register: whoever takes a place between the two makes a correction fail.
  const counts: { readonly crowd: Crowd; readonly count: number }[] = []
  for (const { id: groupId } of activity.groups) {
    const crowd = { activityId, groupId, schoolYear }
    const count = await findCount(table, crowd)
    if (count !== undefined) counts.push({ crowd, count })
  }
  if (counts.length === 0) return []
  const { enrolments } = await listEnrolled(table, activityId, schoolYear)
  const current = enrolments.filter(
    (each) => each.until >= today && counts.some(({ crowd }) => crowd.groupId === each.groupId),
  )
  const ended = new Set((await endedAmong(table, current)).map(nameOf))
  return counts.map(({ crowd, count }) => ({
    ...{ crowd, count },
    actual: countChildren(enrolments, crowd.groupId, (each) => ended.has(nameOf(each)), today),
  }))
}

const differ = ({ count, actual }: Compared): boolean => count !== actual

/**
 * Sets the counts of groups with a capacity right, by the registers: an enrolment that runs out gives its
 * place back by that, since nothing is written on its last day. A group that nobody has counted yet stays
 * so. What differs is looked at once more after a pause, and corrected only if nothing has changed: the
 * index of the registers follows what is written, moments later. The rest is left to the next night. Doing
 * it twice has one effect.
 *
 * Costs a read for each group, and a Query for each activity that is counted, with a read for each child;
 * as much again of those that differ.
 *
 * @param pause for longer than the index takes.
 * @param now the due time of the schedule.
 */
export const countGroups = async (
  {
    table,
    town,
    pause,
  }: {
    readonly table: Table
    readonly town: TownCatalogue
    readonly pause: () => Promise<unknown>
  },
  now: Date,
): Promise<CountReport> => {
  const today = parisDate(now)
  const report = { checked: 0, corrected: 0 }
  const odd: { readonly register: Register; readonly compared: readonly Compared[] }[] = []
  for (const activity of town.catalogue.activities) {
    for (const schoolYear of yearsFrom(town, today)) {
      const register = { activity, schoolYear, today }
      const compared = await compareGroups(table, register)
      report.checked += compared.length
      if (compared.some(differ)) odd.push({ register, compared })
    }
  }
  if (odd.length === 0) return report
  await pause()
  for (const { register, compared: before } of odd) {
    for (const compared of await compareGroups(table, register)) {
      const { crowd, count: from, actual: to } = compared
      const same = before.some(
        (each) => each.crowd.groupId === crowd.groupId && each.count === from && each.actual === to,
      )
      if (!differ(compared) || !same) continue
      if (await correctCount(table, crowd, { from, to })) report.corrected += 1
    }
  }
  return report
}
