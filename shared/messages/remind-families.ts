import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { tryEachAtOnce } from '../platform/at-once.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import type { FamilyId, SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { yearsOf } from '../reservations/lines.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import { loadRegister } from '../reservations/load-register.ts'
import { recipientsOf, sendNotice } from './notices.ts'
import { isNear, misses, remindersOf, weeksToRemind, type OpenWeek } from './reminder-rules.ts'
import { findPreferences } from './store.ts'

/** So many families at a time: thousands a minute, and no crowd of calls in one process. */
const AT_ONCE = 25

/** What a run has done, for the logs. */
export interface ReminderReport {
  /** The families that the index names. */
  readonly families: number
  /** The notices that are new. */
  readonly notices: number
}

const lastDayOf = ({ days, monday }: OpenWeek): IsoDate => days[days.length - 1] ?? monday

/**
 * The families with a child who misses a week, by the register of the activity: families who have
 * booked cost a part of a large read and nothing more. The index may be a moment behind, so who is
 * reminded is decided by the family file.
 */
const familiesThatMiss = async (table: Table, week: OpenWeek): Promise<FamilyId[]> => {
  const years = new Set([...week.habit.flat(), lastDayOf(week)].map(schoolYearOf))
  const registers = await Promise.all(
    [...years].map((year) => loadRegister(table, week.activity.id, year)),
  )
  const byChild = Map.groupBy(
    registers.flatMap(({ plannings }) => plannings),
    ({ familyId, childId }) => `${familyId} ${childId}`,
  )
  return [...byChild.values()].flatMap((own) => {
    const [first] = own
    return first !== undefined && misses(yearsOf(own, first), week) ? [first.familyId] : []
  })
}

/** What a run reminds of, and when. */
interface Run {
  readonly weeks: readonly OpenWeek[]
  /** The school year of the last of these weeks. */
  readonly year: SchoolYearId
  readonly now: Date
}

const remindFamily = async (
  table: Table,
  familyId: FamilyId,
  { weeks, year, now }: Run,
): Promise<number> => {
  const { reminders } = await findPreferences(table, familyId)
  if (!reminders) return 0
  const household = await loadHousehold(table, familyId, year)
  const to = recipientsOf(household.file.guardians)
  if (to.length === 0) return 0
  let notices = 0
  for (const content of remindersOf(weeks, household, now)) {
    const notice = { familyId, noticeId: `REMINDER-${content.monday}`, to, content }
    if (await sendNotice(table, notice, now)) notices += 1
  }
  return notices
}

/** Nothing for a file that is gone or cannot be read: it holds up nobody, and no try will mend it. */
const tryFamily = async (table: Table, familyId: FamilyId, run: Run): Promise<number> => {
  try {
    return await remindFamily(table, familyId, run)
  } catch (error) {
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('family not reminded', error, { familyId })
    return 0
  }
}

/**
 * Reminds families by mail before the deadline of a week in which a child who usually comes has
 * nothing [wish W5], unless they want no reminders. One notice for each family and week, stored
 * under the name of both: a run that is cut off and starts again, and the run of another day, send
 * no second one. Each activity with a near deadline costs a Query of its register, each family that
 * it names one read, one Query and one write; on other days the run reads nothing.
 *
 * @param now the due time of the schedule.
 * @throws when the table fails for some families: the others are done, the caller starts again.
 */
export const remindFamilies = async (
  { table, town }: { table: Table; town: TownCatalogue },
  now: Date,
): Promise<ReminderReport> => {
  const weeks = weeksToRemind(town, now)
  const year = weeks.map(lastDayOf).toSorted().map(schoolYearOf).at(-1)
  if (year === undefined) return { families: 0, notices: 0 }

  const named = new Set<FamilyId>()
  for (const week of weeks.filter((each) => isNear(each, now))) {
    for (const familyId of await familiesThatMiss(table, week)) named.add(familyId)
  }
  const families = [...named]
  const outcomes = await tryEachAtOnce(
    families,
    AT_ONCE,
    (familyId) => tryFamily(table, familyId, { weeks, year, now }),
    'Some families were not reminded',
  )
  const notices = outcomes.reduce((sum, each) => sum + each, 0)
  return { families: families.length, notices }
}
