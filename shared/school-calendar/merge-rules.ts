import type { SchoolYear } from '../catalogue/model.ts'
import { isSchoolTime, spanOf } from '../catalogue/school-time.ts'
import { SCHOOL_CALENDAR } from '../kernel/calendar-texts.ts'
import { addDays, eachDay, type IsoDate } from '../kernel/dates.ts'
import type { OfficialYear } from './model.ts'

type Dates = Pick<SchoolYear, 'firstDay' | 'lastDay' | 'holidays'>

/** The name of the holidays of a day, summer outside the year; nothing in school time. */
const offOn = ({ firstDay, lastDay, holidays }: Dates, date: IsoDate): string | undefined =>
  date < firstDay || date > lastDay
    ? SCHOOL_CALENDAR.summer
    : holidays.find(({ from, back }) => from <= date && date < back)?.name

/** Official dates in the words of the town, where its file names the same holidays otherwise. */
const worded = (official: Dates, held: Dates): Dates => ({
  ...official,
  holidays: official.holidays.map((holiday) => {
    const same = held.holidays.find(({ from, back }) => from < holiday.back && holiday.from < back)
    return same === undefined ? holiday : { ...holiday, name: same.name }
  }),
})

/** A year by the name of the holidays of each of its days, as `offOn` gives them. */
const yearOfDays = (
  year: SchoolYear,
  days: readonly { readonly date: IsoDate; readonly off: string | undefined }[],
): SchoolYear => {
  const school = days.filter(({ off }) => off === undefined)
  const [first] = school
  const last = school[school.length - 1]
  if (first === undefined || last === undefined) return year
  const holidays: SchoolYear['holidays'] = []
  for (const { date, off } of days) {
    if (off === undefined || date < first.date || date > last.date) continue
    const current = holidays[holidays.length - 1]
    if (current?.back === date && current.name === off) current.back = addDays(date, 1)
    else holidays.push({ name: off, from: date, back: addDays(date, 1) })
  }
  return { ...year, firstDay: first.date, lastDay: last.date, holidays }
}

/** What the official dates make of a school year of the town. */
export interface Merged {
  /** The same object where nothing changes. */
  readonly year: SchoolYear
  /** The days that the ministry has changed and the town follows. */
  readonly changed: readonly IsoDate[]
  /** The days on which the town says otherwise than the ministry: its word counts. */
  readonly own: readonly IsoDate[]
}

/**
 * A school year of the town after the official dates have changed, day by day: a day on which the town
 * said what the ministry said before follows the ministry; one on which it said otherwise is the
 * town's own decision and stays. Days before `from` stay as they were, so that what is billed of them
 * comes to the same for ever.
 *
 * @param base what the ministry said when the town was last compared with it.
 * @param from the first day that may change.
 */
export const mergeYear = (
  held: SchoolYear,
  { base, official, from }: { base: OfficialYear; official: OfficialYear; from: IsoDate },
): Merged => {
  const span = spanOf(held.id)
  const town = worded(official, held)
  const changed: IsoDate[] = []
  const own: IsoDate[] = []
  const moved: IsoDate[] = []
  const days = eachDay(span.from, span.to).map((date) => {
    const [now, wanted] = [offOn(held, date), offOn(town, date)]
    const [isSchool, isWanted] = [now, wanted].map((off) => off === undefined)
    const wasSchool = isSchoolTime([base], date)
    if (date < from) return { date, off: now }
    // A day that follows already has perhaps been changed by a run that died before its end.
    if (isSchool === isWanted) {
      if (wasSchool !== isWanted) changed.push(date)
      return { date, off: now }
    }
    if (isSchool !== wasSchool) {
      own.push(date)
      return { date, off: now }
    }
    changed.push(date)
    moved.push(date)
    return { date, off: wanted }
  })
  return { year: moved.length === 0 ? held : yearOfDays(held, days), changed, own }
}
