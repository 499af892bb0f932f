import { describe, expect, it } from 'vitest'
import { isOfList, itemOf, labelOf, nameOf } from '../../shared/billing/item-rules.ts'
import type { PriceList, Charge } from '../../shared/tariffs/model.ts'
import { flat, priceList, townWith } from './arbitraries.ts'
import { activityOf, childOf, householdIn, itemIn, setOfDays, unitIds } from './items.ts'

const household = householdIn()
const CHILD = childOf(household, 'a')
const CARE = activityOf(household, 'CARE')
const [MORNING, EVENING, GONE] = ['MORNING', 'EVENING', 'GONE'].flatMap((id) => unitIds(id))
if (MORNING === undefined || EVENING === undefined || GONE === undefined) throw new Error('No unit')

describe('the name of a unit', () => {
  it('is that of the catalogue, or its id where the catalogue has lost it', () => {
    expect([MORNING, EVENING, GONE].map((id) => nameOf(CARE, id))).toEqual([
      'Matin',
      'Soir',
      'GONE',
    ])
  })

  it('stands on lines with the others that are priced with it, and the part of the price', () => {
    expect(labelOf(CARE, [EVENING])).toBe('Soir')
    expect(labelOf(CARE, [GONE])).toBe('GONE')
    expect(labelOf(CARE, [MORNING, EVENING])).toBe('Matin + Soir')
    expect(labelOf(CARE, [EVENING], 'goûter')).toBe('Soir – goûter')
    expect(labelOf(CARE, [MORNING, EVENING], 'goûter')).toBe('Matin + Soir – goûter')
    expect(labelOf(CARE, [])).toBe('')
  })
})

describe('what a child is charged', () => {
  const charge: Charge = {
    kind: 'unit',
    unitIds: [EVENING],
    occasion: 'late',
    ruleId: 'R',
    label: undefined,
    account: '7067',
    unitPrice: 141,
    priceList: 'Tarifs 2025',
    why: 'Prix.',
    perFamily: false,
  }
  const days = setOfDays(3, 4)
  const ofCharge = (more: Partial<Charge> = {}) => itemOf(CHILD, CARE, { ...charge, ...more }, days)

  it('is an item of the child, of the activity and of its units', () => {
    expect(ofCharge()).toEqual({
      ...{ kind: 'unit', child: CHILD, activity: CARE, regieId: 'ENF', unitIds: [EVENING] },
      ...{ label: 'Soir', unitPrice: 141, account: '7067', priceList: 'Tarifs 2025' },
      ...{ why: 'Prix.', days, occasion: 'late' },
    })
    expect(ofCharge({ label: 'goûter' })).toMatchObject({ label: 'Soir – goûter' })
  })

  it('is of nobody and of no activity where the family owes it once, but of the régie', () => {
    expect(ofCharge({ kind: 'supplement', label: 'Retard', perFamily: true })).toEqual({
      ...{ kind: 'supplement', child: undefined, activity: undefined, regieId: 'ENF' },
      ...{ unitIds: [], label: 'Retard', unitPrice: 141, account: '7067' },
      ...{ priceList: 'Tarifs 2025', why: 'Prix.', days, occasion: 'late' },
    })
    expect(ofCharge({ perFamily: true })).toMatchObject({ label: 'Soir' })
  })
})

describe('a price list', () => {
  const [first, second] = townWith([
    priceList({ rules: [flat('MEALS', ['MEAL'], 300), flat('CARE', ['MORNING'], 70)] }),
    priceList({ id: 'L2', service: 'Sports', rules: [flat('SPORT', ['HOUR'], 400)] }),
  ]).catalogue.priceLists
  if (first === undefined || second === undefined) throw new Error('The town has two lists')
  const isOf = (list: PriceList, more: Parameters<typeof itemIn>[1] = {}) =>
    isOfList(itemIn(household, more), list)

  it('has the items of its name whose activity it prices', () => {
    expect(isOf(first)).toBe(true)
    expect(isOf(first, { activity: CARE })).toBe(true)
    expect(isOf(first, { priceList: 'Tarifs 2026' })).toBe(false)
    expect(isOf(second)).toBe(false)
    expect(isOf(second, { activity: activityOf(household, 'SPORT') })).toBe(true)
  })

  it('has what is of no activity by its name alone', () => {
    expect(isOf(second, { activity: undefined })).toBe(true)
    expect(isOf(second, { activity: undefined, priceList: 'Tarifs 2026' })).toBe(false)
  })
})
