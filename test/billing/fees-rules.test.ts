import { describe, expect, it } from 'vitest'
import { feesOf } from '../../shared/billing/fees-rules.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import { categoryIdSchema } from '../../shared/platform/schemas.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import {
  child,
  ENF,
  fileOf,
  flat,
  MONTH,
  planning,
  priceList,
  REFUSED,
  SPO,
  townWith,
  type ListContent,
} from './arbitraries.ts'
import { activityOf, briefItems, childOf, householdIn, setOfDays } from './items.ts'

/** A fee of 10 € for each child and school year, unless given. */
const fee = (more: object = {}) => ({
  ...{ id: 'F', name: 'Adhésion', per: 'child', every: 'school-year' },
  formula: { kind: 'flat', price: 1000 },
  ...more,
})

const outside = child('b', { category: categoryIdSchema.parse('OUT') })

const householdWith = (
  lists: readonly ListContent[],
  plannings: readonly Planning[],
  file?: FamilyFile,
) => householdIn(townWith(lists.map(priceList)), plannings, file)

/** The fees of a month, of the first régie unless given. */
const fees = (
  lists: readonly ListContent[],
  plannings: readonly Planning[],
  {
    month = MONTH,
    regieId = ENF,
    file,
  }: { month?: IsoMonth; regieId?: typeof ENF; file?: FamilyFile } = {},
) => briefItems(feesOf(householdWith(lists, plannings, file), month, regieId).items)

const MONTHS: readonly IsoMonth[] = ['2025-10', '2025-11', '2025-12', '2026-01']

/** In which months the fees are due, and how. */
const inTurn = (lists: readonly ListContent[], plannings: readonly Planning[], regieId = ENF) =>
  MONTHS.flatMap((month) =>
    fees(lists, plannings, { month, regieId }).map((each) => `${month} ${each}`),
  )

type Days = Readonly<Record<IsoDate, string>>

const meals = (days: Days, id = 'a') => planning(id, 'MEALS', { MEAL: days })
const care = (days: Days) => planning('a', 'CARE', { EVENING: days })
const sport = (days: Days) => planning('a', 'SPORT', { HOUR: days })

describe('a fee', () => {
  it('is one item that says all of what it is of', () => {
    const of = (more: object) => {
      const household = householdWith([{ fees: [fee(more)] }], [meals({ '2025-11-04': 'a' }, 'b')])
      return { household, ...feesOf(household, MONTH, ENF) }
    }
    const { household, items, unpriced } = of({ account: '7067' })
    expect(unpriced).toEqual([])
    expect(items).toEqual([
      {
        kind: 'fee',
        child: childOf(household, 'b'),
        activity: activityOf(household, 'MEALS'),
        unitIds: [],
        label: 'Adhésion',
        unitPrice: 1000,
        account: '7067',
        priceList: 'Tarifs 2025',
        why: 'Une fois par année scolaire. Tarifs 2025 · Adhésion · 10,00\u00A0€',
        days: setOfDays(4),
        once: true,
      },
    ])
    expect(of({ per: 'family' }).items[0]?.child).toBeUndefined()
  })

  it('is due on the first day that is owed, whatever the activity; excused absences are not', () => {
    const days = [meals({ '2025-11-03': 'j..a' }), care({ '2025-11-04': 'a' })]
    expect(fees([{ fees: [fee()] }], days)).toEqual(['A|Adhésion|1000|4'])
    expect(fees([{ fees: [fee()] }], [meals({ '2025-11-03': 'jj' })])).toEqual([])
    for (const letter of ['a', 'c', 'l', 'e', 'u']) {
      expect(fees([{ fees: [fee()] }], [meals({ '2025-11-06': letter })])).toEqual([
        'A|Adhésion|1000|6',
      ])
    }
  })

  it('is due once in a school year: with the first month, and with no other', () => {
    const days = [meals({ '2025-11-03': 'a', '2025-12-01': 'a', '2026-01-05': 'a' })]
    expect(inTurn([{ fees: [fee()] }], days)).toEqual(['2025-11 A|Adhésion|1000|3'])
  })

  it('of the family is due with the first day of any of its children', () => {
    const days = [meals({ '2025-11-06': 'a' }), meals({ '2025-11-04': 'a' }, 'b')]
    expect(fees([{ fees: [fee({ per: 'family' })] }], days)).toEqual(['|Adhésion|1000|4'])
    expect(fees([{ fees: [fee()] }], days)).toEqual(['A|Adhésion|1000|6', 'B|Adhésion|1000|4'])
  })

  it('is another one under another id, for others, for other periods or of another service', () => {
    const days = [meals({ '2025-11-03': 'a' }), sport({ '2025-11-05': 'a' })]
    const some = [fee(), fee({ id: 'G' }), fee({ per: 'family' })]
    expect(fees([{ fees: some }], days)).toHaveLength(3)
    const sports = { id: 'L2', service: 'Sports', rules: [flat('SPORT', ['HOUR'], 400)] }
    const two = [
      { fees: [fee()], rules: [flat('MEALS', ['MEAL'], 300)] },
      { ...sports, fees: [fee({ name: 'Licence' })] },
    ]
    expect(inTurn(two, days)).toEqual(['2025-11 A|Adhésion|1000|3'])
    expect(inTurn(two, days, SPO)).toEqual(['2025-11 A|Licence|1000|5'])
  })
})

