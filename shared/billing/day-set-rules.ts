import { dayOfMonth, monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'

/** Days of one month, a bit each, the first day the lowest: joined, split and counted at no cost. */
export type DaySet = number

/** The set of one day, `1` for the first of the month. */
export const setOf = (day: number): DaySet => 1 << (day - 1)

/** The first day of a set that is not empty. */
export const firstOf = (set: DaySet): number => 32 - Math.clz32(set & -set)

/** The days of a set, in order. */
export const daysOf = (set: DaySet): number[] => {
  const days: number[] = []
  for (let rest = set; rest !== 0; rest &= rest - 1) days.push(firstOf(rest))
  return days
}

/** How many days a set has. */
export const countOf = (set: DaySet): number => {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1
  return count
}

const THIRD = 11

/** The texts of all sets of eleven days that begin on a day. */
const textsFrom = (first: number): readonly string[] =>
  Array.from({ length: 1 << THIRD }, (_, set) =>
    daysOf(set)
      .map((day) => day + first - 1)
      .join(' '),
  )

/** Made when it is first asked for: no other caller waits for it. */
let texts: readonly (readonly string[])[] = []

/** A set as lines write it, `1 2 4`, by three looks into tables. */
export const textOf = (set: DaySet): string => {
  if (texts.length === 0) texts = [1, 1 + THIRD, 1 + 2 * THIRD].map(textsFrom)
  let text = ''
  for (let third = 0; third < 3; third += 1) {
    const part = texts[third]?.[(set >>> (third * THIRD)) & ((1 << THIRD) - 1)] ?? ''
    if (part !== '') text = text === '' ? part : `${text} ${part}`
  }
  return text
}

/** The days that a line writes, `1 2 4`. */
export const daysIn = (text: string): number[] => (text === '' ? [] : text.split(' ').map(Number))

/** Every day of a month of 31. */
export const ALL_DAYS: DaySet = 0x7fff_ffff

/** The days of a month from a day to a day, both included; a month always has 31 bits. */
export const setWithin = (month: IsoMonth, from: IsoDate, until: IsoDate): DaySet => {
  const [first, last] = [monthOf(from), monthOf(until)]
  if (first > month || last < month) return 0
  const after = last === month ? setOf(dayOfMonth(until)) * 2 - 1 : ALL_DAYS
  const before = first === month ? setOf(dayOfMonth(from)) - 1 : 0
  return after & ~before
}

const TWO_DIGITS = Array.from({ length: 32 }, (_, day) => String(day).padStart(2, '0'))

/** A day of a month as a date. */
export const dateIn = (month: IsoMonth, day: number): IsoDate => `${month}-${TWO_DIGITS[day] ?? ''}`
