import { describe, expect, it } from 'vitest'
import type { Item } from '../../shared/billing/item-rules.ts'
import { linesOf } from '../../shared/billing/lines-rules.ts'
import { MONTH } from './arbitraries.ts'
import { activityOf, childOf, householdIn, itemIn, setOfDays, unitIds } from './items.ts'

const household = householdIn()
const item = (more: Partial<Item> = {}) => itemIn(household, more)
const CARE = { activity: activityOf(household, 'CARE'), unitIds: unitIds('MORNING') }
const SPORT = { activity: activityOf(household, 'SPORT'), unitIds: unitIds('HOUR') }
const B = { child: childOf(household, 'b') }
const OF_ALL = { child: undefined, activity: undefined, unitIds: [] }

const lines = (...items: readonly Item[]) => linesOf(household, items, MONTH)
const labels = (...items: readonly Item[]) => lines(...items).map(({ label }) => label)
const brief = (...items: readonly Item[]) =>
  lines(...items).map(({ quantity, days, amount }) => [quantity, days, amount].join('|'))

describe('items become one line', () => {
  it('where they are the same thing at the same price for the same reason, on several days', () => {
    const days = [setOfDays(3), setOfDays(4, 6), setOfDays(7)].map((each) => item({ days: each }))
    expect(brief(...days)).toEqual(['4|3 4 6 7|1200'])
    // Units are the same where the lists of their ids are equal, be they not one and the same.
    const sets = [3, 4].map((day) =>
      item({ ...CARE, unitIds: unitIds('MORNING', 'EVENING'), days: setOfDays(day) }),
    )
    expect(brief(...sets)).toEqual(['2|3 4|600'])
  })

  const OTHERS: readonly (readonly [what: string, more: Partial<Item>])[] = [
    ['price', { unitPrice: 301 }],
    ['kind', { kind: 'supplement' }],
    ['child', B],
    ['activity', { activity: CARE.activity }],
    ['label', { label: 'Goûter' }],
    ['account', { account: '7067' }],
    ['price list', { priceList: 'Tarifs 2026' }],
    ['reason', { why: 'Autre prix.' }],
    ['unit', { unitIds: unitIds('SNACK') }],
    ['number of units', { unitIds: unitIds('MEAL', 'SNACK') }],
    ['lack of units', { unitIds: [] }],
  ]

  it.each(OTHERS)('and not where they differ in their %s', (_, more) => {
    expect(lines(item(), item({ ...more, days: setOfDays(4) }))).toHaveLength(2)
    expect(lines(item({ ...more, days: setOfDays(4) }), item())).toHaveLength(2)
  })

  it('and not where sets of units share only the first of them', () => {
    const together = (...ids: readonly string[]) => item({ ...CARE, unitIds: unitIds(...ids) })
    expect(
      lines(together('MORNING', 'EVENING'), {
        ...together('MORNING', 'NIGHT'),
        days: setOfDays(4),
      }),
    ).toHaveLength(2)
  })

  it('and not on a day that both have, which is owed twice', () => {
    expect(brief(item(), item())).toEqual(['1|3|300', '1|3|300'])
    // A third one finds its place with the one that has not its day.
    expect(brief(item({ days: setOfDays(3, 4) }), item(), item({ days: setOfDays(4) }))).toEqual([
      '2|3 4|600',
      '2|3 4|600',
    ])
  })

  it('but for what the family owes once a day, however many children have it', () => {
    const late = { kind: 'supplement', child: undefined } as const
    expect(brief(item({ ...late, days: setOfDays(3, 4) }), item(late))).toEqual(['2|3 4|600'])
    expect(brief(item({ kind: 'supplement' }), item({ kind: 'supplement' }))).toHaveLength(2)
    expect(brief(item({ child: undefined }), item({ child: undefined }))).toHaveLength(2)
  })

  it('and not where each is billed once for all of its days', () => {
    const pack = (...days: readonly number[]) =>
      item({ kind: 'pack', once: true, days: setOfDays(...days) })
    expect(brief(pack(3, 4), pack(6))).toEqual(['1|3 4|300', '1|6|300'])
    expect(brief(item({ once: false, days: setOfDays(3, 4) }))).toEqual(['2|3 4|600'])
  })
})

