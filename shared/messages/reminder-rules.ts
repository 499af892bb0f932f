import type { TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import type { FamilyFile } from '../families/model.ts'
import { addDays, eachDay, mondayOf, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { UnitId } from '../platform/schemas.ts'
import { readLine, yearsOf, type Years } from '../reservations/lines.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import type { Notice } from './notice-model.ts'

/** How long before a deadline a family is reminded, in hours: a daily run has two tries at it. */
export const REMINDED_BEFORE = 48

/** How many weeks of the activity tell whether a child usually comes, and in how many it must. */
const WEEKS_OF_HABIT = 4
const WEEKS_ENOUGH = 2

/** How far the weeks of the habit are looked for: over the summer holidays. */
const LONGEST_LOOK_BACK = 16

/** How far the next week that is open is looked for: over the summer holidays. */
const LONGEST_LOOK_AHEAD = 12

/** Days on which a child is expected or was: booked, or there without a booking. */
const COMES: ReadonlySet<string> = new Set([
  LETTERS.requested,
  LETTERS.accepted,
  LETTERS.cancelling,
  LETTERS.late,
  LETTERS.excused,
  LETTERS.absent,
  LETTERS.unbooked,
])

/** A week of an activity that families can still book. */
export interface OpenWeek {
  readonly activity: Activity
  readonly monday: IsoDate
  /** The days of the week on which the activity takes place. */
  readonly days: readonly IsoDate[]
  /** The first deadline of these days for adding. */
  readonly until: Date
  /** The days of the last weeks in which the activity took place, by week, up to the week in course. */
  readonly habit: readonly (readonly IsoDate[])[]
}

const openDays = (
  { calendars }: TownCatalogue,
  activity: Activity,
  monday: IsoDate,
): readonly IsoDate[] =>
  eachDay(monday, addDays(monday, 6)).filter((date) => calendars.stateOf(activity, date) === 'open')

/** The open days of weeks in a row, from a Monday on; negative `step` goes back. */
const weeksFrom = (
  town: TownCatalogue,
  activity: Activity,
  { monday, step, count }: { monday: IsoDate; step: 7 | -7; count: number },
): (readonly IsoDate[])[] =>
  Array.from({ length: count }, (_, index) =>
    openDays(town, activity, addDays(monday, index * step)),
  ).filter((days) => days.length > 0)

/** The first week after the one in course of which no deadline for adding has passed. */
const nextOpenWeek = (town: TownCatalogue, activity: Activity, now: Date): OpenWeek[] => {
  const current = mondayOf(parisDate(now))
  const ahead = weeksFrom(town, activity, {
    monday: addDays(current, 7),
    step: 7,
    count: LONGEST_LOOK_AHEAD,
  })
  for (const days of ahead) {
    const deadlines = days.map((date) => town.calendars.deadlineOf(activity, 'add', date).getTime())
    const until = new Date(Math.min(...deadlines))
    const [first] = days
    if (first === undefined || until <= now) continue
    const habit = weeksFrom(town, activity, {
      monday: current,
      step: -7,
      count: LONGEST_LOOK_BACK,
    }).slice(0, WEEKS_OF_HABIT)
    return [{ activity, monday: mondayOf(first), days, until, habit }]
  }
  return []
}

/** Whether the first deadline of a week is so near that families are reminded of it. */
export const isNear = ({ until }: Pick<OpenWeek, 'until'>, now: Date): boolean =>
  now < until && until.getTime() <= now.getTime() + REMINDED_BEFORE * 3_600_000

/**
 * The weeks of which families are reminded at `now` [wish W5]: for each activity that repeats in
 * school time, the next week that is still open. Only weeks with a near deadline in some activity
 * are kept, with all activities that can be booked for them, so that one mail tells of all.
 */
export const weeksToRemind = (town: TownCatalogue, now: Date): OpenWeek[] => {
  const weeks = town.catalogue.activities
    .filter(({ opening }) => opening.season === 'school-time')
    .flatMap((activity) => nextOpenWeek(town, activity, now))
  const near = new Set(weeks.filter((week) => isNear(week, now)).map(({ monday }) => monday))
  return weeks.filter(({ monday }) => near.has(monday))
}

const hasSome = (
  years: Years,
  units: readonly UnitId[],
  { days, counts }: { days: readonly IsoDate[]; counts: (letter: string) => boolean },
): boolean => days.some((date) => units.some((unit) => counts(readLine(years, unit, date, date))))

/**
 * Whether a child usually comes to an activity: on some day of at least two of the last four weeks
 * in which it took place.
 *
 * @param habit the days of these weeks.
 */
export const usuallyComes = (
  years: Years,
  units: readonly UnitId[],
  habit: OpenWeek['habit'],
): boolean =>
  habit.filter((days) => hasSome(years, units, { days, counts: (letter) => COMES.has(letter) }))
    .length >= WEEKS_ENOUGH

/**
 * Whether a child who usually comes has nothing in a week: no day booked, asked for, on the waiting
 * list or refused, since a family that has asked knows of the week.
 */
export const misses = (years: Years, { activity, days, habit }: OpenWeek): boolean => {
  const units = bookableUnits(activity).map(({ id }) => id)
  return (
    !hasSome(years, units, { days, counts: (letter) => letter !== LETTERS.nothing }) &&
    usuallyComes(years, units, habit)
  )
}

/** A reminder of one week, for all children of a family. */
export type Reminder = Extract<Notice['content'], { kind: 'reminder' }>

/**
 * The reminders of a family [wish W5]: at most one for each week, in which some child, enrolled in
 * it, misses an activity whose deadline is near. It names all that the children miss in that week.
 *
 * @param weeks what `weeksToRemind` says at `now`.
 */
export const remindersOf = (
  weeks: readonly OpenWeek[],
  {
    file,
    plannings,
  }: { file: Pick<FamilyFile, 'children' | 'enrolments'>; plannings: readonly Planning[] },
  now: Date,
): Reminder[] => {
  const missed = file.children.flatMap(({ childId, firstName }) =>
    weeks.flatMap((week) => {
      const activityId = week.activity.id
      const enrolment = file.enrolments.find(
        (each) =>
          each.childId === childId &&
          each.activityId === activityId &&
          week.days.some((date) => each.from <= date && date <= each.until),
      )
      return enrolment !== undefined && misses(yearsOf(plannings, enrolment), week)
        ? [{ week, child: firstName, groupId: enrolment.groupId }]
        : []
    }),
  )
  return [...Map.groupBy(missed, ({ week }) => week.monday)]
    .filter(([, ofWeek]) => ofWeek.some(({ week }) => isNear(week, now)))
    .map(([monday, ofWeek]) => ({
      kind: 'reminder',
      monday,
      activities: ofWeek.map(({ week: { activity, until }, child, groupId }) => ({
        child,
        activityId: activity.id,
        groupId,
        until: until.toISOString(),
      })),
    }))
}
