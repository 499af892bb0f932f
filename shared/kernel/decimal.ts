import type { Cents } from './money.ts'

/** Safe integers where the number fits, since they are quicker, and BigInt where it does not. */
type Digits = number | bigint

/**
 * An exact number, as towns write quotients and rates: `digits` divided by ten so many times. Sums,
 * products and shares are computed without loss and rounded once, at the end.
 */
export interface Decimal {
  readonly digits: Digits
  readonly scale: number
}

/** How an exact amount becomes whole cents; `half-up` rounds halves away from zero. */
export const ROUNDINGS = ['half-up', 'half-even', 'up', 'down'] as const
export type Rounding = (typeof ROUNDINGS)[number]

/** A number as it is written in data: digits, and decimals after a point. */
export const DECIMAL = /^\d{1,9}(\.\d{1,6})?$/

/** The powers of ten that are safe integers. */
const TENS = Array.from({ length: 16 }, (_, power) => 10 ** power)

const ten = (power: number): Digits => TENS[power] ?? 10n ** BigInt(power)

const product = (a: Digits, b: Digits): Digits => {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = a * b
    if (Number.isSafeInteger(quick)) return quick
  }
  return BigInt(a) * BigInt(b)
}

const total = (a: Digits, b: Digits): Digits => {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = a + b
    if (Number.isSafeInteger(quick)) return quick
  }
  return BigInt(a) + BigInt(b)
}

/**
 * Reads a number as it is written in data, `308.01`.
 *
 * @throws RangeError when it is no such number.
 */
export const decimal = (text: string): Decimal => {
  if (!DECIMAL.test(text)) throw new RangeError('Not a decimal number')
  const point = text.indexOf('.')
  if (point === -1) return { digits: Number(text), scale: 0 }
  // At most 15 digits, which always are a safe integer.
  return {
    digits: Number(text.slice(0, point) + text.slice(point + 1)),
    scale: text.length - point - 1,
  }
}

/**
 * A number as it was written in data, counted in millionths: of its 9 digits and 6 decimals always a
 * safe integer, so that limits are compared at no cost.
 */
export const millionths = (written: Decimal): number => Number(digitsAt(written, 6))

/** A whole number as an exact one. */
export const wholeNumber = (value: number): Decimal => ({ digits: value, scale: 0 })

/** The exact product of two numbers. */
export const times = (a: Decimal, b: Decimal): Decimal => ({
  digits: product(a.digits, b.digits),
  scale: a.scale + b.scale,
})

/** The digits of a number at a scale that is not below its own. */
const digitsAt = ({ digits, scale }: Decimal, wanted: number): Digits =>
  scale === wanted ? digits : product(digits, ten(wanted - scale))

/** The exact sum of two numbers. */
export const plus = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale)
  return { digits: total(digitsAt(a, scale), digitsAt(b, scale)), scale }
}

/** The exact difference of two numbers. */
export const minus = (a: Decimal, b: Decimal): Decimal =>
  plus(a, { digits: product(b.digits, -1), scale: b.scale })

/** So many hundredths of a number: `percentOf(price, rate)`. */
export const percentOf = (value: Decimal, percent: Decimal): Decimal => {
  const { digits, scale } = times(value, percent)
  return { digits, scale: scale + 2 }
}

/** Negative when `a` is the smaller one, positive when it is the larger one, else 0. */
export const compare = (a: Decimal, b: Decimal): number => {
  const scale = Math.max(a.scale, b.scale)
  const left = digitsAt(a, scale)
  const right = digitsAt(b, scale)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The smaller of two numbers. */
export const smallerOf = (a: Decimal, b: Decimal): Decimal => (compare(b, a) < 0 ? b : a)

/** The larger of two numbers. */
export const largerOf = (a: Decimal, b: Decimal): Decimal => (compare(b, a) > 0 ? b : a)

/** Whether a rest is below (-1), at (0) or above (1) the half of what it is a rest of. */
const againstHalf = (rest: Digits, divisor: Digits): number => {
  const twice = total(rest, rest)
  return twice < divisor ? -1 : twice > divisor ? 1 : 0
}

const isRoundedUp = (isWhole: boolean, half: number, isOdd: boolean, how: Rounding): boolean => {
  if (isWhole || how === 'down') return false
  if (how === 'up') return true
  return half === 0 ? how === 'half-up' || isOdd : half > 0
}

const smallSize = (size: number, divisor: number, how: Rounding): number => {
  const rest = size % divisor
  const whole = (size - rest) / divisor
  const half = againstHalf(rest, divisor)
  return isRoundedUp(rest === 0, half, whole % 2 === 1, how) ? whole + 1 : whole
}

const largeSize = (size: bigint, divisor: bigint, how: Rounding): bigint => {
  const rest = size % divisor
  const whole = size / divisor
  const half = againstHalf(rest, divisor)
  return isRoundedUp(rest === 0n, half, whole % 2n === 1n, how) ? whole + 1n : whole
}

/** Rounds an exact number of cents to whole ones, by its size and not by its sign. */
export const toCents = ({ digits, scale }: Decimal, how: Rounding = 'half-up'): Cents => {
  const isNegative = digits < 0
  const size = isNegative ? product(digits, -1) : digits
  const divisor = ten(scale)
  const rounded =
    typeof size === 'number' && typeof divisor === 'number'
      ? smallSize(size, divisor, how)
      : Number(largeSize(BigInt(size), BigInt(divisor), how))
  return isNegative ? 0 - rounded : rounded
}

/** A number as it is written in data, with all of its decimals and none that says nothing. */
export const decimalText = ({ digits, scale }: Decimal): string => {
  const sign = digits < 0 ? '-' : ''
  const padded = String(digits)
    .replace('-', '')
    .padStart(scale + 1, '0')
  const decimals = padded.slice(padded.length - scale).replace(/0+$/, '')
  const whole = padded.slice(0, padded.length - scale)
  return scale === 0 || decimals === '' ? `${sign}${whole}` : `${sign}${whole}.${decimals}`
}