describe('the lines of a bill', () => {
  /** Both orders of two items come to the first one before the second one. */
  const expectOrder = (first: Partial<Item>, second: Partial<Item>) => {
    const two = [
      item({ ...first, label: 'premier' }),
      item({ ...second, label: 'second' }),
    ] as const
    expect(labels(...two)).toEqual(['premier', 'second'])
    expect(labels(...two.toReversed())).toEqual(['premier', 'second'])
  }

  it('are by child, the eldest first, then what concerns all of them', () => {
    expectOrder(SPORT, { ...B, ...CARE })
    expectOrder({ ...B, ...SPORT }, { child: undefined })
  })

  it('are then by activity, in the order of the catalogue, then what is of none', () => {
    expectOrder({ kind: 'aid' }, CARE)
    expectOrder({ ...CARE, kind: 'aid' }, SPORT)
    expectOrder(SPORT, { activity: undefined, unitIds: [] })
    expectOrder({ ...SPORT, child: undefined }, OF_ALL)
  })

  it('are then by kind, as bills list them', () => {
    const kinds = ['unit', 'supplement', 'fee', 'pack', 'day-credit', 'aid', 'minimum'] as const
    for (const [index, kind] of kinds.entries()) {
      const next = kinds[index + 1]
      if (next === undefined) break
      expectOrder({ ...CARE, kind, unitIds: unitIds('NIGHT') }, { ...CARE, kind: next })
    }
  })

  it('are then by unit, in the order of the catalogue, then by their first day', () => {
    expectOrder(
      { ...CARE, days: setOfDays(7) },
      { ...CARE, unitIds: unitIds('NIGHT'), days: setOfDays(3) },
    )
    expectOrder({ unitPrice: 400, days: setOfDays(3, 28) }, { days: setOfDays(4) })
    // The unit of a set is its first one; what has no unit goes where the first unit is.
    expectOrder(
      { ...CARE, unitIds: unitIds('MORNING', 'NIGHT'), days: setOfDays(7) },
      { ...CARE, unitIds: unitIds('EVENING') },
    )
    expectOrder(
      { ...CARE, unitIds: [], days: setOfDays(7) },
      { ...CARE, unitIds: unitIds('NIGHT') },
    )
  })

  it('are at last by what distinguishes them: label, then reason', () => {
    expect(labels(item({ label: 'Repas – repas' }), item({ label: 'Repas – animation' }))).toEqual([
      'Repas – animation',
      'Repas – repas',
    ])
    const [b, a, c] = ['B', 'A', 'C'].map((why) => item({ why }))
    if (a === undefined || b === undefined || c === undefined) throw new Error('No items')
    const sorted = ['A', 'B', 'C']
    expect(lines(b, a, c).map(({ why }) => why)).toEqual(sorted)
    expect(lines(c, b, a).map(({ why }) => why)).toEqual(sorted)
    expect(lines(a, c, b).map(({ why }) => why)).toEqual(sorted)
  })

  it('say all of what they are of', () => {
    expect(
      lines(item({ days: setOfDays(3, 31), account: '7067', unitIds: unitIds('MEAL', 'SNACK') })),
    ).toEqual([
      {
        ...{ kind: 'unit', month: MONTH, childId: 'a', child: 'A' },
        ...{ activityId: 'MEALS', activity: 'Restauration', unitIds: ['MEAL', 'SNACK'] },
        ...{ label: 'Repas', days: '3 31', quantity: 2, unitPrice: 300, amount: 600 },
        ...{ account: '7067', priceList: 'Tarifs 2025', why: 'Prix.' },
      },
    ])
    const [ofAll] = lines(item({ ...OF_ALL, kind: 'minimum', days: 0, once: true }))
    expect(ofAll).toMatchObject({ days: '', quantity: 1, amount: 300 })
    for (const name of ['childId', 'child', 'activityId', 'activity', 'unitIds'] as const) {
      expect(ofAll?.[name]).toBeUndefined()
    }
  })
})
