import { eachDay, epochDay, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { publicHolidayOn } from '../kernel/public-holidays.ts'
import { schoolYearIdSchema, type ActivityId, type SchoolYearId } from '../platform/schemas.ts'
import { deadlineOf } from './deadlines.ts'
import type { Activity, Catalogue, SchoolYear } from './model.ts'
import { isSchoolTime, spanOf } from './school-time.ts'

/** Whether an activity takes place on a day, and else why not. */
export type DayState =
  'open' | 'noService' | 'publicHoliday' | 'schoolHoliday' | 'schoolTime' | 'closed'

/** The civil year in which the school year of a day began: years change on 1 September. */
const startYearOf = (date: IsoDate): number =>
  Number(date.slice(0, 4)) - (date.slice(5, 7) < '09' ? 1 : 0)

/** The school year to which a day belongs. */
export const schoolYearOf = (date: IsoDate): SchoolYearId => {
  const start = startYearOf(date)
  return schoolYearIdSchema.parse(`${String(start)}-${String(start + 1)}`)
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
  if (!opening.weekdays.includes(weekdayOf(date))) return 'noService'
  if (!opening.periods.some(({ from, until }) => from <= date && date <= until)) return 'noService'
  if (publicHolidayOn(date) !== undefined) return 'publicHoliday'
  if (opening.closedOn.includes(date)) return 'closed'
  if (opening.season === 'all-year') return 'open'
  const school = isSchoolTime(years, date)
  if (opening.season === 'school-time') return school ? 'open' : 'schoolHoliday'
  return school ? 'schoolTime' : 'open'
}

/** What a family does to a day, each with a deadline of its own. */
export type Act = 'add' | 'cancel'

/** The states of one activity from the first to the last day of a school year, by day of 1970. */
interface YearOfStates {
  readonly first: number
  readonly states: readonly DayState[]
}

/** What is kept under a key, made when it is first asked for. */
const keep = <Key, Value>(kept: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = kept.get(key)
  if (known !== undefined) return known
  const made = make()
  kept.set(key, made)
  return made
}

/**
 * The calendars of a catalogue. Each activity's school year of states and each deadline is computed
 * when first asked for, so that a family's year of planning costs look-ups only.
 */
export class Calendars {
  readonly #catalogue: Catalogue
  readonly #years = new Map<ActivityId, Map<number, YearOfStates>>()
  readonly #deadlines = {
    add: new Map<ActivityId, Map<IsoDate, Date>>(),
    cancel: new Map<ActivityId, Map<IsoDate, Date>>(),
  } satisfies Record<Act, unknown>

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The state of an activity on a day. */
  stateOf(activity: Activity, date: IsoDate): DayState {
    const years = keep(this.#years, activity.id, () => new Map<number, YearOfStates>())
    const { first, states } = keep(years, startYearOf(date), () => this.#yearOf(activity, date))
    return states[epochDay(date) - first] ?? 'noService'
  }

  /**
   * The instant from which families may no longer add or cancel a day of an activity. Deadlines are
   * kept by day: ask for days on which the activity is open, so that they stay as few.
   */
  deadlineOf(activity: Activity, act: Act, date: IsoDate): Date {
    const deadlines = keep(this.#deadlines[act], activity.id, () => new Map<IsoDate, Date>())
    return keep(deadlines, date, () =>
      deadlineOf(activity.deadlines[act], date, this.#catalogue.schoolYears),
    )
  }

  /** Whether at `now` families may still add or cancel a day of an activity [guide 49]. */
  isInTime(activity: Activity, act: Act, date: IsoDate, now: Date): boolean {
    return now < this.deadlineOf(activity, act, date)
  }

  /** The school year in force on a day, or the next one that is published. */
  schoolYearFrom(date: IsoDate): SchoolYear | undefined {
    return this.#catalogue.schoolYears
      .toSorted((a, b) => (a.firstDay < b.firstDay ? -1 : 1))
      .find(({ lastDay }) => date <= lastDay)
  }

  #yearOf(activity: Activity, date: IsoDate): YearOfStates {
    const { from, to } = spanOf(schoolYearOf(date))
    return {
      first: epochDay(from),
      states: eachDay(from, to).map((day) => dayState(activity, this.#catalogue.schoolYears, day)),
    }
  }
}

/** The catalogue in force and its calendars, as use cases take them. */
export interface TownCatalogue {
  readonly catalogue: Catalogue
  readonly calendars: Calendars
}
