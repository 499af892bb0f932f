import type { Activity, Unit } from '../catalogue/model.ts'
import {
  addDays,
  daysBetween,
  earlierOf,
  eachDay,
  epochDay,
  laterOf,
  mondayOf,
  weekdayOfEpochDay,
  type IsoDate,
} from '../kernel/dates.ts'
import type { EnrolmentId, UnitId } from '../platform/schemas.ts'
import type { Line } from './lines.ts'
import { LETTERS, type Wish } from './model.ts'
import { isWanted, type DayOfEnrolment } from './rules.ts'

/** What a wish says of a day: wanted, not wanted, or nothing. */
export const WISH = { wanted: 'x', unwanted: '.', untouched: '_' } as const

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

/** The days that a wish is for unless it says so: those of a school year. */
interface SchoolDays {
  readonly firstDay: IsoDate
  readonly lastDay: IsoDate
}

/** The wishes for one enrolment, merged: by unit a line of wishes from a day to a day. */
export interface WishedLines extends Period {
  readonly units: ReadonlyMap<UnitId, Line>
}

/** The letters of a unit of another enrolment of the household, from a day to a day. */
export type LettersOf = (enrolment: EnrolmentId, unit: UnitId, period: Period) => Line

/** The period in which a wish speaks, both days included. */
export const periodOf = (wish: Wish, year: SchoolDays): { from: IsoDate; to: IsoDate } => {
  switch (wish.kind) {
    case 'recurrence':
    case 'copy':
      return { from: wish.from ?? year.firstDay, to: wish.to ?? year.lastDay }
    case 'days': {
      const dates = wish.days.map(({ date }) => date).toSorted()
      return { from: dates[0] ?? year.firstDay, to: dates[dates.length - 1] ?? year.firstDay }
    }
    case 'lines': {
      const length = Math.max(1, ...Object.values(wish.units).map((line) => line?.length ?? 0))
      return { from: wish.from, to: addDays(wish.from, length - 1) }
    }
  }
}

/**
 * A recurrence as lines [guide 25, 41, 42, 44]: the pattern of each week of the cycle, which begins
 * in the week of the first day. Days on which the activity is closed or the child is not enrolled
 * stay untouched; on all others what the pattern does not name is not wanted.
 *
 * @param states one for each day of the period.
 */
export const expandRecurrence = (
  weeks: Extract<Wish, { kind: 'recurrence' }>['weeks'],
  period: Period,
  units: readonly UnitId[],
  states: readonly DayOfEnrolment[],
): ReadonlyMap<UnitId, Line> => {
  const first = epochDay(period.from)
  const firstMonday = epochDay(mondayOf(period.from))
  return new Map(
    units.map((unit) => {
      const named = weeks.map(
        (days) =>
          new Set<number>(
            days.filter((day) => day.units.includes(unit)).map(({ weekday }) => weekday),
          ),
      )
      const letters = states.map((state, index) => {
        if (state !== 'open') return WISH.untouched
        const day = first + index
        const week = named[Math.floor((day - firstMonday) / 7) % named.length]
        return week?.has(weekdayOfEpochDay(day)) === true ? WISH.wanted : WISH.unwanted
      })
      return [unit, letters.join('')]
    }),
  )
}

/** Days ticked one by one as lines [guide 40]: on a named day, units that are not named are unticked. */
const expandDays = (
  days: Extract<Wish, { kind: 'days' }>['days'],
  period: Period,
  units: readonly UnitId[],
): ReadonlyMap<UnitId, Line> => {
  const named = new Map(days.map((day) => [day.date, day.units]))
  return new Map(
    units.map((unit) => [
      unit,
      eachDay(period.from, period.to)
        .map((date) => {
          const wanted = named.get(date)
          if (wanted === undefined) return WISH.untouched
          return wanted.includes(unit) ? WISH.wanted : WISH.unwanted
        })
        .join(''),
    ]),
  )
}

/** Whether a day of another child is one to copy: wanted, or wanted till it was missed. */
const isCopied = (letter: string): boolean =>
  isWanted(letter) || letter === LETTERS.excused || letter === LETTERS.absent

const expandCopy = (
  line: (unit: UnitId) => Line,
  units: readonly UnitId[],
  states: readonly DayOfEnrolment[],
): ReadonlyMap<UnitId, Line> =>
  new Map(
    units.map((unit) => {
      const letters = line(unit)
      const wished = states.map((state, index) => {
        if (state !== 'open') return WISH.untouched
        return isCopied(letters[index] ?? '') ? WISH.wanted : WISH.unwanted
      })
      return [unit, wished.join('')]
    }),
  )

/** What wishes are expanded with. */
interface Enrolled {
  readonly units: readonly UnitId[]
  readonly stateOf: (date: IsoDate) => DayOfEnrolment
  readonly lettersOf: LettersOf
  readonly days: typeof eachDay
}

