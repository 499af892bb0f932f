import {
  addDays,
  daysBetween,
  eachDay,
  epochDay,
  mondayOf,
  weekdayOfEpochDay,
  type IsoDate,
} from '../kernel/dates.ts'
import type { DayState } from '../catalogue/calendar.ts'
import type { Activity, Unit } from '../catalogue/model.ts'
import type { UnitId } from '../platform/schemas.ts'
import { readLine, writeLine, type Line, type Years } from './lines.ts'
import { CHANGES, LETTERS, type Request, type RequestState, type Wish } from './model.ts'

/** Whether a day of an enrolment can be changed at all, deadlines aside. */
export type DayOfEnrolment = DayState | 'notEnrolled'

/** What a wish says of a day: wanted, not wanted, or nothing. */
const WISH = { wanted: 'x', unwanted: '.', untouched: '_' } as const

/** Why a wish leaves a day as it is. */
export type KeptReason =
  Exclude<DayOfEnrolment, 'open'> | 'addDeadline' | 'cancelDeadline' | 'exclusive'

/** The wishes for one enrolment, merged: by unit a line of wishes from a day to a day. */
export interface WishedLines {
  readonly from: IsoDate
  readonly to: IsoDate
  readonly units: ReadonlyMap<UnitId, Line>
}

