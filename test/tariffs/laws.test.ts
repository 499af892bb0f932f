import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROUNDINGS } from '../../shared/kernel/decimal.ts'
import { catalogueSchema } from '../../shared/catalogue/model.ts'
import { faultsOfPriceLists } from '../../shared/tariffs/check-lists.ts'
import { OCCASIONS, type PriceList } from '../../shared/tariffs/model.ts'
import { priceDay } from '../../shared/tariffs/rules.ts'
import { cesson } from '../support/cesson.ts'
import { bands, dayOf, flat, listOf, personWith, pricesOf, rule } from './fixture.ts'

/** Hundredths of a euro as the data writes them. */
const text = (hundredths: number): string =>
  `${String(Math.floor(hundredths / 100))}.${String(hundredths % 100).padStart(2, '0')}`

/** Bounds in hundredths, the first of them 0, each larger than the one before. */
const bounds = fc
  .uniqueArray(fc.integer({ min: 1, max: 300_000 }), { maxLength: 12 })
  .map((others) => [0, ...others.toSorted((a, b) => a - b)])
const quotients = fc.integer({ min: 0, max: 400_000 })

const priceWith = (list: PriceList, quotient: string): number => {
  const [price = Number.NaN] = pricesOf(
    priceDay([list], dayOf([{}], { person: personWith({ quotient }) })),
  )
  return Number(price)
}