describe('a fee of school holidays', () => {
  const HOLIDAYS = [{ fees: [fee({ every: 'school-holiday' })] }]

  it('is due once for each of them, on a day of them alone', () => {
    // Toussaint is from 18 October to 2 November, Christmas from 20 December to 4 January.
    const days = { '2025-10-16': 'aa..a', '2025-11-03': 'a', '2025-12-19': 'a..aa' }
    expect(inTurn(HOLIDAYS, [meals({ ...days, '2026-01-02': 'a', '2026-01-05': 'a' })])).toEqual([
      '2025-10 A|Adhésion|1000|20',
      '2025-12 A|Adhésion|1000|22',
    ])
  })

  it('is due with the month of the first day in them, be it that after they began', () => {
    expect(inTurn(HOLIDAYS, [meals({ '2026-01-02': 'a' })])).toEqual(['2026-01 A|Adhésion|1000|2'])
    expect(inTurn(HOLIDAYS, [meals({ '2025-12-30': 'a', '2026-01-02': 'a' })])).toEqual([
      '2025-12 A|Adhésion|1000|30',
    ])
    const household = householdWith(HOLIDAYS, [meals({ '2026-01-02': 'a' })])
    expect(feesOf(household, '2026-01', ENF).items[0]?.why).toMatch(
      /^Une fois par période de vacances scolaires\. /,
    )
  })

  it('is of summer too, from the day after the last one of school', () => {
    const days = [meals({ '2026-07-03': 'a', '2026-07-06': 'a', '2026-08-03': 'a' })]
    expect(fees(HOLIDAYS, days, { month: '2026-07' })).toEqual(['A|Adhésion|1000|6'])
    expect(fees(HOLIDAYS, days, { month: '2026-08' })).toEqual([])
  })
})

