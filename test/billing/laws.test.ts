import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { correctionsOf } from '../../shared/billing/corrections-rules.ts'
import { billFamily, type Account, type Bill } from '../../shared/billing/rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import {
  account,
  accounts,
  ENF,
  FAMILY,
  files,
  MONTH,
  perUnitTowns,
  planningsOf,
  RUN,
  SPO,
  towns,
  UNBILLED,
} from './arbitraries.ts'

const linesOf = (bill: Bill): readonly InvoiceLine[] => {
  expect(bill.kind).not.toBe('anomalies')
  return bill.kind === 'draft' ? bill.draft.document.lines : []
}

const totalOf = (bill: Bill): number => sum(linesOf(bill).map(({ amount }) => amount))

/** A later month in which nothing is booked, which thus bills corrections alone. */
const LATER = { month: '2026-02', regieId: ENF, issuedOn: '2026-03-01' } as const

const reviewed = (of: Account, ...months: readonly IsoMonth[]): Account => ({
  ...of,
  reviews: months.map((month) => ({ familyId: FAMILY, regieId: ENF, month, version: 1 })),
})

const billed = (lines: readonly InvoiceLine[]) =>
  lines.map((line) => ({ ...line, corrects: line.corrects ?? 'ENF202500000001' }))

/** All that is billed to a family month by month, from October to December. */
const inTurn = (town: TownCatalogue, of: Account, months: readonly IsoMonth[]) =>
  months.map((month) => linesOf(billFamily(town, of, { ...RUN, month }, UNBILLED)))

const MONTHS = ['2025-10', '2025-11', '2025-12'] as const

