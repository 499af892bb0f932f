import { addDays, type IsoDate } from '../kernel/dates.ts'
import { parisInstant } from '../kernel/paris.ts'
import { isWorkingDay } from '../kernel/public-holidays.ts'
import type { DeadlineRule } from './model.ts'

/**
 * The last day on which a family may act on `date`. Working days leave out Saturdays, Sundays and
 * public holidays: « J-2 hors week-end » of Monday is Thursday.
 */
const lastDayFor = (rule: DeadlineRule, date: IsoDate): IsoDate => {
  let left = rule.days
  let day = date
  while (left > 0) {
    day = addDays(day, -1)
    if (rule.counting === 'every-day' || isWorkingDay(day)) left -= 1
  }
  return day
}

/** The instant from which a family may no longer act on `date` [guide 49], in Europe/Paris. */
export const deadlineOf = (rule: DeadlineRule, date: IsoDate): Date =>
  parisInstant(lastDayFor(rule, date), rule.hour)

/**
 * The first day on which a family may still act at `now`. Deadlines never go back from one day to
 * the next, so this one comparison answers for every day of a planning.
 *
 * @param today the day it is in Paris at `now`.
 */
export const firstDayInTime = (rule: DeadlineRule, today: IsoDate, now: Date): IsoDate => {
  let date = today
  while (deadlineOf(rule, date) <= now) date = addDays(date, 1)
  return date
}