describe('the days for which a fee is due', () => {
  it('are those of its activity and of its units', () => {
    const days = [
      meals({ '2025-11-03': 'a' }),
      planning('a', 'CARE', { MORNING: { '2025-11-04': 'a' }, EVENING: { '2025-11-06': 'a' } }),
    ]
    const of = (scope: object) => fees([{ fees: [fee({ of: scope })] }], days)
    expect(of({ activityId: 'MEALS' })).toEqual(['A|Adhésion|1000|3'])
    expect(of({ activityId: 'CARE' })).toEqual(['A|Adhésion|1000|4'])
    expect(of({ activityId: 'CARE', unitIds: ['EVENING'] })).toEqual(['A|Adhésion|1000|6'])
    expect(of({ activityId: 'CARE', unitIds: ['NIGHT'] })).toEqual([])
    expect(of({ activityId: 'SPORT' })).toEqual([])
  })

  it('are those of activities that its list prices', () => {
    const days = [meals({ '2025-11-03': 'a' }), care({ '2025-11-04': 'a' })]
    const rules = [flat('CARE', ['EVENING'], 141)]
    expect(fees([{ fees: [fee()], rules }], days)).toEqual(['A|Adhésion|1000|4'])
  })

  it('are those of whom it is for, on the day', () => {
    const days = [meals({ '2025-11-03': 'a' }), meals({ '2025-11-04': 'a.a' }, 'b')]
    const file = fileOf([child('a'), outside])
    const of = (when: object, per = 'family') =>
      fees([{ fees: [fee({ per, when })] }], days, { file })
    expect(of({ categories: ['OUT'] })).toEqual(['|Adhésion|1000|4'])
    expect(of({ categories: ['OUT'] }, 'child')).toEqual(['B|Adhésion|1000|4'])
    expect(of({ categories: ['IN', 'OUT'] }, 'child')).toHaveLength(2)
    expect(of({ weekdays: [4] })).toEqual(['|Adhésion|1000|6'])
    expect(of({ rank: { among: 'enrolled', from: 2 } })).toEqual(['|Adhésion|1000|4'])
    expect(of({ rank: { among: 'present', from: 2 } })).toEqual([])
  })

  it('are those on which the list has it: a later one may have it for others, at its own price', () => {
    const early = { until: '2025-11-05', fees: [fee({ when: { categories: ['OUT'] } })] }
    const later = {
      ...{ id: 'L2', name: 'Tarifs 2026', from: '2025-11-06' },
      fees: [fee({ formula: { kind: 'flat', price: 1200 } })],
    }
    const days = [meals({ '2025-11-03': 'a..aa' }), meals({ '2025-11-04': 'a..a' }, 'b')]
    const file = fileOf([child('a'), outside])
    expect(fees([early, later], days, { file })).toEqual(['A|Adhésion|1200|6', 'B|Adhésion|1000|4'])
    expect(fees([later, early], days, { file })).toEqual(['A|Adhésion|1200|6', 'B|Adhésion|1000|4'])
    // A list that has the fee no longer asks nothing on its days.
    expect(fees([{ ...early, fees: [] }, later], days)).toEqual([
      'A|Adhésion|1200|6',
      'B|Adhésion|1200|7',
    ])
    expect(
      fees(
        [
          { until: '2025-11-05', fees: [fee()] },
          { ...later, fees: [] },
        ],
        days,
      ),
    ).toEqual(['A|Adhésion|1000|3', 'B|Adhésion|1000|4'])
  })

  it('decide which régie bills it: that of the activity of the first one', () => {
    const days = [meals({ '2025-11-06': 'a' }), sport({ '2025-11-05': 'a' })]
    expect(inTurn([{ fees: [fee()] }], days)).toEqual([])
    expect(inTurn([{ fees: [fee()] }], days, SPO)).toEqual(['2025-11 A|Adhésion|1000|5'])
  })
})

describe('a fee without a price', () => {
  const unpriced = (more: object, regieId = ENF) =>
    feesOf(
      householdWith(
        [{ fees: [fee({ formula: REFUSED, ...more })] }],
        [meals({ '2025-11-03': 'a' }), meals({ '2025-11-03': 'a' }, 'b')],
      ),
      MONTH,
      regieId,
    )

  it('is told, of each child or of the family [guide 51]', () => {
    const missing = '(le quotient familial n’est pas connu).'
    expect(unpriced({})).toEqual({
      items: [],
      unpriced: [
        `Aucun montant pour « Adhésion », A ${missing}`,
        `Aucun montant pour « Adhésion », B ${missing}`,
      ],
    })
    expect(unpriced({ per: 'family' }).unpriced).toEqual([
      `Aucun montant pour « Adhésion » ${missing}`,
    ])
    expect(unpriced({}, SPO)).toEqual({ items: [], unpriced: [] })
  })
})