describe('for any town, price list, family and month', () => {
  it('a bill is the sum of its lines, and each of these its quantity times its price', () => {
    fc.assert(
      fc.property(towns(), accounts(), (town, of) => {
        const bill = billFamily(town, of, RUN, UNBILLED)
        for (const { quantity, unitPrice, amount, days, kind } of linesOf(bill)) {
          expect(amount).toBe(quantity * unitPrice)
          expect(Number.isSafeInteger(amount)).toBe(true)
          if (kind === 'unit' || kind === 'aid') expect(days.split(' ')).toHaveLength(quantity)
        }
        if (bill.kind === 'draft') expect(bill.draft.document.total).toBe(totalOf(bill))
      }),
    )
  })

  it('the order of plannings, children, enrolments and grants changes nothing', () => {
    fc.assert(
      fc.property(towns(), accounts(), (town, of) => {
        const { file } = of
        const turned: Account = {
          ...of,
          file: {
            ...file,
            children: file.children.toReversed(),
            enrolments: file.enrolments.toReversed(),
          },
          plannings: of.plannings
            .map((each) => ({
              ...each,
              units: Object.fromEntries(Object.entries(each.units).toReversed()),
            }))
            .toReversed(),
          aids: of.aids.toReversed(),
          dayCredits: of.dayCredits.toReversed(),
        }
        expect(billFamily(town, turned, RUN, UNBILLED)).toEqual(billFamily(town, of, RUN, UNBILLED))
      }),
    )
  })

  it('bills do not depend on the order in which families or months are billed', () => {
    fc.assert(
      fc.property(towns(), accounts(), accounts(), (town, one, other) => {
        const alone = inTurn(town, one, MONTHS)
        inTurn(town, other, MONTHS)
        expect(inTurn(town, one, MONTHS.toReversed()).toReversed()).toEqual(alone)
      }),
      { numRuns: 40 },
    )
  })

  it('a month that is billed in two runs comes to the same as in one', () => {
    fc.assert(
      fc.property(towns(), accounts(), fc.integer({ min: 1, max: 29 }), (town, of, days) => {
        const firstDays = {
          ...of,
          plannings: of.plannings.map((each) => ({
            ...each,
            units: Object.fromEntries(
              Object.entries(each.units).map(([unit, letters = '']) => [
                unit,
                // November is the third month of a school year.
                `${letters.slice(0, 62 + days)}${'.'.repeat(31 - days)}${letters.slice(93)}`,
              ]),
            ),
          })),
        }
        const first = linesOf(billFamily(town, firstDays, RUN, UNBILLED))
        const second = billFamily(
          town,
          reviewed(of, MONTH),
          { ...LATER },
          new Map([[MONTH, billed(first)]]),
        )
        const whole = linesOf(billFamily(town, of, RUN, UNBILLED))
        expect(sum(first.map(({ amount }) => amount)) + totalOf(second)).toBe(
          sum(whole.map(({ amount }) => amount)),
        )
      }),
    )
  })

  it('each régie bills its own activities and none of the other’s', () => {
    fc.assert(
      fc.property(towns(), accounts(), (town, of) => {
        const enfance = linesOf(billFamily(town, of, RUN, UNBILLED))
        const sports = linesOf(billFamily(town, of, { ...RUN, regieId: SPO }, UNBILLED))
        expect(enfance.every(({ activityId }) => activityId !== 'SPORT')).toBe(true)
        expect(
          sports.every(({ activityId }) => activityId === 'SPORT' || activityId === undefined),
        ).toBe(true)
      }),
    )
  })

  it('a month that did not change is corrected by nothing', () => {
    fc.assert(
      fc.property(towns(), accounts(), (town, of) => {
        const lines = linesOf(billFamily(town, of, RUN, UNBILLED))
        const again = reviewed(of, MONTH)
        expect(billFamily(town, again, LATER, new Map([[MONTH, billed(lines)]]))).toEqual({
          kind: 'nothing',
          reviews: again.reviews,
        })
      }),
    )
  })

  it('a correction that is billed is corrected by nothing', () => {
    fc.assert(
      fc.property(towns(), accounts(), accounts(), (town, of, other) => {
        const lines = billed(linesOf(billFamily(town, of, RUN, UNBILLED)))
        const now = linesOf(billFamily(town, other, RUN, UNBILLED))
        const corrections = correctionsOf(now, lines)
        const total = sum([...lines, ...corrections].map(({ amount }) => amount))
        expect(total).toBe(sum(now.map(({ amount }) => amount)))
        expect(correctionsOf(now, [...lines, ...billed(corrections)])).toEqual([])
      }),
    )
  })

  it('an invoice and the credit note that takes all of it back are zero', () => {
    fc.assert(
      fc.property(towns(), accounts(), (town, of) => {
        const invoice = linesOf(billFamily(town, of, RUN, UNBILLED))
        const back = correctionsOf([], billed(invoice))
        expect(sum(back.map(({ amount }) => amount))).toBe(
          0 - sum(invoice.map(({ amount }) => amount)),
        )
        expect(back.every(({ quantity }) => quantity < 0)).toBe(true)
        expect(back.every(({ corrects }) => corrects === 'ENF202500000001')).toBe(true)
      }),
    )
  })
})

it('one more accepted day never lowers a bill where each unit has its own price', () => {
  const households = files().chain((file) =>
    planningsOf(file.children).map((plannings) => account(plannings, { file })),
  )
  fc.assert(
    fc.property(
      perUnitTowns(),
      households,
      fc.nat(),
      fc.integer({ min: 1, max: 30 }),
      (town, of, pick, day) => {
        const index = pick % of.plannings.length
        const more = {
          ...of,
          plannings: of.plannings.map((each, place) => {
            const [unitId = '', letters = ''] = Object.entries(each.units)[0] ?? []
            // November is the third month of a school year.
            const at = 61 + day
            if (place !== index || letters[at] !== '.') return each
            return {
              ...each,
              units: {
                ...each.units,
                [unitId]: `${letters.slice(0, at)}a${letters.slice(at + 1)}`,
              },
            }
          }),
        }
        expect(totalOf(billFamily(town, more, RUN, UNBILLED))).toBeGreaterThanOrEqual(
          totalOf(billFamily(town, of, RUN, UNBILLED)),
        )
      },
    ),
  )
})
