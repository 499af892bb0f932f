import { eachDay, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { publicHolidayOn, type LocalHolidays } from '../kernel/public-holidays.ts'
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

/** What is kept under a key, made when it is first asked for. */
const keep = <Key, Value>(kept: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value => {
  const known = kept.get(key)
  if (known !== undefined) return known
  const made = make(key)
  kept.set(key, made)
  return made
}

const emptyMap = <Key, Value>(): Map<Key, Value> => new Map()

const schoolYears = new Map<number, SchoolYearId>()

/** The school year to which a day belongs. */
export const schoolYearOf = (date: IsoDate): SchoolYearId =>
  keep(schoolYears, startYearOf(date), (start) =>
    schoolYearIdSchema.parse(`${String(start)}-${String(start + 1)}`),
  )

/**
 * Whether an activity takes place on a day [guide 24, 44]: never on a public holiday, outside the
 * periods in which it is open, on another weekday, or in the wrong season of the school calendar.
 *
 * @param local where the town lies, if there are more public holidays there.
 */
export const dayState = (
  { opening }: Pick<Activity, 'opening'>,
  years: readonly SchoolYear[],
  date: IsoDate,
  local?: LocalHolidays,
): DayState => {
  if (!opening.weekdays.includes(weekdayOf(date))) return 'noService'
  if (!opening.periods.some(({ from, until }) => from <= date && date <= until)) return 'noService'
  if (publicHolidayOn(date, local) !== undefined) return 'publicHoliday'
  if (opening.closedOn.includes(date)) return 'closed'
  if (opening.season === 'all-year') return 'open'
  const school = isSchoolTime(years, date)
  if (opening.season === 'school-time') return school ? 'open' : 'schoolHoliday'
  return school ? 'schoolTime' : 'open'
}

/** What a family does to a day, each with a deadline of its own. */
export type Act = 'add' | 'cancel'

/**
 * The calendars of a catalogue. Each activity's school year of states and each deadline is computed
 * when first asked for, so that a family's year of planning costs look-ups only.
 */
export class Calendars {
  readonly #catalogue: Catalogue
  readonly #states = new Map<ActivityId, Map<IsoDate, DayState>>()
  /** In milliseconds since 1970. */
  readonly #deadlines = {
    add: new Map<ActivityId, Map<IsoDate, number>>(),
    cancel: new Map<ActivityId, Map<IsoDate, number>>(),
  } satisfies Record<Act, unknown>

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The state of an activity on a day. */
  stateOf(activity: Activity, date: IsoDate): DayState {
    return this.#states.get(activity.id)?.get(date) ?? this.#yearOf(activity, date)
  }

  /**
   * The instant from which families may no longer add or cancel a day of an activity. Deadlines are
   * kept by day: ask for days on which the activity is open, so that they stay as few.
   */
  deadlineOf(activity: Activity, act: Act, date: IsoDate): Date {
    return new Date(this.#deadlineOf(activity, act, date))
  }

  /** Whether at `now` families may still add or cancel a day of an activity [guide 49]. */
  isInTime(activity: Activity, act: Act, date: IsoDate, now: Date): boolean {
    return now.getTime() < this.#deadlineOf(activity, act, date)
  }

  /** The school year in force on a day, or the next one that is published. */
  schoolYearFrom(date: IsoDate): SchoolYear | undefined {
    return this.#catalogue.schoolYears
      .toSorted((a, b) => (a.firstDay < b.firstDay ? -1 : 1))
      .find(({ lastDay }) => date <= lastDay)
  }

  #deadlineOf(activity: Activity, act: Act, date: IsoDate): number {
    const kept = this.#deadlines[act]
    const known = kept.get(activity.id)?.get(date)
    if (known !== undefined) return known
    const { schoolYears, town } = this.#catalogue
    const rule = activity.deadlines[act]
    const deadline = deadlineOf(rule, date, schoolYears, town.publicHolidays).getTime()
    keep(kept, activity.id, emptyMap<IsoDate, number>).set(date, deadline)
    return deadline
  }

  /** Computes the states of the school year of a day. */
  #yearOf(activity: Activity, date: IsoDate): DayState {
    const states = keep(this.#states, activity.id, emptyMap<IsoDate, DayState>)
    const { schoolYears, town } = this.#catalogue
    const { from, to } = spanOf(schoolYearOf(date))
    for (const day of eachDay(from, to)) {
      states.set(day, dayState(activity, schoolYears, day, town.publicHolidays))
    }
    return states.get(date) ?? 'noService'
  }
}

/** The catalogue in force and its calendars, as use cases take them. */
export interface TownCatalogue {
  /** The name of its edition, once it is loaded: documents name it to be printed alike for ever. */
  readonly edition?: string
  readonly catalogue: Catalogue
  readonly calendars: Calendars
}
