import { describe, expect, it } from 'vitest'
import type { Aid, InvoiceLine } from '../../shared/billing/model.ts'
import { billFamily, type Account } from '../../shared/billing/rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { addMonths, type IsoMonth } from '../../shared/kernel/dates.ts'
import { activityIdSchema } from '../../shared/platform/schemas.ts'
import {
  account,
  aid,
  child,
  ENF,
  FAMILY,
  fileOf,
  meals,
  MONTH,
  planning,
  priceList,
  RUN,
  SPO,
  townWith,
  UNBILLED,
  UNKNOWN,
} from './arbitraries.ts'

const DECEMBER = addMonths(MONTH, 1)

const draftOf = (town: TownCatalogue, of: Account, month: IsoMonth = MONTH, regieId = ENF) => {
  const bill = billFamily(town, of, { ...RUN, month, regieId }, UNBILLED)
  if (bill.kind !== 'draft') throw new Error(bill.kind)
  return bill.draft
}

/** Evenings of care from Monday 3 November 2025 on: 1.41 € each. */
const care = (letters: string) => planning('a', 'CARE', { EVENING: { '2025-11-03': letters } })

describe('what vouchers may pay of a draft', () => {
  const ONLY_MEALS = { means: 'cesu', scopes: [{ activityIds: ['MEALS'] }] }
  const limited = (scopes: readonly object[] = ONLY_MEALS.scopes) =>
    townWith([priceList()], {
      regie: { payableBy: [{ means: 'cheque' }, { ...ONLY_MEALS, scopes }], minimum: 500 },
    })

  it('is told on an invoice, line by line', () => {
    expect(draftOf(limited(), account([meals('aa'), care('a')])).document).toMatchObject({
      total: 741,
      limits: { means: ['cesu'], parts: [{ by: ['cesu'], amount: 600 }] },
    })
  })

  it('is that of the age of the child and of the calendar of the schools', () => {
    // The child is born on 1 May 2010; 3 and 4 November are school days.
    const parts = (scope: object) =>
      draftOf(limited([{ activityIds: ['MEALS'], ...scope }]), account([meals('aa')])).document
        .limits?.parts
    expect(parts({ below: 16 })).toEqual([{ by: ['cesu'], amount: 600 }])
    expect(parts({ below: 15 })).toEqual([])
    expect(parts({ season: 'school-holidays' })).toEqual([])
  })

  it('is not told where the régie limits nothing, where nothing is due or the amount waits', () => {
    expect(draftOf(townWith(), account([meals('aa')])).document).not.toHaveProperty('limits')
    const carried = draftOf(limited(), account([meals('a')]))
    expect(carried.kind).toBe('carried')
    expect(carried.document).not.toHaveProperty('limits')
    const paid = aid({ perDay: { kind: 'percent', percent: '100' } })
    const free = draftOf(limited(), account([meals('aa')], { aids: [paid] }))
    expect(free).toMatchObject({ kind: 'invoice', document: { total: 0 } })
    expect(free.document).not.toHaveProperty('limits')
  })

  it('is not told on a credit note', () => {
    const before = draftOf(limited(), account([meals('aa')])).document.lines
    const reviews = [{ familyId: FAMILY, regieId: ENF, month: MONTH, version: 1 }]
    const bill = billFamily(
      limited(),
      account([meals('a')], { reviews }),
      { ...RUN, month: DECEMBER },
      new Map([[MONTH, before.map((line) => ({ ...line, corrects: 'ENF202500000001' }))]]),
    )
    expect(bill).toMatchObject({
      kind: 'draft',
      draft: { kind: 'credit-note', document: { total: -300 } },
    })
    expect(bill.kind === 'draft' ? bill.draft.document : {}).not.toHaveProperty('limits')
  })
})

it('reviews of months are taken up the oldest first, in whatever order they come', () => {
  const review = (month: IsoMonth) => ({ familyId: FAMILY, regieId: ENF, month, version: 1 })
  const months = ['2025-09', '2025-11', '2025-10'] as const
  for (const some of [months, months.toReversed()]) {
    const of = account([], { reviews: some.map(review) })
    expect(billFamily(townWith(), of, { ...RUN, month: DECEMBER }, UNBILLED)).toEqual({
      kind: 'nothing',
      reviews: [review('2025-09'), review('2025-10'), review('2025-11')],
    })
  }
})

