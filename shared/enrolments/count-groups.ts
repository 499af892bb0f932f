import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { listEnrolled } from '../families/list-enrolled.ts'
import type { Enrolment } from '../families/model.ts'
import { addDays, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { forEachAtOnce } from '../platform/at-once.ts'
import type { GroupId, SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { correctCount, findCount } from './capacity.ts'
import { countChildren } from './child-places.ts'
import { findEnd } from './store.ts'

/** So many reads at a time. */
const AT_ONCE = 25

/** What a run has done, for the logs. */
export interface CountReport {
  /** The groups that are counted. */
  readonly checked: number
  /** Those of them whose count was not that of the register. */
  readonly corrected: number
}

/** The groups that take no more than so many children. */
const limitedGroups = ({ enrolment }: Activity): GroupId[] =>
  (enrolment?.groups ?? []).flatMap(({ groupId, capacity }) =>
    capacity === undefined ? [] : [groupId],
  )

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

/** Which enrolments of a register were ended early and last until then. One read for each. */
const endedAmong = async (
  table: Table,
  enrolments: readonly Enrolment[],
): Promise<ReadonlySet<string>> => {
  const names = await forEachAtOnce(enrolments, AT_ONCE, async (each) =>
    (await findEnd(table, each)) === undefined ? [] : [nameOf(each)],
  )
  return new Set(names.flat())
}

/** Counts the groups of an activity in a school year that are counted already. */
const countActivity = async (
  table: Table,
  {
    activity,
    schoolYear,
    today,
  }: {
    readonly activity: Activity
    readonly schoolYear: SchoolYearId
    readonly today: IsoDate
  },
): Promise<CountReport> => {
  const activityId = activity.id
  const report = { checked: 0, corrected: 0 }
  // Before the register: whoever takes a place between the two makes the correction fail.
  const counts: { readonly groupId: GroupId; readonly count: number }[] = []
  for (const groupId of limitedGroups(activity)) {
    const count = await findCount(table, { activityId, groupId, schoolYear })
    if (count !== undefined) counts.push({ groupId, count })
  }
  if (counts.length === 0) return report
  const { enrolments } = await listEnrolled(table, activityId, schoolYear)
  const current = enrolments.filter(
    (each) => each.until >= today && counts.some(({ groupId }) => groupId === each.groupId),
  )
  const ended = await endedAmong(table, current)
  for (const { groupId, count } of counts) {
    report.checked += 1
    const to = countChildren(enrolments, groupId, (each) => ended.has(nameOf(each)), today)
    if (to === count) continue
    const crowd = { activityId, groupId, schoolYear }
    if (await correctCount(table, crowd, { from: count, to })) report.corrected += 1
  }
  return report
}

/**
 * Sets the counts of groups with a capacity right, by the registers: an enrolment that runs out gives its
 * place back by that, since nothing is written on its last day. A group that nobody has counted yet stays
 * so. A count that moves while its register is read is left to the next night, and so is what the index
 * did not show yet: so run it when nobody enrols. Doing it twice has one effect.
 *
 * Costs a read for each group, and a Query for each activity that is counted, with a read for each child.
 *
 * @param now the due time of the schedule.
 */
export const countGroups = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  now: Date,
): Promise<CountReport> => {
  const today = parisDate(now)
  const report = { checked: 0, corrected: 0 }
  for (const activity of town.catalogue.activities) {
    for (const schoolYear of yearsFrom(town, today)) {
      const { checked, corrected } = await countActivity(table, { activity, schoolYear, today })
      report.checked += checked
      report.corrected += corrected
    }
  }
  return report
}
