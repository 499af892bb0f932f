import { describe, expect, it } from 'vitest'
import type { DueDay, PriceList } from '../../shared/tariffs/model.ts'
import { listsFor, priceDay } from '../../shared/tariffs/rules.ts'
import {
  bands,
  dayOf,
  flat,
  listOf,
  personWith,
  plain,
  pricesBy,
  pricesOf,
  rule,
} from './fixture.ts'

type More = NonNullable<Parameters<typeof listOf>[1]>
type Supplement = NonNullable<More['supplements']>[number]

const reasonsOf = (list: PriceList, day: DueDay) =>
  priceDay([list], day).charges.map(({ why }) => plain(why))

const supplement = (how: Supplement['how'], more: Partial<Supplement> = {}): Supplement => ({
  id: 'HORS_DELAIS',
  name: 'Hors délais',
  occasions: ['late'],
  how,
  ...more,
})

const reduction = (name: string, percent: string, when = {}) => ({
  id: `REDUCTION-${percent}`,
  name,
  when,
  percent,
})

describe('a supplement [guide 50]', () => {
  it('is for its occasions only', () => {
    const list = listOf([rule(flat(141))], {
      supplements: [supplement({ kind: 'percent', percent: '20' })],
    })
    const occasions = ['booked', 'late', 'unbooked', 'absent'] as const
    expect(occasions.flatMap((occasion) => pricesBy(list, [{ occasion }]))).toEqual([
      141, 169, 141, 141,
    ])
  })

  it.each([
    [{}, 169],
    [{ activityId: 'CANTINE' }, 169],
    [{ activityId: 'ACCUEIL' }, 141],
    [{ unitIds: ['REPAS', 'GOUTER'] }, 169],
    [{ unitIds: ['GOUTER'] }, 141],
    [{ activityId: 'ACCUEIL', unitIds: ['REPAS'] }, 141],
  ])('is for its units: %j', (of, price) => {
    const list = listOf([rule(flat(141))], {
      supplements: [supplement({ kind: 'percent', percent: '20' }, { of })],
    })
    expect(pricesBy(list, [{ occasion: 'late' }])).toEqual([price])
  })

  it('counts those without it within the month or the school year, none when nobody counted', () => {
    const list = (within: 'month' | 'school-year') =>
      listOf([rule(flat(350))], {
        supplements: [supplement({ kind: 'multiple', by: '2' }, { after: { times: 2, within } })],
      })
    const late = (month: number, schoolYear: number) => [
      { occasion: 'late' as const, earlier: { month, schoolYear } },
    ]
    expect(pricesBy(list('month'), late(1, 9))).toEqual([350])
    expect(pricesBy(list('month'), late(2, 9))).toEqual([700])
    expect(pricesBy(list('school-year'), late(0, 2))).toEqual([700])
    expect(pricesBy(list('school-year'), late(9, 1))).toEqual([350])
    expect(pricesBy(list('month'), [{ occasion: 'late' }])).toEqual([350])
  })

  it('for the family is a charge of its own, once a day, with the units that it is due for', () => {
    const list = listOf(
      [
        rule(flat(415)),
        rule(flat(100), { unitIds: ['GOUTER'] }),
        rule(flat(1), { unitIds: ['CAR'] }),
      ],
      { supplements: [supplement({ kind: 'per-family', amount: 2500 })] },
    )
    const { charges } = priceDay(
      [list],
      dayOf([{ unitId: 'GOUTER', occasion: 'late' }, { unitId: 'CAR' }, { occasion: 'late' }]),
    )
    expect(charges.map(({ unitPrice, perFamily }) => [unitPrice, perFamily])).toEqual([
      [415, false],
      [100, false],
      [1, false],
      [2500, true],
    ])
    expect(charges.at(-1)).toMatchObject({
      kind: 'supplement',
      unitIds: ['REPAS', 'GOUTER'],
      occasion: 'late',
      ruleId: 'HORS_DELAIS',
      label: 'Hors délais',
    })
    expect(plain(charges.at(-1)?.why)).toBe('Tarifs 2026 · Hors délais · 25,00 €')
  })

  it('at a fixed price needs no quotient, and comes in the place of reductions too', () => {
    const list = listOf([rule(bands([['0', 415]], { unknown: 'refuse' }))], {
      reductions: [reduction('Fratrie', '50')],
      supplements: [supplement({ kind: 'fixed', price: 1300 })],
    })
    const day = dayOf([{ occasion: 'late' }])
    expect(pricesOf(priceDay([list], day))).toEqual([1300])
    expect(reasonsOf(list, day)).toEqual(['Tarifs 2026 · Repas · Hors délais · 13,00 €'])
  })

  it('after another is computed on what that came to', () => {
    const list = listOf([rule(flat(100))], {
      supplements: [
        supplement({ kind: 'fixed', price: 1000 }, { id: 'FIXE', name: 'Prix fixe' }),
        supplement({ kind: 'percent', percent: '50' }, { id: 'PLUS', name: 'Majoration' }),
        supplement({ kind: 'amount', amount: 25 }, { id: 'FRAIS', name: 'Frais' }),
      ],
    })
    const day = dayOf([{ occasion: 'late' }])
    expect(pricesOf(priceDay([list], day))).toEqual([1525])
    expect(reasonsOf(list, day)).toEqual([
      'Tarifs 2026 · Repas · Prix fixe · Majoration · Frais · 10,00 € + 50 % + 0,25 € = 15,25 €',
    ])
  })
})

