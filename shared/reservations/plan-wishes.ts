import type { Activity } from '../catalogue/model.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import type { UnitId } from '../platform/schemas.ts'
import { decideDay, type DayOutcome, type DayRules, type KeptReason } from './decide-day.ts'
import { readLine, writeLine, type Line, type Years } from './lines.ts'
import { CHANGES, LETTERS, type Letter, type RequestState } from './model.ts'
import { relationsOf } from './relations.ts'
import { isWanted, occupies } from './rules.ts'
import { WISH, type WishedLines } from './wishes.ts'

/** What a decision is made from. */
export interface Situation extends Omit<DayRules, 'relations' | 'isWaitingListKept'> {
  readonly wished: WishedLines
  readonly years: Years
  readonly activity: Pick<Activity, 'units' | 'places'>
  /**
   * By unit, the lines over the wished period of the units of other plannings of the child that
   * exclude it: of other activities, and of its other household.
   */
  readonly rivals?: ReadonlyMap<UnitId, readonly Line[]>
  /** The days of a period, for those who have listed them before. */
  readonly days?: typeof eachDay
}

/** Units of a day that wait for a place together. */
interface WaitingSet {
  readonly date: IsoDate
  readonly unitIds: [UnitId, ...UnitId[]]
}

/** What wishes come to for one enrolment. */
export interface Plan {
  readonly years: Years
  /** The first and the last day that changes; nothing when none does. */
  readonly span: { readonly from: IsoDate; readonly to: IsoDate } | undefined
  /** By unit a line of `CHANGES` over the span; units without a change are left out. */
  readonly changes: ReadonlyMap<UnitId, Line>
  /** Waiting when all that it adds waits and nothing else changes. */
  readonly state: RequestState
  readonly waiting: readonly WaitingSet[]
  readonly kept: readonly { date: IsoDate; unitId: UnitId; reason: KeptReason }[]
}

/** The wishes and the letters of one unit over the wished period. */
interface UnitLines {
  readonly id: UnitId
  readonly wished: Line
  readonly before: Line
}

interface DecidedDay extends DayOutcome {
  readonly index: number
  readonly date: IsoDate
}

/** Whether a wish is fulfilled as things stand: so are most boxes of a planning that is sent again. */
const isFulfilled = (wish: string | undefined, letter: string | undefined): boolean => {
  if (wish === WISH.wanted) return isWanted(letter ?? '')
  if (wish !== WISH.unwanted) return true
  return letter === LETTERS.nothing || letter === LETTERS.refused || letter === LETTERS.cancelling
}

const decideDays = (
  { wished, rivals, days = eachDay, activity: { units, places }, ...about }: Situation,
  lines: readonly UnitLines[],
): DecidedDay[] => {
  const relations = relationsOf(units)
  const isWaitingListKept = (places?.waiting.kind ?? 'none') !== 'none'
  const rules = { ...about, relations, isWaitingListKept }
  const byUnit = new Map(lines.map((line) => [line.id, line]))
  const isSettled = ({ wished: line, before }: UnitLines, index: number): boolean =>
    relations.isPlain
      ? isFulfilled(line[index], before[index])
      : (line[index] ?? WISH.untouched) === WISH.untouched
  return days(wished.from, wished.to).flatMap((date, index) => {
    if (lines.every((line) => isSettled(line, index))) return []
    const { changed, kept, waiting } = decideDay(rules, {
      date,
      wish: (unit) => byUnit.get(unit)?.wished[index] ?? WISH.untouched,
      letter: (unit) => byUnit.get(unit)?.before[index] ?? LETTERS.nothing,
      isRivalled: (unit) => rivals?.get(unit)?.some((line) => occupies(line[index] ?? '')) ?? false,
    })
    return [{ index, date, changed, kept, waiting }]
  })
}

/** A line with some of its letters changed. */
const withLetters = (
  line: Line,
  days: readonly DecidedDay[],
  letterOn: (day: DecidedDay) => string | undefined,
): Line => {
  const letters = line.split('')
  for (const day of days) {
    const letter = letterOn(day)
    if (letter !== undefined) letters[day.index] = letter
  }
  return letters.join('')
}

const changeTo = (letter: Letter): string => {
  if (letter === LETTERS.waiting) return CHANGES.waiting
  return isWanted(letter) ? CHANGES.added : CHANGES.removed
}

/** By unit a letter of `CHANGES` for each day of the span; units without a change are left out. */
const changeLines = (
  lines: readonly UnitLines[],
  days: readonly DecidedDay[],
  span: { readonly first: DecidedDay; readonly last: DecidedDay },
): ReadonlyMap<UnitId, Line> => {
  const { first, last } = span
  const unchanged = CHANGES.unchanged.repeat(last.index + 1)
  return new Map(
    lines
      .filter(({ id }) => days.some(({ changed }) => changed.has(id)))
      .map(({ id }) => [
        id,
        withLetters(unchanged, days, ({ changed }) => {
          const letter = changed.get(id)
          return letter && changeTo(letter)
        }).slice(first.index),
      ]),
  )
}

const stateOf = (days: readonly DecidedDay[]): RequestState => {
  const letters = days.flatMap(({ changed }) => [...changed.values()])
  if (letters.some((letter) => letter === LETTERS.requested || letter === LETTERS.cancelling)) {
    return 'pending'
  }
  const isAllWaiting = letters.length > 0 && letters.every((letter) => letter === LETTERS.waiting)
  return isAllWaiting ? 'waiting' : 'accepted'
}

/**
 * Decides what wishes change [guide 42, 48, 49]: every wanted day is added, but those that are
 * closed, not open for booking yet, out of time, excluded by a unit that stays, without the unit
 * they need, or full; every unwanted one is removed, also when the town has closed it since, but
 * those that are out of time. Where staff decide, additions are requested and removals asked for; a
 * request still pending is withdrawn at once. Days on which staff have noted a presence or an
 * absence stay as they are.
 */
export const planWishes = (situation: Situation): Plan => {
  const { wished, years, activity } = situation
  const lines = activity.units.map(({ id }) => ({
    id,
    wished: wished.units.get(id) ?? '',
    before: readLine(years, id, wished.from, wished.to),
  }))
  const decided = decideDays(situation, lines)
  const changing = decided.filter(({ changed }) => changed.size > 0)
  const [first] = changing
  const last = changing[changing.length - 1]
  return {
    years: lines
      .filter(({ id }) => changing.some(({ changed }) => changed.has(id)))
      .reduce((written, { id, before }) => {
        const after = withLetters(before, changing, ({ changed }) => changed.get(id))
        return writeLine(written, id, wished.from, after)
      }, years),
    span: first && last && { from: first.date, to: last.date },
    changes: first && last ? changeLines(lines, changing, { first, last }) : new Map(),
    state: stateOf(changing),
    waiting: decided.flatMap(({ date, waiting }) => waiting.map((unitIds) => ({ date, unitIds }))),
    kept: decided.flatMap(({ date, kept }) =>
      [...kept].map(([unitId, reason]) => ({ date, unitId, reason })),
    ),
  }
}
