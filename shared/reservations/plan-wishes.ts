import type { Activity } from '../catalogue/model.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import type { UnitId } from '../platform/schemas.ts'
import {
  decideDay,
  type Day,
  type DayOutcome,
  type DayRules,
  type KeptReason,
} from './decide-day.ts'
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

/** A day as the lines of all units say. */
class DayOfLines implements Day {
  readonly date: IsoDate
  readonly index: number
  readonly #lines: ReadonlyMap<UnitId, UnitLines>
  readonly #rivals: Situation['rivals']

  constructor(
    lines: ReadonlyMap<UnitId, UnitLines>,
    rivals: Situation['rivals'],
    { date, index }: { readonly date: IsoDate; readonly index: number },
  ) {
    this.date = date
    this.index = index
    this.#lines = lines
    this.#rivals = rivals
  }

  wish(unit: UnitId): string {
    return this.#lines.get(unit)?.wished[this.index] ?? WISH.untouched
  }

  letter(unit: UnitId): string {
    return this.#lines.get(unit)?.before[this.index] ?? LETTERS.nothing
  }

  isRivalled(unit: UnitId): boolean {
    const rivals = this.#rivals?.get(unit) ?? []
    return rivals.some((line) => occupies(line[this.index] ?? ''))
  }
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
  const decided: DecidedDay[] = []
  const isSettled = ({ wished: line, before }: UnitLines, index: number): boolean =>
    relations.isPlain
      ? isFulfilled(line[index], before[index])
      : (line[index] ?? WISH.untouched) === WISH.untouched
  for (const [index, date] of days(wished.from, wished.to).entries()) {
    if (lines.every((line) => isSettled(line, index))) continue
    const day = new DayOfLines(byUnit, rivals, { date, index })
    const { changed, kept, waiting } = decideDay(rules, day)
    decided.push({ index, date, changed, kept, waiting })
  }
  return decided
}

const changeTo = (letter: Letter): string => {
  if (letter === LETTERS.waiting) return CHANGES.waiting
  return isWanted(letter) ? CHANGES.added : CHANGES.removed
}

/**
 * What changes of one unit: its letters over the wished period, a letter of `CHANGES` for each day
 * of the span, and all that it changes to.
 *
 * @param days those that change, of which the first and the last make the span.
 */
const changedLines = (
  { id, before }: UnitLines,
  days: readonly DecidedDay[],
): { readonly after: Line; readonly changes: Line; readonly to: ReadonlySet<Letter> } => {
  const [first = 0, last = -1] = [days[0]?.index, days[days.length - 1]?.index]
  const letters = before.split('')
  const changes = Array<string>(last - first + 1).fill(CHANGES.unchanged)
  const to = new Set<Letter>()
  for (const { index, changed } of days) {
    const letter = changed.get(id)
    if (letter === undefined) continue
    to.add(letter)
    letters[index] = letter
    changes[index - first] = changeTo(letter)
  }
  return { after: letters.join(''), changes: changes.join(''), to }
}

/** @param letters all that days change to. */
const stateOf = (letters: ReadonlySet<Letter>): RequestState => {
  if (letters.has(LETTERS.requested) || letters.has(LETTERS.cancelling)) return 'pending'
  return letters.has(LETTERS.waiting) && letters.size === 1 ? 'waiting' : 'accepted'
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
  const changed = lines
    .map((line) => ({ id: line.id, ...changedLines(line, changing) }))
    .filter(({ to }) => to.size > 0)
  return {
    years: changed.reduce(
      (written, { id, after }) => writeLine(written, id, wished.from, after),
      years,
    ),
    span: first && last && { from: first.date, to: last.date },
    changes: new Map(changed.map(({ id, changes }) => [id, changes])),
    state: stateOf(new Set(changed.flatMap(({ to }) => [...to]))),
    waiting: decided
      .filter(({ waiting }) => waiting.length > 0)
      .flatMap(({ date, waiting }) => waiting.map((unitIds) => ({ date, unitIds }))),
    kept: decided
      .filter(({ kept }) => kept.size > 0)
      .flatMap(({ date, kept }) => [...kept].map(([unitId, reason]) => ({ date, unitId, reason }))),
  }
}

/** Whether a plan books, asks or waits for a day that was not booked. */
export const addsDays = ({ changes }: Pick<Plan, 'changes'>): boolean =>
  [...changes.values()].some(
    (line) => line.includes(CHANGES.added) || line.includes(CHANGES.waiting),
  )
