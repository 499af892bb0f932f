import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { billFamily, invoiceNumber } from '../../shared/billing/rules.ts'
import { Calendars, dayState, schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { addMonths, eachDay, firstDayOf, lastDayOf } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { writeLine, type Years } from '../../shared/reservations/lines.ts'
import { LETTERS, type Planning } from '../../shared/reservations/model.ts'
import { cesson, cessonTown } from '../support/cesson.ts'

const { catalogue } = cessonTown
const MONTH = '2025-11'
const RUN = { month: MONTH, issuedOn: '2025-12-01' } as const
const [FROM, TO] = [firstDayOf(MONTH), lastDayOf(MONTH)]

const [entry] = cesson.families
if (entry === undefined) throw new Error('The demo town has no family')
const { familyId, name, address, guardians, children, enrolments } = entry
const file = {
  family: { familyId, name, address },
  guardians: guardians.map((guardian) => ({ ...guardian, familyId })),
  children: children.map((child) => ({ ...child, familyId })),
  enrolments: enrolments.map((enrolment) => ({ ...enrolment, familyId })),
}

/** Random letters for a month of every unit of every enrolment of the school year. */
const plannings = fc
  .tuple(
    ...enrolments
      .filter(({ enrolmentId }) => enrolmentId.endsWith('2025'))
      .map(({ childId, activityId }) => {
        const units = catalogue.activities.find(({ id }) => id === activityId)?.units ?? []
        return fc
          .tuple(
            ...units.map(() =>
              fc.string({
                unit: fc.constantFrom(...Object.values(LETTERS)),
                minLength: 30,
                maxLength: 30,
              }),
            ),
          )
          .map((lines): Planning => {
            const schoolYear = schoolYearOf(FROM)
            const years = lines.reduce<Years>((written, line, index) => {
              const unit = units[index]
              return unit === undefined ? written : writeLine(written, unit.id, FROM, line)
            }, new Map())
            return {
              familyId,
              childId,
              activityId,
              schoolYear,
              version: 1,
              units: years.get(schoolYear) ?? {},
            }
          })
      }),
  )
  .map((all) => [...all])

const bill = (of: readonly Planning[], lists = catalogue.priceLists) =>
  billFamily(
    { ...cessonTown, catalogue: { ...catalogue, priceLists: lists } },
    { file, plannings: of },
    RUN,
  )

const totalOf = (of: readonly Planning[]): number => {
  const result = bill(of)
  return result.kind === 'draft' ? result.draft.total : 0
}

/** The days of a planning's units that are due, counted without the code under test. */
const dueDays = ({ activityId, units }: Planning): number[] => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  if (activity === undefined) throw new Error('No activity')
  return Object.values(units).map(
    (letters = '') =>
      eachDay(FROM, TO).filter(
        (date, index) =>
          // November is the third month of a school year.
          /[aclue]/.test(letters[2 * 31 + index] ?? '') &&
          dayState(activity, catalogue.schoolYears, date) === 'open',
      ).length,
  )
}

const dueCount = (of: readonly Planning[]): number => sum(of.flatMap(dueDays))