/** One wish as lines over its period. */
const expand = (
  wish: Wish,
  period: Period,
  { units, stateOf, lettersOf, days }: Enrolled,
): ReadonlyMap<UnitId, Line> => {
  const states = (): DayOfEnrolment[] => days(period.from, period.to).map(stateOf)
  switch (wish.kind) {
    case 'recurrence':
      return expandRecurrence(wish.weeks, period, units, states())
    case 'copy':
      return expandCopy((unit) => lettersOf(wish.like, unit, period), units, states())
    case 'days':
      return expandDays(wish.days, period, units)
    case 'lines':
      return new Map(
        units.map((unit) => [
          unit,
          (wish.units[unit] ?? '').padEnd(daysBetween(period.from, period.to), WISH.untouched),
        ]),
      )
  }
}

const overlay = (below: Line, above: Line, at: number): Line =>
  below.slice(0, at) +
  Array.from(above, (letter, index) =>
    letter === WISH.untouched ? (below[at + index] ?? WISH.untouched) : letter,
  ).join('') +
  below.slice(at + above.length)

/**
 * All wishes for one enrolment as one set of lines; where two speak of the same day, the later wins.
 *
 * @param stateOf the state of a day of the enrolment.
 * @param known what is booked for other enrolments, for wishes that copy it, and the days of
 * periods that have been listed before.
 */
export const mergeWishes = (
  wishes: readonly Wish[],
  year: SchoolDays,
  units: readonly UnitId[],
  stateOf: (date: IsoDate) => DayOfEnrolment,
  known: Partial<Pick<Enrolled, 'lettersOf' | 'days'>> = {},
): WishedLines => {
  const { lettersOf = () => '', days = eachDay } = known
  const expanded = wishes.map((wish) => {
    const period = periodOf(wish, year)
    return { ...period, units: expand(wish, period, { units, stateOf, lettersOf, days }) }
  })
  const [first] = expanded
  if (first !== undefined && expanded.length === 1) return first
  const from = expanded.map((each) => each.from).reduce(earlierOf, first?.from ?? year.firstDay)
  const to = expanded.map((each) => each.to).reduce(laterOf, first?.to ?? from)
  const nothing = WISH.untouched.repeat(Math.max(0, daysBetween(from, to)))
  let merged = new Map(units.map((unit) => [unit, nothing]))
  for (const lines of expanded) {
    const at = daysBetween(from, lines.from) - 1
    merged = new Map(
      [...merged].map(([unit, line]) => [unit, overlay(line, lines.units.get(unit) ?? '', at)]),
    )
  }
  return { from, to, units: merged }
}

/** What is wished for one activity of a child. */
export interface WishedActivity {
  readonly activity: Pick<Activity, 'id' | 'name' | 'units'>
  readonly wished: WishedLines
}

/** Whether two units cannot share a day, whichever of them says so. */
export const areExclusive = (
  a: { readonly activity: Pick<Activity, 'id'>; readonly unit: Unit },
  b: typeof a,
): boolean => {
  const excludes = (one: typeof a, other: typeof a): boolean =>
    one.activity.id === other.activity.id
      ? one.unit.exclusiveWith.includes(other.unit.id)
      : one.unit.excludes.some(
          ({ activityId, unitId }) => activityId === other.activity.id && unitId === other.unit.id,
        )
  return excludes(a, b) || excludes(b, a)
}

/** The first day on which two lines of wishes both want something. */
const firstCommonDay = (
  a: { readonly from: IsoDate; readonly line: Line },
  b: typeof a,
): IsoDate | undefined => {
  const ahead = daysBetween(b.from, a.from) - 1
  for (let at = a.line.indexOf(WISH.wanted); at >= 0; at = a.line.indexOf(WISH.wanted, at + 1)) {
    if (b.line[at + ahead] === WISH.wanted) return addDays(a.from, at)
  }
  return undefined
}

/** The first day on which the wishes for a child name two units that exclude each other, and which. */
export const exclusiveWishes = (
  wishes: readonly WishedActivity[],
): { date: IsoDate; units: readonly [string, string] } | undefined => {
  const named = wishes.flatMap(({ activity, wished }) =>
    activity.units.flatMap((unit) => {
      const line = wished.units.get(unit.id)
      return line?.includes(WISH.wanted) === true
        ? [{ activity, unit, from: wished.from, line }]
        : []
    }),
  )
  for (const [index, one] of named.entries()) {
    for (const other of named.slice(index + 1)) {
      const date = areExclusive(one, other) ? firstCommonDay(one, other) : undefined
      if (date === undefined) continue
      const within = one.activity.id === other.activity.id
      const label = ({ activity, unit }: typeof one) =>
        within ? unit.name : `${unit.name} (${activity.name})`
      return { date, units: [label(one), label(other)] }
    }
  }
  return undefined
}
