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

const WEIGHTS = Array.from({ length: 16 }, (_, place) => BASE ** place)

/** The occasion of a letter, as a number; 0 when the day is not billed at all. */
export const digitOf = (letters: string, at: number): number => DIGITS[letters.charCodeAt(at)] ?? 0

/** The number that stands for an occasion in the letters of a day. */
export const digitFor = (occasion: Occasion): number => OCCASIONS.indexOf(occasion) + 1

const decode = ({ activity }: BilledActivity, number: number): DueUnits => {
  const units: DueUnit[] = []
  const unitIds: UnitId[] = []
  const owed: number[] = []
  for (const [place, unit] of activity.units.entries()) {
    const digit = Math.floor(number / (WEIGHTS[place] ?? 1)) % BASE
    const occasion = OCCASIONS[digit - 1]
    if (occasion === undefined) continue
    const letter = occasion === 'late' || occasion === 'unbooked' ? LETTERS.late : LETTERS.accepted
    units.push({ unitId: pricedUnitId(unit, letter), occasion })
    unitIds.push(unit.id)
    if (occasion !== 'excused') owed.push(place)
  }
  return { units, unitIds, owed }
}

/** The units that the number of a day stands for. */
export const dueUnits = (activity: BilledActivity, number: number): DueUnits => {
  const known = activity.known.get(number)
  if (known !== undefined) return known
  const made = decode(activity, number)
  activity.known.set(number, made)
  return made
}

/**
 * What a planning holds of each open day of a month, by its day of the month: a number that stands
 * for its units with their occasions, 0 for a day without any. Units that the catalogue has lost
 * are not among them.
 */
export const numbersOf = (
  { units }: Pick<Planning, 'units'>,
  { units: places }: BilledActivity,
  { offset }: BilledMonth,
  { days }: OpenDays,
): number[] => {
  const numbers = new Array<number>(32).fill(0)
  for (const [unitId, letters] of Object.entries(units)) {
    const place = places.get(unitId)
    const weight = place === undefined ? undefined : WEIGHTS[place]
    if (weight === undefined || letters === undefined) continue
    for (const day of days) {
      const digit = DIGITS[letters.charCodeAt(offset + day - 1)] ?? 0
      if (digit !== 0) numbers[day] = (numbers[day] ?? 0) + digit * weight
    }
  }
  return numbers
}

/**
 * What a planning holds of a month unit by unit: for each of them with each occasion the number that
 * stands for it, and its open days.
 */
export const occasionsOf = (
  { units }: Pick<Planning, 'units'>,
  { units: places }: BilledActivity,
  { offset }: BilledMonth,
  { days }: OpenDays,
): { number: number; days: DaySet }[] => {
  const occasions: { number: number; days: DaySet }[] = []
  for (const [unitId, letters] of Object.entries(units)) {
    const weight = WEIGHTS[places.get(unitId) ?? -1]
    if (weight === undefined || letters === undefined) continue
    let booked: DaySet = 0
    let others: DaySet = 0
    for (const day of days) {
      const letter = letters.charCodeAt(offset + day - 1)
      // Nearly all days are one of these two.
      if (letter === BOOKED) booked |= setOf(day)
      else if (letter !== NOTHING) others |= setOf(day)
    }
    for (let digit = 1; digit < BASE; digit += 1) {
      let set = digit === 1 ? booked : 0
      for (let rest = others; rest !== 0; rest &= rest - 1) {
        const day = firstOf(rest)
        if (digitOf(letters, offset + day - 1) === digit) set |= setOf(day)
      }
      if (set !== 0) occasions.push({ number: digit * weight, days: set })
    }
  }
  return occasions
}

/** The days of a month that are owed, of the numbers of its days. */
export const owedDays = (activity: BilledActivity, numbers: readonly number[]): DaySet => {
  let set: DaySet = 0
  for (let day = 1; day < numbers.length; day += 1) {
    const number = numbers[day] ?? 0
    if (number !== 0 && dueUnits(activity, number).owed.length > 0) set |= setOf(day)
  }
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
          if (digit !== 0 && digit !== digitFor('excused')) days |= setOf(day)
        }
        // Of an activity that the catalogue has lost nobody knows when it was closed.
        const due = open === undefined ? days : days & open.set
        return due === 0 ? [] : [{ unitId, days: due }]
      })
