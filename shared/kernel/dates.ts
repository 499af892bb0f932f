/** A day of the civil calendar, `2025-09-01`. It has no time and no zone. */
export type IsoDate = `${string}-${string}-${string}`

/** A month of the civil calendar, `2025-09`. */
export type IsoMonth = `${string}-${string}`

/** Monday is 1, Sunday is 7, as in ISO 8601. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

const MILLISECONDS_A_DAY = 86_400_000
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

const twoDigits = (value: number): string => TWO_DIGITS[value] ?? ''
const fourDigits = (value: number): string => String(value).padStart(4, '0')

/** Days since 1970-01-01: the form in which days are counted and compared by arithmetic. */
export const epochDay = (date: IsoDate): number => Date.parse(date) / MILLISECONDS_A_DAY

/** The day that is `days` after 1970-01-01. */
export const dateOfEpochDay = (days: number): IsoDate => {
  const at = new Date(days * MILLISECONDS_A_DAY)
  return `${fourDigits(at.getUTCFullYear())}-${twoDigits(at.getUTCMonth() + 1)}-${twoDigits(at.getUTCDate())}`
}

/** `date` moved by a whole number of days, which may be negative. */
export const addDays = (date: IsoDate, days: number): IsoDate =>
  dateOfEpochDay(epochDay(date) + days)

/** The number of days from `from` to `to`, both counted. */
export const daysBetween = (from: IsoDate, to: IsoDate): number => epochDay(to) - epochDay(from) + 1

/** Every day from `from` to `to`, both counted; none when `to` is before `from`. */
export const eachDay = (from: IsoDate, to: IsoDate): IsoDate[] => {
  const first = epochDay(from)
  return Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, index) =>
    dateOfEpochDay(first + index),
  )
}

/** The day of the week; 1970-01-01 was a Thursday. */
export const weekdayOf = (date: IsoDate): Weekday => weekdayOfEpochDay(epochDay(date))

/** The day of the week of a day counted from 1970-01-01. */
export const weekdayOfEpochDay = (days: number): Weekday =>
  WEEKDAYS[(((days + 3) % 7) + 7) % 7] ?? 1

/** The Monday of the week in which `date` lies. */
export const mondayOf = (date: IsoDate): IsoDate => addDays(date, 1 - weekdayOf(date))

/** The number of the week in which `date` lies, as ISO 8601 counts: the week of 4 January is 1. */
export const isoWeekOf = (date: IsoDate): number => {
  const thursday = addDays(mondayOf(date), 3)
  return Math.floor((daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) - 1) / 7) + 1
}

/** The month in which `date` lies. */
export const monthOf = (date: IsoDate): IsoMonth => `${date.slice(0, 4)}-${date.slice(5, 7)}`

/** 1 for the first day of a month. */
export const dayOfMonth = (date: IsoDate): number => Number(date.slice(8))

/** The first day of a month. */
export const firstDayOf = (month: IsoMonth): IsoDate => `${month}-01`

/** The number of days of a month; of a month that does not exist none. */
const lengthOf = (year: number, month: number): number => {
  if (month !== 2) return MONTH_LENGTHS[month - 1] ?? 0
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** The last day of a month. */
export const lastDayOf = (month: IsoMonth): IsoDate =>
  `${month}-${twoDigits(lengthOf(Number(month.slice(0, 4)), Number(month.slice(5))))}`

/** `month` moved by a whole number of months, which may be negative. */
export const addMonths = (month: IsoMonth, months: number): IsoMonth => {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months
  return `${fourDigits(Math.floor(index / 12))}-${twoDigits((index % 12) + 1)}`
}

/** The same day of a later or earlier month, or the last of it where it has no such day. */
export const monthsLater = (date: IsoDate, months: number): IsoDate => {
  const month = addMonths(monthOf(date), months)
  return earlierOf(`${month}-${date.slice(8)}`, lastDayOf(month))
}

/** The months from one to another, both counted; none when `to` is before `from`. */
export const eachMonth = (from: IsoMonth, to: IsoMonth): IsoMonth[] => {
  const months: IsoMonth[] = []
  for (let month = from; month <= to; month = addMonths(month, 1)) months.push(month)
  return months
}

/** How old somebody is on a day, in whole years; 0 before their birth. */
export const ageOn = (birthDate: IsoDate, date: IsoDate): number => {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return Math.max(0, date.slice(5) < birthDate.slice(5) ? years - 1 : years)
}

/** How old somebody is on a day, in whole years and whole months; 0 before their birth [guide 15]. */
export const ageInMonths = (
  birthDate: IsoDate,
  date: IsoDate,
): { readonly years: number; readonly months: number } => {
  const monthsOf = (day: IsoDate): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
  const begun = monthsOf(date) - monthsOf(birthDate)
  // Who is born on the 31st has its month full on the last day of a shorter one.
  const isFull = date.slice(8) >= birthDate.slice(8) || date === lastDayOf(monthOf(date))
  const months = Math.max(0, isFull ? begun : begun - 1)
  return { years: Math.floor(months / 12), months: months % 12 }
}

/** The later of two days. */
export const laterOf = (a: IsoDate, b: IsoDate): IsoDate => (a > b ? a : b)

/** The earlier of two days. */
export const earlierOf = (a: IsoDate, b: IsoDate): IsoDate => (a < b ? a : b)

/** Whether `text` is a day that exists: `2025-02-30` is none. */
export const isIsoDate = (text: string): text is IsoDate => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = Number(text.slice(8))
  return day > 0 && day <= lengthOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)))
}

/** Whether `text` is a month that exists. */
export const isIsoMonth = (text: string): text is IsoMonth => /^\d{4}-(0[1-9]|1[0-2])$/.test(text)