describe('a bill', () => {
  it('is the sum of its lines, each its quantity times its price, one for every day that is due', () => {
    fc.assert(
      fc.property(plannings, (of) => {
        const result = bill(of)
        if (result.kind !== 'draft') {
          expect(result.kind).toBe('nothing')
          expect(dueCount(of)).toBe(0)
          return
        }
        const { lines, total } = result.draft
        expect(total).toBe(sum(lines.map(({ amount }) => amount)))
        expect(lines.every((line) => line.amount === line.quantity * line.unitPrice)).toBe(true)
        expect(sum(lines.map(({ quantity }) => quantity))).toBe(dueCount(of))
        expect(lines.every(({ amount }) => Number.isInteger(amount))).toBe(true)
      }),
    )
  })

  it('does not depend on the order in which plannings are read', () => {
    fc.assert(
      fc.property(plannings, (of) => {
        expect(bill(of.toReversed())).toEqual(bill(of))
      }),
    )
  })

  it('never falls by one more accepted day', () => {
    fc.assert(
      fc.property(plannings, fc.nat(), fc.nat({ max: 29 }), (of, pick, day) => {
        const planning = of[pick % of.length]
        const activity = catalogue.activities.find(({ id }) => id === planning?.activityId)
        const [unit] = activity?.units ?? []
        const date = eachDay(FROM, TO)[day]
        if (planning === undefined || unit === undefined || date === undefined) throw new Error()
        const years = writeLine(
          new Map([[planning.schoolYear, planning.units]]),
          unit.id,
          date,
          'a',
        )
        const more = of.map((each) =>
          each === planning ? { ...each, units: years.get(each.schoolYear) ?? {} } : each,
        )
        expect(totalOf(more)).toBeGreaterThanOrEqual(totalOf(of))
      }),
    )
  })

  it('is of its month alone', () => {
    fc.assert(
      fc.property(plannings, (of) => {
        const next = billFamily(
          cessonTown,
          { file, plannings: of },
          { month: addMonths(MONTH, 1), issuedOn: '2026-01-01' },
        )
        expect(next.kind).toBe('nothing')
      }),
    )
  })

  it('is withheld whole when one day has no price, with a sentence for each such unit', () => {
    fc.assert(
      fc.property(plannings, (of) => {
        const lists = catalogue.priceLists.map((list) => ({
          ...list,
          prices: list.prices.filter(({ activityId }) => activityId !== 'RESTAURATION'),
        }))
        const unpriced = of.filter(({ activityId }) => activityId === 'RESTAURATION')
        const result = bill(of, lists)
        expect(result.kind === 'anomalies' ? result.details.length : 0).toBe(
          unpriced.flatMap(dueDays).filter((days) => days > 0).length,
        )
      }),
    )
  })

  it('leaves out a day that the town has closed since it was booked', () => {
    fc.assert(
      fc.property(plannings, fc.nat({ max: 29 }), (of, day) => {
        const closed = eachDay(FROM, TO)[day] ?? FROM
        const activities = catalogue.activities.map((activity) => ({
          ...activity,
          opening: { ...activity.opening, closedOn: [closed] },
        }))
        const later = { ...catalogue, activities }
        const result = billFamily(
          { catalogue: later, calendars: new Calendars(later) },
          { file, plannings: of },
          RUN,
        )
        const billed = result.kind === 'draft' ? result.draft.lines : []
        const without = of.map((planning) => ({
          ...planning,
          units: Object.fromEntries(
            Object.entries(planning.units).map(([unit, letters = '']) => {
              const at = 2 * 31 + day
              return [unit, `${letters.slice(0, at)}.${letters.slice(at + 1)}`]
            }),
          ),
        }))
        expect(sum(billed.map(({ quantity }) => quantity))).toBe(dueCount(without))
      }),
    )
  })

  it('reports what a later catalogue no longer has, instead of forgetting it', () => {
    fc.assert(
      fc.property(plannings, (of) => {
        const activities = catalogue.activities.filter(({ id }) => id !== 'ETUDES')
        const later = { ...catalogue, activities }
        const result = billFamily(
          { catalogue: later, calendars: new Calendars(later) },
          { file, plannings: of },
          RUN,
        )
        const lost = of.some(
          ({ activityId, units }) =>
            activityId === 'ETUDES' &&
            Object.values(units).some((letters) => /[aclue]/.test(letters ?? '')),
        )
        expect(result.kind === 'anomalies').toBe(lost)
      }),
    )
  })

  it('has a line for each price when the list changes within the month', () => {
    const [list] = catalogue.priceLists
    if (list === undefined) throw new Error('No price list')
    const raised = list.prices.map((price) => ({ ...price, price: price.price + 10 }))
    const lists = [
      { ...list, until: '2025-11-15' as const },
      { ...list, id: 'NEW', name: 'Tarifs 2026', from: '2025-11-16' as const, prices: raised },
    ]
    const meals = enrolments.find(({ enrolmentId }) => enrolmentId === 'leo-restauration-2025')
    const unit = catalogue.activities.find(({ id }) => id === meals?.activityId)?.units[0]
    if (meals === undefined || unit === undefined) throw new Error('No meals')
    const schoolYear = schoolYearOf(FROM)
    const units = writeLine(new Map(), unit.id, '2025-11-13', 'aa..aa').get(schoolYear) ?? {}
    const { childId, activityId } = meals
    const result = bill([{ familyId, childId, activityId, schoolYear, version: 1, units }], lists)
    expect(result).toMatchObject({
      draft: {
        lines: [
          { quantity: 2, unitPrice: 208, amount: 416, priceList: 'Tarifs 2024' },
          { quantity: 2, unitPrice: 218, amount: 436, priceList: 'Tarifs 2026' },
        ],
        total: 852,
      },
    })
  })
})

it('bills days added late or not booked as the late unit, and excused ones not at all [guide 50, 54]', () => {
  const activities = catalogue.activities.map((activity) => ({
    ...activity,
    units: activity.units.map((unit) => {
      const late = activity.units.find(({ id }) => id === 'ACC_S_HORS_DELAIS')
      return unit.id === 'ACC_SOIR' && late !== undefined ? { ...unit, lateUnitId: late.id } : unit
    }),
  }))
  const town = { ...cessonTown, catalogue: { ...catalogue, activities } }
  const care = enrolments.find(({ enrolmentId }) => enrolmentId === 'lucas-accueil-2025')
  const unit = catalogue.activities
    .find(({ id }) => id === care?.activityId)
    ?.units.find(({ id }) => id === 'ACC_SOIR')
  if (care === undefined || unit === undefined) throw new Error('No care')
  const schoolYear = schoolYearOf(FROM)
  // Mondays and Tuesdays, Thursdays and Fridays from 3 November on.
  const line = 'al.eu..j..cn..'
  const units = writeLine(new Map(), unit.id, '2025-11-03', line).get(schoolYear) ?? {}
  const { childId, activityId } = care
  const planning = { familyId, childId, activityId, schoolYear, version: 1, units }
  expect(billFamily(town, { file, plannings: [planning] }, RUN)).toMatchObject({
    draft: {
      lines: [
        { unit: 'Acc Soir', quantity: 3, unitPrice: 141 },
        { unit: 'Accueil soir hors délais', quantity: 2, unitPrice: 169 },
      ],
    },
  })
})

it('numbers an invoice by régie, year and place, in fifteen characters', () => {
  const regieId = regieIdSchema.parse('ENF')
  expect(invoiceNumber({ regieId, issuedOn: '2025-12-01' }, 42)).toBe('ENF202500000042')
})
