import { describe, expect, it } from 'vitest'
import type { Item } from '../../shared/billing/item-rules.ts'
import { minimumsOf } from '../../shared/billing/minimum-rules.ts'
import { flat, priceList, townWith, type ListContent } from './arbitraries.ts'
import { activityOf, childOf, householdIn, itemIn, setOfDays } from './items.ts'

/** A minimum of 10 € for the family, unless given. */
const minimum = (more: object = {}) => ({
  minimum: { name: 'Minimum', per: 'family', amount: 1000, ...more },
})

const withLists = (...lists: readonly ListContent[]) => {
  const household = householdIn(townWith(lists))
  return {
    household,
    b: childOf(household, 'b'),
    minimums: (...items: readonly Partial<Item>[]) =>
      minimumsOf(
        household,
        items.map((more) => itemIn(household, more)),
      ),
  }
}

const brief = (items: readonly Item[]) =>
  items.map(({ child, label, unitPrice }) => [child?.firstName, label, unitPrice].join('|'))

describe('the minimum of a month', () => {
  it('is one item of what is missing, which says all of what it is of', () => {
    const { household, minimums } = withLists(priceList(minimum({ account: '7067' })))
    expect(minimums({ days: setOfDays(3, 4) })).toEqual([
      {
        kind: 'minimum',
        child: undefined,
        activity: activityOf(household, 'MEALS'),
        unitIds: [],
        label: 'Minimum',
        unitPrice: 400,
        account: '7067',
        priceList: 'Tarifs 2025',
        why: '« Minimum » : 10,00\u00A0€ au moins pour un mois facturé.',
        days: 0,
        once: true,
      },
    ])
  })

  it('is asked where anything is billed that counts, up to its amount', () => {
    const { minimums } = withLists(priceList(minimum()))
    expect(minimums()).toEqual([])
    expect(brief(minimums({ unitPrice: 0 }))).toEqual(['|Minimum|1000'])
    expect(brief(minimums({ unitPrice: 999 }))).toEqual(['|Minimum|1'])
    expect(minimums({ unitPrice: 1000 })).toEqual([])
    expect(minimums({ unitPrice: 1001 })).toEqual([])
    expect(minimums({ unitPrice: 500, days: setOfDays(3, 4) })).toEqual([])
  })

  it('counts days, surcharges and packs: not fees, nor what others pay, nor days paid in advance', () => {
    const { minimums } = withLists(priceList(minimum()))
    const kinds = ['unit', 'supplement', 'pack'] as const
    for (const kind of kinds) expect(brief(minimums({ kind }))).toEqual(['|Minimum|700'])
    expect(brief(minimums(...kinds.map((kind) => ({ kind }))))).toEqual(['|Minimum|100'])
    for (const kind of ['fee', 'aid', 'day-credit', 'minimum'] as const) {
      expect(minimums({ kind })).toEqual([])
      expect(brief(minimums({}, { kind }))).toEqual(['|Minimum|700'])
    }
  })

  it('counts a pack once, however many days it is for', () => {
    const { minimums } = withLists(priceList(minimum()))
    expect(brief(minimums({ kind: 'pack', once: true, days: setOfDays(3, 4, 6) }))).toEqual([
      '|Minimum|700',
    ])
  })

  it('is of each child by itself where the list says so', () => {
    const { b, minimums } = withLists(priceList(minimum({ per: 'child' })))
    const elder = { days: setOfDays(3, 4, 6, 7) }
    expect(brief(minimums(elder, { child: b }))).toEqual(['B|Minimum|700'])
    expect(brief(minimums({ child: b }, {}))).toEqual(['A|Minimum|700', 'B|Minimum|700'])
    // What the family owes together is of no child.
    expect(brief(minimums({}, { kind: 'supplement', child: undefined }))).toEqual(['A|Minimum|700'])
    const family = withLists(priceList(minimum()))
    expect(brief(family.minimums({}, { child: family.b }))).toEqual(['|Minimum|400'])
  })

  it('stands under the first activity that counts', () => {
    const { household, minimums } = withLists(priceList(minimum()))
    const care = activityOf(household, 'CARE')
    const ofAll = { kind: 'supplement', activity: undefined, child: undefined } as const
    expect(minimums(ofAll, { activity: care }, {})).toMatchObject([{ activity: care }])
    expect(minimums(ofAll)[0]?.activity).toBeUndefined()
    expect(brief(minimums(ofAll))).toEqual(['|Minimum|700'])
  })
})

describe('of several price lists', () => {
  const first = { until: '2025-11-03', ...minimum({ name: 'Alt', amount: 5000 }) }
  const later = { id: 'L2', name: 'Tarifs 2026', from: '2025-11-04' }
  const ofLater = { priceList: 'Tarifs 2026', days: setOfDays(4) }

  it('of one service the last one that counts has the minimum, whatever their order', () => {
    const lists = [priceList(first), priceList({ ...later, ...minimum() })]
    for (const some of [lists, lists.toReversed()]) {
      const { minimums } = withLists(...some)
      expect(brief(minimums({}, ofLater))).toEqual(['|Minimum|400'])
      expect(brief(minimums(ofLater, {}))).toEqual(['|Minimum|400'])
      expect(brief(minimums({}))).toEqual(['|Alt|4700'])
      expect(minimums(ofLater)).toMatchObject([{ priceList: 'Tarifs 2026' }])
    }
  })

  it('the last one may ask for none', () => {
    const { minimums } = withLists(priceList(first), priceList(later))
    expect(minimums({}, ofLater)).toEqual([])
    expect(brief(minimums({}))).toEqual(['|Alt|4700'])
  })

  it('each service has its own, though their lists have one name', () => {
    const sports = { id: 'L2', service: 'Sports', rules: [flat('SPORT', ['HOUR'], 400)] }
    const { household, minimums } = withLists(
      priceList({ ...minimum(), rules: [flat('MEALS', ['MEAL'], 300)] }),
      priceList({ ...sports, ...minimum({ name: 'Sport', amount: 600 }) }),
    )
    const hour = { activity: activityOf(household, 'SPORT'), unitPrice: 400, days: setOfDays(5) }
    expect(brief(minimums({}, hour))).toEqual(['|Minimum|700', '|Sport|200'])
    expect(brief(minimums(hour))).toEqual(['|Sport|200'])
    expect(minimums({ priceList: 'Tarifs 2024' })).toEqual([])
  })

  it('asks nothing where no list has one', () => {
    expect(withLists(priceList()).minimums({})).toEqual([])
  })
})
