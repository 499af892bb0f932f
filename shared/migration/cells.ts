import * as z from 'zod'
import { decimal, DECIMAL, times, toCents, wholeNumber } from '../kernel/decimal.ts'
import { isIsoDate, isIsoMonth, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { WITHDRAWN } from '../kernel/migration-texts.ts'
import { amountCell, type Cents } from '../kernel/money.ts'
import { phoneLabel } from '../kernel/phone.ts'
import { shortDate } from '../kernel/texts.ts'
import { guardianIdSchema, isoDateSchema, isoMonthSchema } from '../platform/schemas.ts'

/** How values are read from the cells of a French table, and written into them. */

/** A day as the French write it, `01/09/2025`, or ISO, `2025-09-01`; nothing if it is none. */
const dayIn = (cell: string): IsoDate | undefined => {
  const [, day = '', month = '', year = ''] = /^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$/.exec(cell) ?? []
  const text = year === '' ? cell : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isIsoDate(text) ? text : undefined
}

/** A month as the French write it, `09/2025`, or ISO; nothing if it is none. */
const monthIn = (cell: string): IsoMonth | undefined => {
  const [, month = '', year = ''] = /^(\d\d?)\/(\d{4})$/.exec(cell) ?? []
  const text = year === '' ? cell : `${year}-${month.padStart(2, '0')}`
  return isIsoMonth(text) ? text : undefined
}

/**
 * A number as the French write it, `1 234,56`, with any of their spaces between groups of digits and an
 * euro sign behind, as data write it, `1234.56`; a point is read as a comma.
 */
const numberIn = (cell: string): string =>
  cell
    .replace(/[\s\u00A0\u202F]*€$/, '')
    .replaceAll(/[ \u00A0\u202F]/g, '')
    .replace(',', '.')
    .replace(/^0+(?=\d)/, '')

const isNumber = (cell: string, decimals: number): boolean => {
  const text = numberIn(cell)
  return DECIMAL.test(text) && (text.split('.')[1] ?? '').length <= decimals
}

export const dayCell = z
  .stringFormat('french-date', (cell) => dayIn(cell) !== undefined)
  .transform((cell) => dayIn(cell) ?? cell)
  .pipe(isoDateSchema)

export const monthCell = z
  .stringFormat('french-month', (cell) => monthIn(cell) !== undefined)
  .transform((cell) => monthIn(cell) ?? cell)
  .pipe(isoMonthSchema)

/** An amount in euros, in integer cents. */
export const centsCell = z
  .stringFormat('french-amount', (cell) => isNumber(cell, 2))
  .transform((cell): Cents => toCents(times(decimal(numberIn(cell)), wholeNumber(100))))

/** An exact number. */
export const decimalCell = z
  .stringFormat('french-decimal', (cell) => isNumber(cell, 6))
  .transform(numberIn)

/** A whole number up to `most`. */
export const countCell = (most: number): z.ZodType<number, string> =>
  z
    .stringFormat('french-count', /^\d{1,4}$/)
    .transform(Number)
    .pipe(z.int().min(0).max(most))

/** One of some words, in whatever case, as the portal calls it. */
export const wordCell = <Value extends string>(
  words: Readonly<Record<Value, string>>,
): z.ZodType<Value, string> => {
  const values = Object.keys(words).filter((key): key is Value => key in words)
  return z
    .string()
    .transform((cell) => cell.toLowerCase())
    .pipe(z.enum(values.map((value) => words[value])))
    .transform((word, { issues }) => {
      const value = values.find((each) => words[each] === word)
      if (value !== undefined) return value
      issues.push({ code: 'custom', input: word })
      return z.NEVER
    })
}

/** Several identifiers with spaces or commas between them. */
export const listCell = <Id extends z.ZodType<unknown, string>>(
  id: Id,
): z.ZodType<z.output<Id>[], string> =>
  z
    .string()
    .transform((cell) => cell.split(/[\s,]+/).filter((each) => each !== ''))
    .pipe(z.array(id).max(20))

/** Guardians without authority and since when, with commas between them. */
export const withdrawnCell = z
  .stringFormat('withdrawn-authority', (cell) =>
    cell.split(',').every((each) => dayIn(each.split(WITHDRAWN.since)[1] ?? '') !== undefined),
  )
  .transform((cell) =>
    cell.split(',').map((each) => {
      const [guardianId = '', since = ''] = each.split(WITHDRAWN.since)
      return { guardianId: guardianId.trim(), since: dayIn(since) ?? since }
    }),
  )
  .pipe(z.array(z.object({ guardianId: guardianIdSchema, since: isoDateSchema })).max(10))

/** A cell of a value that may not be there. */
const given =
  <Value>(write: (value: Value) => string) =>
  (value: Value | undefined): string =>
    value === undefined ? '' : write(value)

export const dayText = given(shortDate)
export const monthText = given((month: IsoMonth) => `${month.slice(5)}/${month.slice(0, 4)}`)
export const centsText = given(amountCell)
export const decimalText = given((text: string) => text.replace('.', ','))
export const phoneText = given(phoneLabel)
export const countText = given(String)
export const listText = given((ids: readonly string[]) => ids.join(' '))
export const withdrawnText = given(
  (withdrawn: readonly { readonly guardianId: string; readonly since: IsoDate }[]) =>
    withdrawn.map(({ guardianId, since }) => WITHDRAWN.one(guardianId, since)).join(', '),
)