describe('bands', () => {
  it('are exactly one for any quotient, the last one that begins at it or before', () => {
    fc.assert(
      fc.property(bounds, quotients, (froms, quotient) => {
        // The price of a band is its number.
        const list = listOf([rule(bands(froms.map((from, index) => [text(from), index])))])
        const expected = froms.findLastIndex((from) => from <= quotient)
        expect(priceWith(list, text(quotient))).toBe(expected)
        expect(priceWith(list, `${text(quotient)}99`)).toBe(expected)
      }),
    )
  })

  it('with a hole or an overlap anywhere are refused, and none else', () => {
    const faults = (list: PriceList) =>
      faultsOfPriceLists(catalogueSchema.parse({ ...cesson.catalogue, priceLists: [list] })).filter(
        ({ pointer }) => pointer.includes('/bands/'),
      )
    fc.assert(
      fc.property(bounds, fc.nat(), fc.constantFrom(-1, 1), (froms, which, by) => {
        const whole = bands(froms.map((from, index) => [text(from), index]))
        expect(faults(listOf([rule(whole)]))).toEqual([])
        fc.pre(froms.length > 1)
        const moved = 1 + (which % (froms.length - 1))
        const broken = whole.bands.map((band, index) =>
          index === moved ? { ...band, from: text((froms[index] ?? 0) + by) } : band,
        )
        expect(faults(listOf([rule({ ...whole, bands: broken })]))).not.toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

describe('an effort rate', () => {
  const efforts = fc.record({
    percent: fc.integer({ min: 0, max: 500 }).map(text),
    least: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
    most: fc.option(fc.integer({ min: 400, max: 5000 }), { nil: undefined }),
  })
  const listWith = (effort: { percent: string; least?: number; most?: number }, more = {}) =>
    listOf([rule({ kind: 'effort', by: 'quotient', ...effort })], more)

  it('never falls with the quotient, stays in its limits, and is half a cent off at most', () => {
    fc.assert(
      fc.property(efforts, quotients, quotients, (effort, a, b) => {
        const list = listWith({
          percent: effort.percent,
          ...(effort.least === undefined ? {} : { least: effort.least }),
          ...(effort.most === undefined ? {} : { most: effort.most }),
        })
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const prices = [priceWith(list, text(low)), priceWith(list, text(high))]
        expect(prices[0]).toBeLessThanOrEqual(prices[1] ?? Number.NaN)
        for (const [index, quotient] of [low, high].entries()) {
          const price = prices[index] ?? Number.NaN
          expect(price).toBeGreaterThanOrEqual(effort.least ?? 0)
          expect(price).toBeLessThanOrEqual(effort.most ?? Number.POSITIVE_INFINITY)
          // In ten-thousandths of a cent, as whole numbers.
          const exact = quotient * Number(effort.percent.replace('.', ''))
          if (price !== effort.least && price !== effort.most) {
            expect(Math.abs(price * 10_000 - exact)).toBeLessThanOrEqual(5000)
          }
        }
      }),
    )
  })

  it('is rounded to a neighbour, up and down around the others', () => {
    fc.assert(
      fc.property(efforts, quotients, ({ percent }, quotient) => {
        const [halfUp, halfEven, up, down] = ROUNDINGS.map((rounding) =>
          priceWith(listWith({ percent, most: 9_999_999 }, { rounding }), text(quotient)),
        )
        expect([up, down]).toContain(halfUp)
        expect([up, down]).toContain(halfEven)
        expect((up ?? 0) - (down ?? 0)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a day', () => {
  const UNITS = ['A', 'B', 'C', 'D']
  const rules = fc.array(
    fc
      .record({
        unitIds: fc.subarray(UNITS, { minLength: 1 }),
        price: fc.integer({ min: 0, max: 999 }),
        occasions: fc.option(fc.subarray([...OCCASIONS], { minLength: 1 }), { nil: undefined }),
      })
      .map(({ unitIds, price, occasions }) =>
        rule(flat(price), { unitIds, when: occasions === undefined ? {} : { occasions } }),
      ),
    { minLength: 1, maxLength: 8 },
  )
  const units = fc
    .subarray(UNITS, { minLength: 1 })
    .chain((unitIds) =>
      fc.tuple(
        ...unitIds.map((unitId) =>
          fc.record({ unitId: fc.constant(unitId), occasion: fc.constantFrom(...OCCASIONS) }),
        ),
      ),
    )
  const supplements = [
    {
      id: 'FAMILLE',
      name: 'Hors délais',
      occasions: ['late' as const, 'unbooked' as const],
      how: { kind: 'per-family' as const, amount: 100 },
    },
  ]

  it('costs the same whatever the order of its units', () => {
    fc.assert(
      fc.property(rules, units, fc.nat(), (of, there, turn) => {
        const list = listOf(of, { supplements })
        const price = (order: typeof there) => priceDay([list], dayOf(order))
        const [first, other] = [
          price(there),
          price([...there.slice(turn % there.length), ...there.slice(0, turn % there.length)]),
        ]
        expect(other.charges).toEqual(first.charges)
        expect(new Set(other.unpriced)).toEqual(new Set(first.unpriced))
        expect(price(there.toReversed()).charges).toEqual(first.charges)
      }),
    )
  })

  it('prices each unit once, says what it does not price, and forgets only absences', () => {
    fc.assert(
      fc.property(rules, units, (of, there) => {
        const { charges, unpriced } = priceDay([listOf(of)], dayOf(there))
        const priced = charges.flatMap(({ unitIds }) => unitIds)
        const told = [...priced, ...unpriced.map(({ unitId }) => unitId)]
        expect(new Set(told).size).toBe(told.length)
        const forgotten = there.filter(({ unitId }) => !told.some((id) => id === unitId))
        expect(forgotten.every(({ occasion }) => occasion === 'excused')).toBe(true)
      }),
    )
  })

  it('of a flat list never costs less with a unit more', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(999), { minLength: 4, maxLength: 4 }), units, (prices, there) => {
        const list = listOf(
          UNITS.map((unitId, index) => rule(flat(prices[index] ?? 0), { unitIds: [unitId] })),
        )
        const cost = (of: typeof there) =>
          pricesOf(priceDay([list], dayOf(of))).reduce<number>((a, b) => a + Number(b), 0)
        expect(cost(there)).toBeGreaterThanOrEqual(cost(there.slice(1)))
      }),
    )
  })
})
