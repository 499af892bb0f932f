import {
  addDays,
  addMonths,
  dayOfMonth,
  earlierOf,
  firstDayOf,
  lastDayOf,
  monthOf,
  type IsoDate,
} from '../kernel/dates.ts'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { unitIdSchema, type SchoolYearId, type UnitId } from '../platform/schemas.ts'
import { LETTERS, MONTH_LENGTH, YEAR_LENGTH, type Planning, type Wait } from './model.ts'

/** One letter a day, from a day to a day. */
export type Line = string

/** The letters of one child in one activity, by school year and unit. */
export type Years = ReadonlyMap<SchoolYearId, Planning['units']>

const EMPTY_YEAR = LETTERS.nothing.repeat(YEAR_LENGTH)

/** Which child and which activity letters belong to. */
export type Owner = Pick<Planning, 'childId' | 'activityId'>

/** Whether two are of the same child in the same activity. */
export const sameOwner = (a: Owner, b: Owner): boolean =>
  a.childId === b.childId && a.activityId === b.activityId

/** The letters of a child in an activity, among the plannings of a household. */
export const yearsOf = (plannings: readonly Planning[], owner: Owner): Years =>
  new Map(
    plannings
      .filter((planning) => sameOwner(planning, owner))
      .map(({ schoolYear, units }) => [schoolYear, units]),
  )

/** Where the letter of a day stands in the letters of its school year. */
const placeOf = (date: IsoDate): number =>
  ((Number(date.slice(5, 7)) + 3) % 12) * MONTH_LENGTH + dayOfMonth(date) - 1

/** Days of one month in a row, by where their letters stand. */
interface Stretch {
  readonly year: SchoolYearId
  readonly place: number
  readonly length: number
}

/** The days from a day to a day, both included, month by month. */
const stretchesOf = (from: IsoDate, to: IsoDate): Stretch[] => {
  const stretches: Stretch[] = []
  for (let first = from; first <= to; first = firstDayOf(addMonths(monthOf(first), 1))) {
    const last = earlierOf(to, lastDayOf(monthOf(first)))
    const length = dayOfMonth(last) - dayOfMonth(first) + 1
    stretches.push({ year: schoolYearOf(first), place: placeOf(first), length })
  }
  return stretches
}

const lettersOf = (years: Years, year: SchoolYearId, unit: UnitId): string =>
  years.get(year)?.[unit] ?? EMPTY_YEAR

/** The letter of a unit on a day. */
export const letterOn = (
  planning: Pick<Planning, 'schoolYear' | 'units'> | undefined,
  unit: UnitId,
  date: IsoDate,
): Line =>
  planning?.schoolYear === schoolYearOf(date)
    ? (planning.units[unit]?.charAt(placeOf(date)) ?? LETTERS.nothing)
    : LETTERS.nothing

/** The line of a unit from a day to a day, both included. */
export const readLine = (years: Years, unit: UnitId, from: IsoDate, to: IsoDate): Line =>
  stretchesOf(from, to)
    .map(({ year, place, length }) => lettersOf(years, year, unit).slice(place, place + length))
    .join('')

/** The years with the line of a unit written from a day on; a year that stays the same is the same object. */
export const writeLine = (years: Years, unit: UnitId, from: IsoDate, line: Line): Years => {
  const written = new Map(years)
  let at = 0
  for (const { year, place, length } of stretchesOf(from, addDays(from, line.length - 1))) {
    const part = line.slice(at, at + length)
    at += length
    const before = lettersOf(written, year, unit)
    if (before.startsWith(part, place)) continue
    const after = before.slice(0, place) + part + before.slice(place + length)
    written.set(year, { ...written.get(year), [unit]: after })
  }
  return written
}

/** Whether some day of a line is such that… */
export const hasDay = (
  line: Line,
  isMeant: (letter: string, index: number) => boolean,
): boolean => {
  for (let index = 0; index < line.length; index += 1) {
    if (isMeant(line.charAt(index), index)) return true
  }
  return false
}

/** The days on which two states of one planning differ, in order. */
export const changedDays = (
  before: Pick<Planning, 'units'>,
  after: Pick<Planning, 'schoolYear' | 'units'>,
): IsoDate[] => {
  const september = monthOf(spanOf(after.schoolYear).from)
  const places = new Set<number>()
  for (const unit of [...bookedUnits(before), ...bookedUnits(after)]) {
    const [earlier, later] = [before.units[unit] ?? EMPTY_YEAR, after.units[unit] ?? EMPTY_YEAR]
    if (earlier === later) continue
    for (let at = 0; at < YEAR_LENGTH; at += 1) if (earlier[at] !== later[at]) places.add(at)
  }
  return [...places]
    .toSorted((a, b) => a - b)
    .map((place) =>
      addDays(
        firstDayOf(addMonths(september, Math.floor(place / MONTH_LENGTH))),
        place % MONTH_LENGTH,
      ),
    )
}

/** The units of a planning that were ever written to. */
export const bookedUnits = ({ units }: Pick<Planning, 'units'>): UnitId[] =>
  Object.keys(units).map((id) => unitIdSchema.parse(id))

/** Whether a planning still says of a day that all of some units wait, or are offered. */
export const isStillWaiting = (
  planning: Planning,
  { date, unitIds }: { readonly date: IsoDate; readonly unitIds: readonly UnitId[] },
): boolean => {
  const years = yearsOf([planning], planning)
  return unitIds.every((unit) => {
    const letter = readLine(years, unit, date, date)
    return letter === LETTERS.waiting || letter === LETTERS.offered
  })
}

/** What a child still waits for, or is offered, by its request, its day and the first of its units. */
export const findWait = (
  plannings: readonly Planning[],
  {
    number,
    date,
    unitId,
  }: { readonly number: number; readonly date: IsoDate; readonly unitId: UnitId },
): { readonly planning: Planning; readonly wait: Wait } | undefined => {
  for (const planning of plannings) {
    const wait = planning.waits?.find(
      (each) => each.number === number && each.date === date && each.unitIds[0] === unitId,
    )
    if (wait !== undefined && isStillWaiting(planning, wait)) return { planning, wait }
  }
  return undefined
}

/** Whether two are the same place on a waiting list, whatever has been offered since. */
export const isSameWait = (a: Wait, b: Wait): boolean =>
  a.number === b.number && a.date === b.date && a.unitIds[0] === b.unitIds[0]
