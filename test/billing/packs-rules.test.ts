import { describe, expect, it } from 'vitest'
import { daysOf } from '../../shared/billing/day-set-rules.ts'
import type { BilledHousehold } from '../../shared/billing/household-rules.ts'
import type { Item } from '../../shared/billing/item-rules.ts'
import { packDays } from '../../shared/billing/packs-rules.ts'
import { flat, meals, MONTH, priceList, REFUSED, townWith } from './arbitraries.ts'
import { activityOf, childOf, householdIn, itemIn, setOfDays, unitIds } from './items.ts'

/** A pack of 8 € for three days of meals and more, unless given. */
const pack = (more: object = {}) => ({
  id: 'P',
  name: 'Forfait',
  of: { activityId: 'MEALS' },
  fromDays: 3,
  formula: { kind: 'flat', price: 800 },
  ...more,
})

const withPacks = (...packs: readonly object[]) => householdIn(townWith([priceList({ packs })]))

const brief = (items: readonly Item[]) =>
  items.map(({ kind, child: of, label, unitPrice, days }) =>
    [kind, of?.firstName, label, unitPrice, daysOf(days).join(' ')].join('|'),
  )

const packed = (household: BilledHousehold, ...some: readonly Partial<Item>[]) =>
  brief(
    packDays(
      household,
      some.map((more) => itemIn(household, more)),
      MONTH,
    ).items,
  )

const THREE = setOfDays(3, 4, 6)

describe('a pack', () => {
  it('is one item that says all of what it is of', () => {
    const household = withPacks(
      pack({ account: '7067', of: { activityId: 'MEALS', unitIds: ['MEAL'] } }),
    )
    const { items, unpriced } = packDays(household, [itemIn(household, { days: THREE })], MONTH)
    expect(unpriced).toEqual([])
    expect(items).toEqual([
      {
        kind: 'pack',
        child: childOf(household, 'a'),
        activity: activityOf(household, 'MEALS'),
        unitIds: ['MEAL'],
        label: 'Forfait',
        unitPrice: 800,
        account: '7067',
        priceList: 'Tarifs 2025',
        why: '« Forfait » : un prix unique pour le mois à partir de 3 jour(s) ; 3 jour(s) comptés. Tarifs 2025 · Forfait · 8,00\u00A0€',
        days: THREE,
        once: true,
        parts: [{ activity: activityOf(household, 'MEALS'), days: THREE }],
      },
    ])
    const whole = withPacks(pack({ of: {} }))
    expect(packDays(whole, [itemIn(whole, { days: THREE })], MONTH).items).toMatchObject([
      { unitIds: [] },
    ])
  })

  it('needs its number of days, counted once however much a day holds', () => {
    const household = withPacks(pack({ of: {} }))
    const care = { activity: activityOf(household, 'CARE'), unitIds: unitIds('MORNING') }
    expect(
      packed(household, { days: setOfDays(3, 4) }, { ...care, days: setOfDays(3, 4) }),
    ).toEqual(['unit|A|Repas|300|3 4', 'unit|A|Repas|300|3 4'])
    // A pack of several activities stands under the first of them.
    const both = [{ ...care, days: setOfDays(6) }, { days: setOfDays(3, 4) }]
    expect(packed(household, ...both)).toEqual(['pack|A|Forfait|800|3 4 6'])
    const items = both.map((more) => itemIn(household, more))
    expect(packDays(household, items, MONTH).items).toMatchObject([
      {
        activity: care.activity,
        parts: [
          { activity: care.activity, days: setOfDays(6) },
          { activity: activityOf(household, 'MEALS'), days: setOfDays(3, 4) },
        ],
      },
    ])
  })

  it('is of the days of one child', () => {
    const household = withPacks(pack())
    const b = childOf(household, 'b')
    expect(packed(household, { days: setOfDays(3, 4) }, { child: b, days: setOfDays(6) })).toEqual([
      'unit|A|Repas|300|3 4',
      'unit|B|Repas|300|6',
    ])
    expect(packed(household, { days: THREE }, { child: b, days: THREE })).toEqual([
      'pack|A|Forfait|800|3 4 6',
      'pack|B|Forfait|800|3 4 6',
    ])
  })

  it('leaves what is no day of its scope, of its list or of service, and does not count it', () => {
    const household = withPacks(pack({ of: { activityId: 'MEALS', unitIds: ['MEAL'] } }))
    const care = activityOf(household, 'CARE')
    const others: Partial<Item>[] = [
      { kind: 'supplement' },
      { kind: 'day-credit' },
      { activity: undefined },
      { activity: care },
      { occasion: 'excused' },
      { priceList: 'Tarifs 2024' },
      { unitIds: unitIds('SNACK') },
    ]
    for (const other of others) {
      const counted = { days: setOfDays(3, 4) }
      expect(packed(household, counted, { ...other, days: setOfDays(6) })).toHaveLength(2)
      const [kept, made] = packed(household, { days: THREE }, { ...other, days: setOfDays(7) })
      expect(kept).toMatch(/\|7$/)
      expect(made).toBe('pack|A|Forfait|800|3 4 6')
    }
    expect(packed(household, { occasion: 'absent', days: THREE })).toEqual([
      'pack|A|Forfait|800|3 4 6',
    ])
  })

  it('is of a list that prices the activity, be its name that of another list', () => {
    const sports = priceList({
      ...{ id: 'L2', service: 'Sports', rules: [flat('SPORT', ['HOUR'], 400)] },
      packs: [pack({ of: {} })],
    })
    const household = householdIn(townWith([priceList(), sports]))
    expect(packed(household, { days: THREE })).toEqual(['unit|A|Repas|300|3 4 6'])
    const sport = { activity: activityOf(household, 'SPORT'), days: setOfDays(5, 12, 19) }
    expect(packed(household, sport)).toEqual(['pack|A|Forfait|800|5 12 19'])
  })

  it('is tried in the order of the list; each day is in one of them', () => {
    const [first, second] = [pack({ name: 'Court' }), pack({ id: 'Q', name: 'Long' })]
    expect(packed(withPacks(first, second), { days: THREE })).toEqual(['pack|A|Court|800|3 4 6'])
    expect(packed(withPacks({ ...first, fromDays: 4 }, second), { days: THREE })).toEqual([
      'pack|A|Long|800|3 4 6',
    ])
  })
})

