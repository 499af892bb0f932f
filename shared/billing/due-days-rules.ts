import type { UnitId } from '../platform/schemas.ts'
import { LETTERS, type Letter, type Planning } from '../reservations/model.ts'
import { pricedUnitId } from '../reservations/rules.ts'
import { OCCASIONS, type DueUnit, type Occasion } from '../tariffs/model.ts'
import { firstOf, setOf, type DaySet } from './day-set-rules.ts'
import type { BilledActivity, BilledMonth, DueUnits, OpenDays } from './town-rules.ts'

/** How the letter of a day is billed; the other letters are owed by nobody. */
const OCCASION_OF: Readonly<Partial<Record<Letter, Occasion>>> = {
  [LETTERS.accepted]: 'booked',
  // The place is the child's until its cancellation is granted.
  [LETTERS.cancelling]: 'booked',
  [LETTERS.late]: 'late',
  [LETTERS.unbooked]: 'unbooked',
  [LETTERS.absent]: 'absent',
  [LETTERS.excused]: 'excused',
}

/** One number for nothing, and one for each occasion: the digits of the number of a day. */
const BASE = OCCASIONS.length + 1

/** By the code of a letter the digit of its occasion. */
const DIGITS = Object.entries(OCCASION_OF).reduce((digits, [letter, occasion]) => {
  digits[letter.charCodeAt(0)] = OCCASIONS.indexOf(occasion) + 1
  return digits
}, new Uint8Array(128))

const BOOKED = LETTERS.accepted.charCodeAt(0)
const NOTHING = LETTERS.nothing.charCodeAt(0)

/** By the place of a unit in its activity, which has twelve of them at most. */
const WEIGHTS = Array.from({ length: 12 }, (_, place) => BASE ** place)

/** The number that stands for an occasion in the letters of a day. */
const digitFor = (occasion: Occasion): number => OCCASIONS.indexOf(occasion) + 1

const DIGIT_BOOKED = digitFor('booked')
const DIGIT_EXCUSED = digitFor('excused')

/** The occasion of a letter, as a number; 0 when the day is not billed at all. */
const digitOf = (letters: string, at: number): number => DIGITS[letters.charCodeAt(at)] ?? 0

const decode = ({ activity }: BilledActivity, number: number): DueUnits => {
  const units: DueUnit[] = []
  const unitIds: UnitId[] = []
  for (const [place, unit] of activity.units.entries()) {
    const digit = Math.floor(number / (WEIGHTS[place] ?? 1)) % BASE
    const occasion = OCCASIONS[digit - 1]
    if (occasion === undefined) continue
    const letter = occasion === 'late' || occasion === 'unbooked' ? LETTERS.late : LETTERS.accepted
    units.push({ unitId: pricedUnitId(unit, letter), occasion })
    unitIds.push(unit.id)
  }
  return { units, unitIds }
}

/** The units that the number of a day stands for. */
export const dueUnits = (activity: BilledActivity, number: number): DueUnits => {
  const known = activity.known.get(number)
  if (known !== undefined) return known
  const made = decode(activity, number)
  activity.known.set(number, made)
  return made
}

/** A unit with one occasion, on some open days of a month. */
export interface UnitDays {
  /** The place of the unit in its activity. */
  readonly place: number
  /** Stands for the unit with its occasion: of a day with several units the sum of theirs. */
  readonly number: number
  /** An excused absence is not, though it may have a price. */
  readonly isOwed: boolean
  readonly days: DaySet
}

/** Adds the days of a unit from its letters, occasion by occasion. */
const addUnit = (
  all: UnitDays[],
  { letters, place }: { readonly letters: string; readonly place: number },
  { offset }: BilledMonth,
  { days }: OpenDays,
): void => {
  const weight = WEIGHTS[place] ?? 0
  let booked: DaySet = 0
  let others: DaySet = 0
  for (const day of days) {
    const letter = letters.charCodeAt(offset + day - 1)
    // Nearly all days are one of these two.
    if (letter === BOOKED) booked |= setOf(day)
    else if (letter !== NOTHING) others |= setOf(day)
  }
  for (let digit = 1; digit < BASE && (booked | others) !== 0; digit += 1) {
    let set = digit === DIGIT_BOOKED ? booked : 0
    for (let rest = others; rest !== 0; rest &= rest - 1) {
      const day = firstOf(rest)
      if (digitOf(letters, offset + day - 1) === digit) set |= setOf(day)
    }
    if (set === 0) continue
    all.push({ place, number: digit * weight, isOwed: digit !== DIGIT_EXCUSED, days: set })
  }
}

/**
 * What a planning holds of a month: its units in the order of the catalogue, with each occasion.
 * Units that the catalogue has lost are not among them.
 */
export const unitDaysOf = (
  { units }: Pick<Planning, 'units'>,
  { activity }: BilledActivity,
  month: BilledMonth,
  open: OpenDays,
): UnitDays[] => {
  const all: UnitDays[] = []
  let place = 0
  for (const { id } of activity.units) {
    const letters = units[id]
    if (letters !== undefined) addUnit(all, { letters, place }, month, open)
    place += 1
  }
  return all
}

/** By the day of the month the number that stands for its units with their occasions; 0 for none. */
export const numbersOf = (all: readonly UnitDays[]): number[] => {
  const numbers = new Array<number>(32).fill(0)
  for (const { number, days } of all) {
    for (let rest = days; rest !== 0; rest &= rest - 1) {
      const day = firstOf(rest)
      numbers[day] = (numbers[day] ?? 0) + number
    }
  }
  return numbers
}

/** The days of a month on which something is owed. */
export const owedDays = (all: readonly UnitDays[]): DaySet => {
  let set: DaySet = 0
  for (const { isOwed, days } of all) if (isOwed) set |= days
  return set
}

/** The units with due days of which the catalogue knows nothing any more, and those days. */
export const lostUnits = (
  { units }: Pick<Planning, 'units'>,
  places: ReadonlyMap<string, number> | undefined,
  { offset }: BilledMonth,
  open: OpenDays | undefined,
): { unitId: string; days: DaySet }[] =>
  Object.keys(units).every((unitId) => places?.has(unitId) === true)
    ? []
    : Object.entries(units).flatMap(([unitId, letters]) => {
        if (letters === undefined || places?.has(unitId) === true) return []
        let days: DaySet = 0
        for (let day = 1; day <= 31; day += 1) {
          const digit = digitOf(letters, offset + day - 1)
          if (digit !== 0 && digit !== DIGIT_EXCUSED) days |= setOf(day)
        }
        // Of an activity that the catalogue has lost nobody knows when it was closed.
        const due = open === undefined ? days : days & open.set
        return due === 0 ? [] : [{ unitId, days: due }]
      })