/** The period in which a wish speaks, both days included. */
export const periodOf = (
  wish: Wish,
  year: { readonly firstDay: IsoDate; readonly lastDay: IsoDate },
): { from: IsoDate; to: IsoDate } => {
  switch (wish.kind) {
    case 'recurrence':
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
 * A recurrence as lines [guide 41, 42, 44]: the pattern of each week of the cycle, which begins in
 * the week of the first day. Days on which the activity is closed or the child is not enrolled stay
 * untouched; on all others what the pattern does not name is not wanted.
 *
 * @param states one for each day of the period.
 */
export const expandRecurrence = (
  weeks: Extract<Wish, { kind: 'recurrence' }>['weeks'],
  period: { readonly from: IsoDate; readonly to: IsoDate },
  units: readonly UnitId[],
  states: readonly DayOfEnrolment[],
): ReadonlyMap<UnitId, Line> => {
  const first = epochDay(period.from)
  const firstMonday = epochDay(mondayOf(period.from))
  const wanted = weeks.map(
    (days) =>
      new Set(
        days.flatMap(({ weekday, units: named }) =>
          named.map((unit) => `${String(weekday)} ${unit}`),
        ),
      ),
  )
  return new Map(
    units.map((unit) => [
      unit,
      states
        .map((state, index) => {
          if (state !== 'open') return WISH.untouched
          const day = first + index
          const week = Math.floor((day - firstMonday) / 7) % weeks.length
          const named = wanted[week]?.has(`${String(weekdayOfEpochDay(day))} ${unit}`) ?? false
          return named ? WISH.wanted : WISH.unwanted
        })
        .join(''),
    ]),
  )
}

/** Days ticked one by one as lines [guide 40]: on a named day, units that are not named are unticked. */
const expandDays = (
  days: Extract<Wish, { kind: 'days' }>['days'],
  period: { readonly from: IsoDate; readonly to: IsoDate },
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

/** One wish as lines over its period. */
const expand = (
  wish: Wish,
  period: { readonly from: IsoDate; readonly to: IsoDate },
  units: readonly UnitId[],
  states: readonly DayOfEnrolment[],
): ReadonlyMap<UnitId, Line> => {
  switch (wish.kind) {
    case 'recurrence':
      return expandRecurrence(wish.weeks, period, units, states)
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
 */
export const mergeWishes = (
  wishes: readonly Wish[],
  year: { readonly firstDay: IsoDate; readonly lastDay: IsoDate },
  units: readonly UnitId[],
  stateOf: (date: IsoDate) => DayOfEnrolment,
): WishedLines => {
  const periods = wishes.map((wish) => periodOf(wish, year))
  const from = periods.map((period) => period.from).toSorted()[0] ?? year.firstDay
  const to = periods.map((period) => period.to).toSorted()[periods.length - 1] ?? from
  let merged = new Map(
    units.map((unit) => [unit, WISH.untouched.repeat(Math.max(0, daysBetween(from, to)))]),
  )
  for (const [index, wish] of wishes.entries()) {
    const period = periods[index] ?? { from, to }
    const lines = expand(wish, period, units, eachDay(period.from, period.to).map(stateOf))
    const at = daysBetween(from, period.from) - 1
    merged = new Map(
      [...merged].map(([unit, line]) => [unit, overlay(line, lines.get(unit) ?? '', at)]),
    )
  }
  return { from, to, units: merged }
}

/** The first day on which wishes name two units that exclude each other, and which. */
export const exclusiveWishes = (
  wished: WishedLines,
  units: readonly Unit[],
): { date: IsoDate; units: readonly [Unit, Unit] } | undefined => {
  for (const unit of units) {
    for (const other of units) {
      if (!unit.exclusiveWith.includes(other.id)) continue
      const line = wished.units.get(unit.id) ?? ''
      const otherLine = wished.units.get(other.id) ?? ''
      const at = Array.from(line).findIndex(
        (letter, index) => letter === WISH.wanted && otherLine[index] === WISH.wanted,
      )
      if (at >= 0) return { date: addDays(wished.from, at), units: [unit, other] }
    }
  }
  return undefined
}

/** Whether the family wants the day that a letter stands for. */
const isWanted = (letter: string): boolean =>
  letter === LETTERS.requested || letter === LETTERS.accepted

/** Whether a day is owed: accepted, and its cancellation not granted. */
export const isDue = (letter: string): boolean =>
  letter === LETTERS.accepted || letter === LETTERS.cancelling

const afterAdding = (letter: string, decision: Activity['decision']): string => {
  if (decision === 'automatic' || letter === LETTERS.cancelling) return LETTERS.accepted
  return LETTERS.requested
}

const afterRemoving = (letter: string, decision: Activity['decision']): string =>
  decision === 'automatic' || letter === LETTERS.requested ? LETTERS.nothing : LETTERS.cancelling

/** What a decision is made from. */
export interface Situation {
  readonly wished: WishedLines
  readonly years: Years
  readonly activity: Pick<Activity, 'units' | 'decision'>
  readonly stateOf: (date: IsoDate) => DayOfEnrolment
  /** The first day that can still be added, and the first that can still be cancelled. */
  readonly inTime: { readonly add: IsoDate; readonly cancel: IsoDate }
}

/** What wishes come to for one enrolment. */
export interface Plan {
  readonly years: Years
  /** The first and the last day that changes; nothing when none does. */
  readonly span: { readonly from: IsoDate; readonly to: IsoDate } | undefined
  /** By unit a line of `CHANGES` over the span; units without a change are left out. */
  readonly changes: ReadonlyMap<UnitId, Line>
  readonly state: RequestState
  readonly kept: readonly { date: IsoDate; unitId: UnitId; reason: KeptReason }[]
}

/** What a day comes to: the letters that change and the units that stay against the wish. */
interface DayOutcome {
  readonly changed: ReadonlyMap<UnitId, string>
  readonly kept: ReadonlyMap<UnitId, KeptReason>
}

/** Decides one day. Removals come first, so that a unit that leaves makes room for another. */
const decideDay = (
  { activity: { units, decision }, stateOf, inTime }: Situation,
  date: IsoDate,
  day: { readonly wish: (unit: UnitId) => string; readonly letter: (unit: UnitId) => string },
): DayOutcome => {
  const state = stateOf(date)
  const changed = new Map<UnitId, string>()
  const kept = new Map<UnitId, KeptReason>()

  for (const { id } of units) {
    if (day.wish(id) !== WISH.unwanted || !isWanted(day.letter(id))) continue
    if (date < inTime.cancel) kept.set(id, 'cancelDeadline')
    else changed.set(id, afterRemoving(day.letter(id), decision))
  }
  for (const { id, exclusiveWith } of units) {
    if (day.wish(id) !== WISH.wanted || isWanted(day.letter(id))) continue
    // A unit whose earlier cancellation is undecided may yet come back; one that this request
    // cancels is decided together with what it adds.
    const excluded = exclusiveWith.some((other) => {
      const letter = changed.get(other)
      return letter === undefined
        ? isDue(day.letter(other)) || isWanted(day.letter(other))
        : isWanted(letter)
    })
    if (state !== 'open') kept.set(id, state)
    else if (date < inTime.add) kept.set(id, 'addDeadline')
    else if (excluded) kept.set(id, 'exclusive')
    else changed.set(id, afterAdding(day.letter(id), decision))
  }
  return { changed, kept }
}

/**
 * Decides what wishes change [guide 42, 48, 49]: every wanted day is added, but those that are
 * closed, out of time, or excluded by a unit that stays; every unwanted one is removed, also when
 * the town has closed it since, but those that are out of time. Where staff
 * decide, additions are requested and removals asked for; a request still pending is withdrawn at
 * once.
 */
export const planWishes = (situation: Situation): Plan => {
  const { wished, years } = situation
  const unitIds = situation.activity.units.map(({ id }) => id)
  const before = new Map(unitIds.map((id) => [id, readLine(years, id, wished.from, wished.to)]))
  const outcomes = eachDay(wished.from, wished.to).map((date, index) => ({
    date,
    ...decideDay(situation, date, {
      wish: (unit) => wished.units.get(unit)?.[index] ?? WISH.untouched,
      letter: (unit) => before.get(unit)?.[index] ?? LETTERS.nothing,
    }),
  }))
  const changing = outcomes.filter(({ changed }) => changed.size > 0)
  const [first] = changing
  const last = changing[changing.length - 1]
  const asked = changing.some(({ changed }) =>
    [...changed.values()].some(
      (letter) => letter === LETTERS.requested || letter === LETTERS.cancelling,
    ),
  )
  return {
    years: unitIds.reduce((written, unit) => {
      const line = before.get(unit) ?? ''
      const letters = outcomes.map(({ changed }, index) => changed.get(unit) ?? line[index] ?? '')
      return writeLine(written, unit, wished.from, letters.join(''))
    }, years),
    span: first && last && { from: first.date, to: last.date },
    changes:
      first && last
        ? changeLines(unitIds, outcomes.slice(outcomes.indexOf(first), outcomes.indexOf(last) + 1))
        : new Map(),
    state: asked ? 'pending' : 'accepted',
    kept: outcomes.flatMap(({ date, kept }) =>
      [...kept].map(([unitId, reason]) => ({ date, unitId, reason })),
    ),
  }
}

/** By unit a letter of `CHANGES` for each day; units without a change are left out. */
const changeLines = (
  units: readonly UnitId[],
  days: readonly DayOutcome[],
): ReadonlyMap<UnitId, Line> =>
  new Map(
    units
      .filter((unit) => days.some(({ changed }) => changed.has(unit)))
      .map((unit) => [
        unit,
        days
          .map(({ changed }) => {
            const letter = changed.get(unit)
            if (letter === undefined) return CHANGES.unchanged
            return isWanted(letter) ? CHANGES.added : CHANGES.removed
          })
          .join(''),
      ]),
  )

/** What a request asks. */
type Asked = Pick<Request, 'from' | 'to' | 'units'>

const changeOn = ({ from, units }: Asked, unit: UnitId, date: IsoDate): string =>
  units.find(({ unitId }) => unitId === unit)?.changes[daysBetween(from, date) - 1] ??
  CHANGES.unchanged

/**
 * What a request still asks: the days that no later request has changed and that are not over. A
 * day that was withdrawn and asked for again is decided with the later request; a day that went by
 * undecided stays as it was, since its month may be billed.
 *
 * @param later the requests of the same child and activity that were made since.
 * @param today the day of the decision.
 */
export const stillAsked = (request: Asked, later: readonly Asked[], today: IsoDate): Asked => ({
  from: request.from,
  to: request.to,
  units: request.units.map(({ unitId, changes }) => ({
    unitId,
    changes: Array.from(changes, (change, index) => {
      const date = addDays(request.from, index)
      const changedSince = later.some((each) => changeOn(each, unitId, date) !== CHANGES.unchanged)
      return changedSince || date < today ? CHANGES.unchanged : change
    }).join(''),
  })),
})

/**
 * The planning after staff have decided a request [guide 48]: what it asked to add is accepted or
 * refused, what it asked to cancel is cancelled or stays. Days that the family has changed since
 * are left alone.
 *
 * @param request what is `stillAsked`.
 */
export const settle = (years: Years, request: Asked, outcome: 'accepted' | 'refused'): Years => {
  const granted = outcome === 'accepted'
  let settled = years
  for (const { unitId, changes } of request.units) {
    const line = readLine(years, unitId, request.from, request.to)
    const letters = Array.from(line, (letter, index) => {
      if (changes[index] === CHANGES.added && letter === LETTERS.requested) {
        return granted ? LETTERS.accepted : LETTERS.refused
      }
      if (changes[index] === CHANGES.removed && letter === LETTERS.cancelling) {
        return granted ? LETTERS.nothing : LETTERS.accepted
      }
      return letter
    })
    settled = writeLine(settled, unitId, request.from, letters.join(''))
  }
  return settled
}
