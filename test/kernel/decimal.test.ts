import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compare,
  decimal,
  decimalText,
  largerOf,
  minus,
  percentOf,
  plus,
  ROUNDINGS,
  smallerOf,
  times,
  toCents,
  wholeNumber,
  type Decimal,
} from '../../shared/kernel/decimal.ts'

/** A number of the data with the same number of millionths. */
const numbers = fc
  .record({ millionths: fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), decimals: fc.nat(6) })
  .map(({ millionths, decimals }) => {
    const divisor = 10n ** BigInt(6 - decimals)
    const exact = (millionths / divisor) * divisor
    const text = String(exact).padStart(7, '0')
    const after = text.slice(-6, text.length - 6 + decimals)
    return {
      text: text.slice(0, -6) + (after === '' ? '' : `.${after}`),
      millionths: exact,
    }
  })

/** How many of its smallest parts a number has at a scale. */
const at = ({ digits, scale }: Decimal, wanted: number): bigint =>
  BigInt(digits) * 10n ** BigInt(wanted - scale)

const negative = (value: Decimal): Decimal => minus(wholeNumber(0), value)

describe('a decimal number', () => {
  it.each(['', '1.', '.5', '-1', '1,5', '1e3', '1234567890', '0.1234567', ' 1', '308.01 '])(
    'is not %j',
    (text) => {
      expect(() => decimal(text)).toThrow(RangeError)
    },
  )

  it('counts, compares, adds, subtracts, multiplies and shares as whole millionths do', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [x, y] = [decimal(a.text), decimal(b.text)]
        expect(at(x, 6)).toBe(a.millionths)
        expect(at(plus(x, y), 6)).toBe(a.millionths + b.millionths)
        expect(at(minus(x, y), 6)).toBe(a.millionths - b.millionths)
        expect(at(times(x, y), 12)).toBe(a.millionths * b.millionths)
        expect(at(percentOf(x, y), 14)).toBe(a.millionths * b.millionths)
        expect(Math.sign(compare(x, y))).toBe(
          a.millionths < b.millionths ? -1 : a.millionths > b.millionths ? 1 : 0,
        )
        expect(compare(smallerOf(x, y), largerOf(x, y))).toBeLessThanOrEqual(0)
        expect([x, y]).toContain(smallerOf(x, y))
        expect([x, y]).toContain(largerOf(x, y))
      }),
    )
  })

  it('stays exact where safe integers end', () => {
    const large = decimal('999999999.999999')
    const product = times(times(large, large), large)
    expect(at(product, 18)).toBe((10n ** 15n - 1n) ** 3n)
    expect(at(plus(product, decimal('0.000001')), 18)).toBe((10n ** 15n - 1n) ** 3n + 10n ** 12n)
    expect(compare(product, minus(product, decimal('0.000001')))).toBe(1)
  })

  it.each([
    ['0', '0'],
    ['308.01', '308.01'],
    ['12.500000', '12.5'],
    ['7.000', '7'],
    ['0.000001', '0.000001'],
  ])('%s says %s', (text, said) => {
    expect(decimalText(decimal(text))).toBe(said)
    if (said !== '0') expect(decimalText(negative(decimal(text)))).toBe(`-${said}`)
  })

  it('says itself so that it can be read again', () => {
    fc.assert(
      fc.property(numbers, ({ text }) => {
        expect(compare(decimal(decimalText(decimal(text))), decimal(text))).toBe(0)
      }),
    )
  })
})

describe('rounding to cents', () => {
  it.each([
    // amount, half-up, half-even, up, down
    ['2.4', 2, 2, 3, 2],
    ['2.5', 3, 2, 3, 2],
    ['2.500001', 3, 3, 3, 2],
    ['3.5', 4, 4, 4, 3],
    ['3.499999', 3, 3, 4, 3],
    ['0.5', 1, 0, 1, 0],
    ['4', 4, 4, 4, 4],
    ['100.5', 101, 100, 101, 100],
  ] as const)('of %s', (text, halfUp, halfEven, up, down) => {
    const wanted = { 'half-up': halfUp, 'half-even': halfEven, up, down }
    const large = times(wholeNumber(10 ** 15), wholeNumber(10 ** 15))
    for (const how of ROUNDINGS) {
      expect(toCents(decimal(text), how)).toBe(wanted[how])
      // By the size and not by the sign; `-0` is no amount.
      expect(toCents(negative(decimal(text)), how)).toBe(0 - wanted[how])
      // What is too large for safe integers on the way comes to the same.
      const widened = minus(plus(decimal(text), large), large)
      expect(typeof widened.digits).toBe('bigint')
      expect(toCents(widened, how)).toBe(wanted[how])
    }
    expect(toCents(decimal(text))).toBe(halfUp)
  })

  it('is at most half a cent off, or less than a whole one, and on the right side', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom(...ROUNDINGS), (a, b, how) => {
        const exact = percentOf(decimal(a.text), decimal(b.text))
        fc.pre(compare(exact, wholeNumber(10 ** 12)) < 0)
        const error = minus(wholeNumber(toCents(exact, how)), exact)
        const limit = how === 'up' || how === 'down' ? decimal('1') : decimal('0.5')
        expect(compare(error, limit)).toBeLessThanOrEqual(0)
        expect(compare(negative(error), limit)).toBeLessThanOrEqual(0)
        if (how === 'up') expect(compare(error, wholeNumber(0))).toBeGreaterThanOrEqual(0)
        if (how === 'down') expect(compare(error, wholeNumber(0))).toBeLessThanOrEqual(0)
      }),
    )
  })
})