describe('reductions', () => {
  it('are taken off one after the other, before the one rounding', () => {
    const list = listOf([rule(flat(333))], {
      reductions: [
        reduction('Troisième enfant', '20', { rank: { among: 'enrolled', from: 3 } }),
        reduction('CCAS', '50', { circumstances: ['CCAS'] }),
      ],
    })
    expect(pricesBy(list)).toEqual([333])
    expect(pricesBy(list, undefined, { rank: 3 })).toEqual([266])
    // 133.2 cents, and not half of 266.
    const both = { rank: 3, circumstances: ['CCAS'] }
    expect(pricesBy(list, undefined, both)).toEqual([133])
    expect(reasonsOf(list, dayOf([{}], { person: personWith(both) }))).toEqual([
      'Tarifs 2026 · Repas · Troisième enfant · CCAS · 3,33 € − 20 % − 50 % = 1,33 €',
    ])
  })

  it('may leave nothing, which is a price', () => {
    const list = listOf([rule(flat(333))], { reductions: [reduction('Gratuité', '100')] })
    expect(pricesBy(list)).toEqual([0])
  })

  it('come before an absence is counted, and supplements after it', () => {
    const list = listOf([rule(flat(1000))], {
      reductions: [{ ...reduction('Fratrie', '10'), of: { unitIds: ['REPAS'] } }],
      absences: { unjustified: '150' },
    })
    expect(pricesBy(list, [{ occasion: 'absent' }])).toEqual([1350])
    expect(reasonsOf(list, dayOf([{ occasion: 'absent' }]))).toEqual([
      'Tarifs 2026 · Repas · absence non justifiée · Fratrie · 10,00 € − 10 % × 150 % = 13,50 €',
    ])
  })
})