describe('an aid for the activities of two régies', () => {
  const activityIds = ['MEALS', 'SPORT'].map((id) => activityIdSchema.parse(id))
  /** Meals on Mondays 3 November and 1 December; an hour of sport, 4 €, on Wednesdays 5 and 3. */
  const plannings = [
    planning('a', 'MEALS', { MEAL: { '2025-11-03': 'a', '2025-12-01': 'a' } }),
    planning('a', 'SPORT', { HOUR: { '2025-11-05': 'a', '2025-12-03': 'a' } }),
  ]
  const aided = (month: IsoMonth, regieId: typeof ENF, more: Partial<Aid>): string[] =>
    draftOf(
      townWith(),
      account(plannings, { aids: [aid({ activityIds, ...more })] }),
      month,
      regieId,
    )
      .document.lines.filter(({ kind }: InvoiceLine) => kind === 'aid')
      .map(({ activityId = '', amount, days }) => [activityId, amount, days].join('|'))

  it('has one ceiling of amount for both, used up in the order of days', () => {
    const most = { mostAmount: 250 }
    expect(aided(MONTH, ENF, most)).toEqual(['MEALS|-100|3'])
    expect(aided(MONTH, SPO, most)).toEqual(['SPORT|-100|5'])
    expect(aided(DECEMBER, ENF, most)).toEqual(['MEALS|-50|1'])
    expect(aided(DECEMBER, SPO, most)).toEqual([])
  })

  it('has one ceiling of days for both', () => {
    const most = { mostDays: 3 }
    expect(aided(MONTH, ENF, most)).toEqual(['MEALS|-100|3'])
    expect(aided(MONTH, SPO, most)).toEqual(['SPORT|-100|5'])
    expect(aided(DECEMBER, ENF, most)).toEqual(['MEALS|-100|1'])
    expect(aided(DECEMBER, SPO, most)).toEqual([])
  })

  it('is of one day where a child has both on it: the first activity of the catalogue goes first', () => {
    const both = account(
      [meals('aa'), planning('a', 'CARE', { MORNING: { '2025-11-03': 'aa' } })],
      {
        aids: [
          aid({
            activityIds: ['CARE', 'MEALS'].map((id) => activityIdSchema.parse(id)),
            perDay: { kind: 'amount', amount: 350 },
            mostAmount: 660,
            mostDays: 2,
          }),
        ],
      },
    )
    // CARE is another régie's: the days of both are counted, each régie has its own lines.
    const town = townWith()
    const two = {
      ...town.catalogue,
      activities: town.catalogue.activities.map((activity) =>
        activity.id === 'CARE' ? { ...activity, regieId: SPO } : activity,
      ),
    }
    const ofRegie = (regieId: typeof ENF) =>
      draftOf({ ...town, catalogue: two }, both, MONTH, regieId)
        .document.lines.filter(({ kind }) => kind === 'aid')
        .map(({ amount, days }) => [amount, days].join('|'))
    // 3.50 € on the 3rd are 3 € of the meal and 0.50 € of the care; then 3.10 € are left.
    expect(ofRegie(ENF)).toEqual(['-600|3 4'])
    expect(ofRegie(SPO)).toEqual(['-50|3', '-10|4'])
  })
})

describe('a régie that the town has not', () => {
  it('bills nobody: its run fails, whatever is due or granted', () => {
    const aids = [aid({ mostAmount: 150, mostDays: 1 })]
    const of = account([meals('aa')], { aids })
    const bill = (regieId: typeof ENF) => billFamily(townWith(), of, { ...RUN, regieId }, UNBILLED)
    expect(() => bill(UNKNOWN)).toThrow('The town has no such régie')
    // What it could not bill is still there for the régie of the activity.
    expect(bill(ENF)).toMatchObject({ kind: 'draft', draft: { document: { total: 500 } } })
  })

  it('that billed an activity before leaves its reviews and what it carried over alone', () => {
    const of = account([meals('aa')], {
      file: fileOf([child('a')]),
      reviews: [{ familyId: FAMILY, regieId: UNKNOWN, month: '2025-10', version: 1 }],
      carryOver: { familyId: FAMILY, regieId: UNKNOWN, month: '2025-10', amount: 450 },
    })
    const draft = draftOf(townWith(), of)
    expect(draft).toMatchObject({ kind: 'invoice', reviews: [], document: { total: 600 } })
    expect(draft).not.toHaveProperty('carryOver')
  })
})
