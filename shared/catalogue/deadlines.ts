import {
  addDays,
  addMonths,
  earlierOf,
  firstDayOf,
  lastDayOf,
  laterOf,
  mondayOf,
  monthOf,
  weekdayOf,
  type IsoDate,
} from '../kernel/dates.ts'
import { parisInstant } from '../kernel/paris.ts'
import { isWorkingDay, publicHolidayOn, type LocalHolidays } from '../kernel/public-holidays.ts'
import type { DayKind, DeadlineLimit, DeadlineRule, DeadlineTable } from './deadline-model.ts'
import type { SchoolYear } from './model.ts'
import { holidaysBegin, isSchoolDay, isSchoolTime } from './school-time.ts'

/** No limit is further before its day, whatever holidays a town enters: walks end here. */
const LONGEST_DAYS = 366

/** What tells school days and working days from others. */
interface Days {
  readonly years: readonly SchoolYear[]
  readonly local: LocalHolidays | undefined
}

const isOfKind = (kind: DayKind, { years, local }: Days, day: IsoDate): boolean => {
  switch (kind) {
    case 'every-day':
      return true
    case 'weekdays':
      return weekdayOf(day) <= 5
    case 'working-days':
      return isWorkingDay(day, local)
    case 'school-days':
      return isSchoolDay(years, day, local)
  }
}

/** The day on which a limit falls, counted from `from`, before it goes back to another. */
const fallsOn = (limit: DeadlineLimit, from: IsoDate, floor: IsoDate, days: Days): IsoDate => {
  switch (limit.kind) {
    case 'days-before': {
      let left = limit.days
      let day = from
      while (left > 0 && day > floor) {
        day = addDays(day, -1)
        if (isOfKind(limit.counting, days, day)) left -= 1
      }
      return day
    }
    case 'previous-weekday': {
      const days = (weekdayOf(from) - limit.weekday + 7) % 7
      return addDays(from, days === 0 ? -7 : -days)
    }
    case 'weekday-of-week':
      return addDays(mondayOf(from), limit.weekday - 1 - 7 * limit.weeksBefore)
    case 'day-of-month': {
      const month = addMonths(monthOf(from), -limit.monthsBefore)
      return earlierOf(addDays(firstDayOf(month), limit.day - 1), lastDayOf(month))
    }
  }
}

const limitOf = (limit: DeadlineLimit, date: IsoDate, days: Days): Date => {
  const floor = addDays(date, -LONGEST_DAYS)
  const from = limit.countedFrom === 'holidays' ? holidaysBegin(days.years, date) : date
  let day = fallsOn(limit, from, floor, days)
  while (day > floor && !isOfKind(limit.backTo ?? 'every-day', days, day)) day = addDays(day, -1)
  return parisInstant(laterOf(day, floor), limit.hour)
}

const ruleIn = (
  { rows, otherwise }: DeadlineTable,
  date: IsoDate,
  { years, local }: Days,
): DeadlineTable['otherwise'] => {
  const weekday = weekdayOf(date)
  const row = rows.find(
    ({ weekdays, season, holidayOn }) =>
      (weekdays?.includes(weekday) ?? true) &&
      (season === undefined || (season === 'school-time') === isSchoolTime(years, date)) &&
      (holidayOn === undefined ||
        publicHolidayOn(addDays(mondayOf(date), holidayOn - 1), local) !== undefined),
  )
  return row?.rule ?? otherwise
}

/**
 * The instant from which a family may no longer act on `date` [guide 49]: always before the end of
 * `date` in Paris and at most 366 days before it. From one date to the next it may go back, as
 * where Wednesdays are to be booked earlier than other days.
 *
 * @param years the published school years, for rules that count school days or holidays.
 * @param local where the town lies, if there are more public holidays there.
 */
export const deadlineOf = (
  rule: DeadlineRule,
  date: IsoDate,
  years: readonly SchoolYear[],
  local?: LocalHolidays,
): Date => {
  const days = { years, local }
  switch (rule.kind) {
    case 'table':
      return deadlineOf(ruleIn(rule, date, days), date, years, local)
    case 'earliest':
      return new Date(Math.min(...rule.limits.map((limit) => limitOf(limit, date, days).getTime())))
    default:
      return limitOf(rule, date, days)
  }
}