describe('the price of one day says nothing of that of another by the same list', () => {
  it('where the first days of an absence are due in full [guide 50]', () => {
    const list = listOf([rule(flat(400))], {
      absences: { unjustified: '100', justified: '25', daysDue: 1 },
    })
    const on = (dayOfAbsence: number) => pricesBy(list, [{ occasion: 'excused', dayOfAbsence }])
    expect([on(1), on(2), on(1), on(2)]).toEqual([[400], [100], [400], [100]])
    expect(pricesBy(list, [{ occasion: 'excused' }])).toEqual([100])
  })

  it.each([{}, { activityId: 'CANTINE' }, { unitIds: ['REPAS'] }])(
    'where a reduction %j is for some only',
    (of) => {
      const list = listOf([rule(flat(400))], {
        reductions: [
          { ...reduction('Autre', '10'), of: { activityId: 'ACCUEIL' } },
          { ...reduction('CCAS', '50', { circumstances: ['CCAS'] }), of },
        ],
      })
      const by = (...circumstances: string[]) => pricesBy(list, undefined, { circumstances })
      expect([by(), by('CCAS'), by(), by('CCAS')]).toEqual([[400], [200], [400], [200]])
    },
  )

  it.each([{}, { activityId: 'CANTINE' }, { unitIds: ['REPAS'] }])(
    'where a supplement %j begins after some times',
    (of) => {
      const list = listOf([rule(flat(400))], {
        supplements: [
          supplement({ kind: 'amount', amount: 1 }),
          supplement(
            { kind: 'percent', percent: '10' },
            { id: 'PLUS', of, after: { times: 2, within: 'month' } },
          ),
        ],
      })
      const after = (month: number) =>
        pricesBy(list, [{ occasion: 'late', earlier: { month, schoolYear: month } }])
      expect([after(1), after(2), after(1)]).toEqual([[401], [441], [401]])
    },
  )
})

describe('units that are priced together', () => {
  const both = rule(flat(600), { unitIds: ['MATIN', 'APRES_MIDI'] })
  const day = [
    { unitId: 'MATIN', occasion: 'late' as const },
    { unitId: 'APRES_MIDI', occasion: 'late' as const },
  ]

  it('have a reduction and a supplement that are about one of them', () => {
    const of = { unitIds: ['MATIN'] }
    const list = listOf([both], {
      reductions: [{ ...reduction('Matin', '50'), of }],
      supplements: [supplement({ kind: 'amount', amount: 7 }, { of })],
    })
    expect(pricesBy(list, day)).toEqual([307])
  })
})

describe('a reduction', () => {
  it('may be for an occasion or a weekday', () => {
    const list = listOf([rule(flat(400))], {
      reductions: [
        reduction('À l’avance', '50', { occasions: ['booked'] }),
        reduction('Lundi', '10', { weekdays: [1] }),
      ],
    })
    expect(pricesBy(list)).toEqual([180])
    expect(pricesBy(list, [{ occasion: 'late' }])).toEqual([360])
    expect(pricesBy(list, undefined, undefined, '2026-09-15')).toEqual([200])
  })
})

describe('an absence [guide 50]', () => {
  const list = listOf([rule(flat(415)), rule(flat(90), { unitIds: ['GOUTER'] })], {
    absences: { unjustified: '50', justified: '0', daysDue: 1 },
  })

  it('without a reason costs what the town says, rounded once', () => {
    expect(pricesBy(list, [{ occasion: 'absent' }])).toEqual([208])
  })

  it('may cost nothing, which is no charge, beside units that are due', () => {
    const free = listOf(list.rules, { absences: { unjustified: '0.0' } })
    expect(pricesBy(free, [{ occasion: 'absent' }])).toEqual([])
    expect(pricesBy(free, [{ occasion: 'excused' }, { unitId: 'GOUTER' }])).toEqual([90])
  })

  it('needs no rule where nothing is due of it, unless the list knows nothing of the unit', () => {
    const rules = [rule(flat(415), { when: { occasions: ['booked'] } })]
    expect(pricesBy(listOf(rules), [{ occasion: 'excused' }])).toEqual([])
    expect(pricesBy(listOf(rules), [{ unitId: 'AUTRE', occasion: 'excused' }])).toEqual(['rule'])
    expect(pricesBy(listOf(rules), [{ occasion: 'absent' }])).toEqual(['rule'])
  })

  it('is due in full on the first days in a row, when the town has such days', () => {
    const on = (dayOfAbsence?: number) => pricesBy(list, [{ occasion: 'excused', dayOfAbsence }])
    expect([on(1), on(2), on()]).toEqual([[415], [], []])
  })
})

