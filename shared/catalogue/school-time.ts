import { addDays, earlierOf, type IsoDate } from '../kernel/dates.ts'
import { isWorkingDay, type LocalHolidays } from '../kernel/public-holidays.ts'
import type { SchoolYear } from './model.ts'

/** The days from 1 September to 31 August of a school year. */
export const spanOf = (year: SchoolYear['id']): { from: IsoDate; to: IsoDate } => {
  const [first, second] = year.split('-')
  return { from: `${first ?? ''}-09-01`, to: `${second ?? ''}-08-31` }
}

const isWithinYear = ({ firstDay, lastDay }: SchoolYear, date: IsoDate): boolean =>
  firstDay <= date && date <= lastDay

/** Whether pupils have school on a day, by the published calendar alone. */
export const isSchoolTime = (years: readonly SchoolYear[], date: IsoDate): boolean => {
  const year = years.find((each) => isWithinYear(each, date))
  return year !== undefined && !year.holidays.some(({ from, back }) => from <= date && date < back)
}

/** Whether the calendar says something of a day, be it that it is one of summer. */
const isPublished = (years: readonly SchoolYear[], date: IsoDate): boolean =>
  years.some((year) => {
    const { from, to } = spanOf(year.id)
    return isWithinYear(year, date) || (from <= date && date <= to)
  })

/**
 * Whether a day is a working day in school time. A year that the town has not published yet is
 * taken for school time throughout: to take it for holidays would close all of its days at once.
 */
export const isSchoolDay = (
  years: readonly SchoolYear[],
  date: IsoDate,
  local?: LocalHolidays,
): boolean => isWorkingDay(date, local) && (isSchoolTime(years, date) || !isPublished(years, date))

/**
 * The first day of the school holidays in which a day lies: of those with a name, or of summer,
 * which begins on the day after the last day of school. The day itself in school time.
 */
export const holidaysBegin = (years: readonly SchoolYear[], date: IsoDate): IsoDate => {
  const named = years
    .flatMap(({ holidays }) => holidays)
    .filter(({ from, back }) => from <= date && date < back)
    .map(({ from }) => from)
  const isSummer = isPublished(years, date) && !years.some((year) => isWithinYear(year, date))
  const ended = years
    .filter(({ lastDay }) => isSummer && lastDay < date)
    .map(({ lastDay }) => addDays(lastDay, 1))
    .toSorted()
    .slice(-1)
  return [...named, ...ended].reduce(earlierOf, date)
}