describe('whom a pack is for', () => {
  it('follows from the first of its days', () => {
    // 3 November 2025 is a Monday.
    const mondays = withPacks(pack({ when: { weekdays: [1] } }))
    expect(packed(mondays, { days: THREE })).toEqual(['pack|A|Forfait|800|3 4 6'])
    expect(packed(mondays, { days: setOfDays(4, 6, 10) })).toEqual(['unit|A|Repas|300|4 6 10'])
  })

  it('may be younger children who are enrolled or there on the day', () => {
    const b = (household: BilledHousehold) => ({ child: childOf(household, 'b'), days: THREE })
    const enrolled = withPacks(pack({ when: { rank: { among: 'enrolled', from: 2 } } }))
    expect(packed(enrolled, { days: THREE }, b(enrolled))).toEqual([
      'unit|A|Repas|300|3 4 6',
      'pack|B|Forfait|800|3 4 6',
    ])
    const when = { rank: { among: 'present', from: 2 } }
    const of = (ids: readonly string[]) =>
      householdIn(
        townWith([priceList({ packs: [pack({ when })] })]),
        ids.map((id) => meals('aa.a', id)),
      )
    const [two, one] = [of(['a', 'b']), of(['b'])]
    expect(packed(two, b(two))).toEqual(['pack|B|Forfait|800|3 4 6'])
    expect(packed(one, b(one))).toEqual(['unit|B|Repas|300|3 4 6'])
  })

  it('may be children who come regularly', () => {
    // November 2025 has 15 open days: three are a fifth.
    const regular = (regularFrom: number) =>
      householdIn(
        townWith([priceList({ regularFrom, packs: [pack({ when: { regular: true } })] })]),
        [meals('aa.a')],
      )
    expect(packed(regular(20), { days: THREE })).toEqual(['pack|A|Forfait|800|3 4 6'])
    expect(packed(regular(21), { days: THREE })).toEqual(['unit|A|Repas|300|3 4 6'])
  })
})

it('a pack without a price leaves its days as they are, and says of whom it is [guide 51]', () => {
  const refused = pack({ formula: REFUSED })
  const household = withPacks(refused, { ...refused, id: 'Q', name: 'Autre' })
  const items = [
    itemIn(household, { days: THREE }),
    itemIn(household, { child: childOf(household, 'b'), days: THREE }),
  ]
  expect(packDays(household, items, MONTH)).toEqual({
    items,
    unpriced: [
      'Aucun montant pour « Forfait », A (le quotient familial n’est pas connu).',
      'Aucun montant pour « Autre », A (le quotient familial n’est pas connu).',
      'Aucun montant pour « Forfait », B (le quotient familial n’est pas connu).',
      'Aucun montant pour « Autre », B (le quotient familial n’est pas connu).',
    ],
  })
})
