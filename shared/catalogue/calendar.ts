import {
  addMonths,
  dateOfEpochDay,
  epochDay,
  firstDayOf,
  monthOf,
  weekdayOfEpochDay,
  type IsoDate,
} from '../kernel/dates.ts'
import { publicHolidayOn } from '../kernel/public-holidays.ts'
import { schoolYearIdSchema, type SchoolYearId } from '../platform/schemas.ts'
import type { Activity, Catalogue, SchoolYear } from './model.ts'

/** Whether an activity takes place on a day, and else why not. */
export type DayState =
  'open' | 'noService' | 'publicHoliday' | 'schoolHoliday' | 'schoolTime' | 'closed'

/** The school year to which a day belongs: years change on 1 September. */
export const schoolYearOf = (date: IsoDate): SchoolYearId => {
  const first = Number(addMonths(monthOf(date), -8).slice(0, 4))
  return schoolYearIdSchema.parse(`${String(first)}-${String(first + 1)}`)
}

/** The days from 1 September to 31 August of a school year. */
export const spanOf = (year: SchoolYearId): { from: IsoDate; to: IsoDate } => {
  const [first, second] = year.split('-')
  return { from: `${first ?? ''}-09-01`, to: `${second ?? ''}-08-31` }
}

/** Whether pupils have school on a day, by the published calendar alone. */
export const isSchoolTime = (years: readonly SchoolYear[], date: IsoDate): boolean => {
  const year = years.find(({ firstDay, lastDay }) => firstDay <= date && date <= lastDay)
  return year !== undefined && !year.holidays.some(({ from, back }) => from <= date && date < back)
}

/**
 * Whether an activity takes place on a day [guide 24, 44]: never on a public holiday, outside the
 * periods in which it is open, on another weekday, or in the wrong season of the school calendar.
 */
export const dayState = (
  { opening }: Pick<Activity, 'opening'>,
  years: readonly SchoolYear[],
  date: IsoDate,
): DayState => {
  const weekday = weekdayOfEpochDay(epochDay(date))
  if (!opening.weekdays.includes(weekday)) return 'noService'
  if (!opening.periods.some(({ from, until }) => from <= date && date <= until)) return 'noService'
  if (publicHolidayOn(date) !== undefined) return 'publicHoliday'
  if (opening.closedOn.includes(date)) return 'closed'
  if (opening.season === 'all-year') return 'open'
  const school = isSchoolTime(years, date)
  if (opening.season === 'school-time') return school ? 'open' : 'schoolHoliday'
  return school ? 'schoolTime' : 'open'
}

/** The states of all days of one activity in one school year, computed once and kept. */
type YearOfStates = readonly DayState[]

/**
 * The calendars of a catalogue. Each activity's school year is computed when first asked for, so
 * that a family's year of planning costs look-ups only.
 */
export class Calendars {
  readonly #catalogue: Catalogue
  readonly #years = new Map<string, YearOfStates>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The state of an activity on a day. */
  stateOf(activity: Activity, date: IsoDate): DayState {
    const year = schoolYearOf(date)
    const first = epochDay(spanOf(year).from)
    return this.#yearOf(activity, year, first)[epochDay(date) - first] ?? 'noService'
  }

  /** The school year in force on a day, or the next one that is published. */
  schoolYearFrom(date: IsoDate): SchoolYear | undefined {
    return this.#catalogue.schoolYears
      .toSorted((a, b) => (a.firstDay < b.firstDay ? -1 : 1))
      .find(({ lastDay }) => date <= lastDay)
  }

  #yearOf(activity: Activity, year: SchoolYearId, first: number): YearOfStates {
    const key = `${activity.id} ${year}`
    const known = this.#years.get(key)
    if (known !== undefined) return known
    const length = epochDay(firstDayOf(addMonths(monthOf(spanOf(year).to), 1))) - first
    const states = Array.from({ length }, (_, index) =>
      dayState(activity, this.#catalogue.schoolYears, dateOfEpochDay(first + index)),
    )
    this.#years.set(key, states)
    return states
  }
}

/** The catalogue in force and its calendars, as use cases take them. */
export interface TownCatalogue {
  readonly catalogue: Catalogue
  readonly calendars: Calendars
}