describe('a price in parts', () => {
  const inParts = (more: More) =>
    listOf(
      [
        {
          ...rule(flat(0)),
          parts: [
            { label: 'repas', account: '7067', formula: flat(333) },
            { label: 'encadrement', account: '7066', formula: flat(111) },
          ],
        },
      ],
      more,
    )

  it('has a charge for each, with its account, label and reason', () => {
    const { charges } = priceDay([inParts({})], dayOf())
    expect(charges).toMatchObject([
      { unitPrice: 333, account: '7067', label: 'repas', ruleId: 'REGLE-0', kind: 'unit' },
      { unitPrice: 111, account: '7066', label: 'encadrement', perFamily: false },
    ])
    expect(charges.map(({ why }) => plain(why))).toEqual([
      'Tarifs 2026 · Repas, repas · 3,33 €',
      'Tarifs 2026 · Repas, encadrement · 1,11 €',
    ])
  })

  it.each<[string, Supplement['how'], number[]]>([
    ['a percentage applies to each', { kind: 'percent', percent: '50' }, [500, 167]],
    ['an amount is due once', { kind: 'amount', amount: 100 }, [433, 111]],
    ['a fixed price is one', { kind: 'fixed', price: 1000 }, [1000]],
    ['so is that of the family', { kind: 'per-family', amount: 7 }, [333, 111, 7]],
  ])('%s', (_, how, expected) => {
    const list = inParts({ supplements: [supplement(how)] })
    expect(pricesBy(list, [{ occasion: 'late' }])).toEqual(expected)
  })

  it('has no price when one of them has none', () => {
    const [meal] = inParts({}).rules
    if (meal === undefined) throw new Error('No rule')
    const refused = { formula: bands([['0', 1]], { unknown: 'refuse' }) }
    const list = listOf([{ ...meal, parts: [...meal.parts, refused] }])
    expect(pricesBy(list)).toEqual(['quotient'])
  })
})

describe('the lists in force', () => {
  const named = (name: string, from: PriceList['from'], until: PriceList['until'], service = 'A') =>
    listOf([rule(flat(name.length))], { id: name, name, service, from, until })
  const lists = [
    named('1', '2026-01-01', '2026-12-31'),
    named('22', '2026-09-01', '2027-08-31'),
    named('333', '2026-06-01', '2026-12-31', 'B'),
  ]

  it.each([
    ['2025-12-31', []],
    ['2026-01-01', ['1']],
    ['2026-06-01', ['1', '333']],
    ['2026-08-31', ['1', '333']],
    ['2026-09-01', ['22', '333']],
    ['2026-12-31', ['22', '333']],
    ['2027-01-01', ['22']],
    ['2027-09-01', []],
  ] as const)('on %s are, of each service, those that began last: %j', (date, expected) => {
    expect(listsFor(lists, date).map(({ name }) => name)).toEqual(expected)
    expect(pricesOf(priceDay(lists, dayOf([{}], { date })))).toEqual([
      expected[0]?.length ?? 'list',
    ])
  })

  it('price in their order what those before them leave', () => {
    const snack = listOf([rule(flat(90), { unitIds: ['GOUTER'] })], { service: 'Goûter' })
    const { charges } = priceDay([...lists, snack], dayOf([{}, { unitId: 'GOUTER' }]))
    expect(charges.map(({ unitPrice }) => unitPrice)).toEqual([2, 90])
  })

  it('are missing where none of them is about the activity', () => {
    expect(pricesOf(priceDay(lists, dayOf([{}], { activityId: 'CENTRE' })))).toEqual(['list'])
    expect(pricesOf(priceDay(lists, dayOf([{ unitId: 'NUIT' }])))).toEqual(['rule'])
  })
})
