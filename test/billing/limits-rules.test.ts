import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitsOf } from '../../shared/billing/limits-rules.ts'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { regieSchema } from '../../shared/catalogue/regie-model.ts'
import type { Child } from '../../shared/families/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import { activityIdSchema, childIdSchema } from '../../shared/platform/schemas.ts'
import { cesson, DUPONT } from '../support/cesson.ts'

const [regie] = cesson.catalogue.town.regies.map((each) => regieSchema.parse(each))
if (regie === undefined) throw new Error('The demo town has a régie')
const { schoolYears } = cesson.catalogue

const [model] = cesson.families.find(({ familyId }) => familyId === DUPONT.familyId)?.children ?? []
if (model === undefined) throw new Error('The family has children')

const born = (childId: string, birthDate: IsoDate): Child => ({
  ...model,
  ...{ familyId: DUPONT.familyId, childId: childIdSchema.parse(childId), birthDate },
})

/** Six on 22 October 2025, in the autumn holidays; the elder is nine. */
const children = [born('small', '2019-10-22'), born('big', '2016-05-01')]

const line = (
  activityId: string,
  childId: string,
  days: string,
  unitPrice: number,
  about: Partial<InvoiceLine> = {},
): InvoiceLine => {
  const quantity = days === '' ? 1 : days.split(' ').length
  return {
    ...{ kind: 'unit', month: '2025-10', label: 'Ligne', priceList: 'Tarifs', why: 'Prix.' },
    ...{ days, quantity, unitPrice, amount: quantity * unitPrice },
    activityId: activityIdSchema.parse(activityId),
    childId: childIdSchema.parse(childId),
    ...about,
  }
}

const limits = (...lines: InvoiceLine[]) => limitsOf(lines, regie, { schoolYears, children })

/** What a means may pay of lines on its own, in cents. */
const most = (means: string, ...lines: InvoiceLine[]): number =>
  sum(
    (limits(...lines)?.parts ?? [])
      .filter(({ by }) => by.some((each) => each === means))
      .map(({ amount }) => amount),
  )

describe('what vouchers may pay of an invoice, by the act of the régie', () => {
  it('a CESU pays care before and after school, and never meals or studies [guide 10]', () => {
    expect(most('cesu', line('ACCUEIL', 'big', '6 7', 141))).toBe(282)
    expect(most('cesu', line('RESTAURATION', 'big', '6 7', 208))).toBe(0)
    expect(most('cesu', line('ETUDES', 'big', '6 7', 141))).toBe(0)
  })

  it('a CESU pays the leisure centre of a child under six, by the age of each day [guide 10]', () => {
    expect(most('cesu', line('MERCREDIS', 'small', '1 8 15', 513))).toBe(3 * 513)
    expect(most('cesu', line('MERCREDIS', 'big', '1 8 15', 513))).toBe(0)
    // The birthday itself is no longer under six.
    expect(most('cesu', line('VACANCES', 'small', '20 21 22 23', 513))).toBe(2 * 513)
  })

  it('holiday vouchers pay the leisure centre of any child and nothing else [guide 10]', () => {
    expect(most('holiday-voucher', line('MERCREDIS', 'big', '1 8', 513))).toBe(1026)
    expect(most('holiday-voucher', line('VACANCES', 'small', '22 23', 513))).toBe(1026)
    expect(most('holiday-voucher', line('ACCUEIL', 'small', '6 7', 141))).toBe(0)
    expect(most('holiday-voucher', line('RESTAURATION', 'small', '6 7', 208))).toBe(0)
  })

  it('CAF vouchers pay days of school holidays only [guide 10]', () => {
    expect(most('caf-voucher', line('VACANCES', 'big', '20 21', 513))).toBe(1026)
    expect(most('caf-voucher', line('MERCREDIS', 'big', '1 8', 513))).toBe(0)
    // A day of term of the same activity would not be paid.
    expect(most('caf-voucher', line('VACANCES', 'big', '6 20', 513))).toBe(513)
  })

  it('a fee without days has no season, and takes the age of the end of its month', () => {
    const fee = line('VACANCES', 'small', '', 103, { kind: 'fee' })
    expect(most('holiday-voucher', fee)).toBe(103)
    expect(most('caf-voucher', fee)).toBe(0)
    expect(most('cesu', fee)).toBe(0)
    expect(most('cesu', { ...fee, month: '2025-09' })).toBe(103)
  })

  it('what an aid pays or a correction takes back is taken from what vouchers could pay', () => {
    const care = line('ACCUEIL', 'big', '6 7', 141)
    expect(most('cesu', care, line('ACCUEIL', 'big', '6', -100, { kind: 'aid' }))).toBe(182)
    expect(most('cesu', care, line('ACCUEIL', 'big', '6 7', -200))).toBe(0)
    expect(most('cesu', care, line('RESTAURATION', 'big', '6 7', -200))).toBe(282)
    // Where nothing is left there is no part.
    expect(limits(care, line('ACCUEIL', 'big', '6 7', -141))?.parts).toEqual([])
  })

  it('what was carried over and what is of no child is of no voucher with an age', () => {
    const carried = line('X', 'x', '', 900, { kind: 'carried', activityId: undefined })
    expect(limits(carried)?.parts).toEqual([])
    const ofFamily = line('MERCREDIS', 'x', '1', 200, { childId: undefined })
    expect(most('cesu', ofFamily)).toBe(0)
    expect(most('holiday-voucher', ofFamily)).toBe(200)
  })

  it('names every means that is limited, also where it may pay nothing', () => {
    expect(limits(line('RESTAURATION', 'big', '6', 208))).toEqual({
      means: ['holiday-voucher', 'cesu', 'caf-voucher'],
      parts: [],
    })
    const free = { payableBy: regie.payableBy.filter(({ scopes }) => scopes === undefined) }
    const lines = [line('RESTAURATION', 'big', '6', 208)]
    expect(limitsOf(lines, free, { schoolYears, children })).toBeUndefined()
  })

  it('parts never come to more than the lines that are above zero', () => {
    const lines = fc.array(
      fc.record({
        activity: fc.constantFrom('RESTAURATION', 'ACCUEIL', 'MERCREDIS', 'VACANCES'),
        child: fc.constantFrom('small', 'big'),
        days: fc.subarray(['1', '8', '20', '21', '22', '23'], { minLength: 1 }),
        price: fc.integer({ min: -900, max: 900 }).filter((price) => price !== 0),
        // Hours: a quantity that is not that of the days.
        extra: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(lines, (all) => {
        const made = all.map(({ activity, child, days, price, extra }) => {
          const plain = line(activity, child, days.join(' '), price)
          const quantity = plain.quantity + extra
          return { ...plain, quantity, amount: quantity * price }
        })
        const { parts = [] } = limits(...made) ?? {}
        const above = made.filter(({ amount }) => amount > 0)
        expect(sum(parts.map(({ amount }) => amount))).toBeLessThanOrEqual(
          sum(above.map(({ amount }) => amount)),
        )
        expect(parts.every(({ amount }) => amount > 0)).toBe(true)
      }),
    )
  })
})
