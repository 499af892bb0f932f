import { describe, expect, it } from 'vitest'
import type { PriceList } from '../../shared/catalogue/model.ts'
import { euros } from '../../shared/kernel/money.ts'
import { activityIdSchema, categoryIdSchema, unitIdSchema } from '../../shared/platform/schemas.ts'
import { priceOf, type Priced } from '../../shared/tariffs/rules.ts'
import { cesson } from '../support/cesson.ts'

const { activities, categories, priceLists } = cesson.catalogue

const priced = (about: {
  date?: Priced['date']
  category?: string
  activity?: string
  unit?: string
}): Priced => ({
  date: about.date ?? '2025-09-02',
  category: categoryIdSchema.parse(about.category ?? 'ENFANT'),
  activityId: activityIdSchema.parse(about.activity ?? 'RESTAURATION'),
  unitId: unitIdSchema.parse(about.unit ?? 'REPAS'),
})

/** A list of one price, of the meal of a resident pupil. */
const list = (
  name: string,
  from: Priced['date'],
  until: Priced['date'],
  price: number,
): PriceList => ({
  id: name,
  name,
  from,
  until,
  prices: [{ ...priced({}), price }].map(({ category, activityId, unitId }) => ({
    category,
    activityId,
    unitId,
    price,
  })),
})

describe('the results of the simulation of guide 002 [guide 51, 53, 54]', () => {
  /** Activity, unit and price as the guide prints them, in its order. */
  const results = [
    ['ACCUEIL', 'ACC_S_HORS_DELAIS', '1,69 €'],
    ['ACCUEIL', 'ACC_MATIN', '0,70 €'],
    ['ACCUEIL', 'ACC_SOIR', '1,41 €'],
    ['MERCREDIS', 'APRES_MIDI', '1,56 €'],
    ['MERCREDIS', 'CL_ALLERGIE', '3,12 €'],
    ['MERCREDIS', 'CL_ALLERGIE_MATIN', '1,56 €'],
    ['MERCREDIS', 'JOURNEE', '5,13 €'],
    ['MERCREDIS', 'MATIN', '3,57 €'],
    ['VACANCES', 'CL_ALLERGIE', '3,12 €'],
    ['VACANCES', 'FRAIS_INSCRIPTION', '1,03 €'],
    ['VACANCES', 'JOURNEE', '5,13 €'],
    ['ETUDES', 'ETUDES', '1,41 €'],
    ['RESTAURATION', 'REPAS', '2,08 €'],
  ] as const

  it.each(results)('%s, %s: %s', (activity, unit, price) => {
    const found = priceOf(priceLists, priced({ date: '2025-09-02', activity, unit }))
    expect(found?.priceList).toBe('Tarifs 2024')
    expect(euros(found?.unitPrice ?? -1).replace('\u00A0', ' ')).toBe(price)
  })

  it('are all the prices that the demo town has, and every unit has one', () => {
    const units = activities.flatMap(({ id, units: of }) => of.map((unit) => `${id} ${unit.id}`))
    expect(results.map(([activity, unit]) => `${activity} ${unit}`).toSorted()).toEqual(
      units.toSorted(),
    )
    expect(priceLists.flatMap(({ prices }) => prices)).toHaveLength(results.length)
  })

  it('know the four categories of persons of the guide [guide 52]', () => {
    expect(categories.map(({ name }) => name)).toEqual([
      'Enfant',
      'Elève Extérieur',
      'Elève Sénartais',
      'Elève PAI',
    ])
  })
})

describe('a price', () => {
  const lists = [
    list('Tarifs 2024', '2024-09-01', '2025-08-31', 208),
    list('Tarifs 2025', '2025-09-01', '2026-08-31', 215),
  ]

  it.each([
    ['2024-08-31', undefined, undefined],
    ['2024-09-01', 208, 'Tarifs 2024'],
    ['2025-08-31', 208, 'Tarifs 2024'],
    ['2025-09-01', 215, 'Tarifs 2025'],
    ['2026-08-31', 215, 'Tarifs 2025'],
    ['2026-09-01', undefined, undefined],
  ] as const)('on %s is %s, of %s [guide 51]', (date, unitPrice, priceList) => {
    const expected = unitPrice === undefined ? undefined : { unitPrice, priceList }
    expect(priceOf(lists, priced({ date }))).toEqual(expected)
  })

  it('is that of the first list that has one, where several are in force', () => {
    const summer = list('Tarifs d’été', '2025-07-01', '2025-08-31', 100)
    expect(priceOf([summer, ...lists], priced({ date: '2025-07-14' }))?.unitPrice).toBe(100)
    expect(priceOf([...lists, summer], priced({ date: '2025-07-14' }))?.unitPrice).toBe(208)
  })

  it('is looked for in the next list when one in force has none', () => {
    const without: PriceList = { ...list('Vide', '2024-09-01', '2026-08-31', 1), prices: [] }
    expect(priceOf([without, ...lists], priced({}))).toEqual({
      unitPrice: 215,
      priceList: 'Tarifs 2025',
    })
  })

  it.each([
    ['another category', { category: 'EXTERIEUR' }],
    ['another activity', { activity: 'ACCUEIL' }],
    ['another unit', { unit: 'PANIER' }],
  ])('is none, not zero and not another’s, for %s [guide 52]', (_, about) => {
    expect(priceOf(lists, priced(about))).toBeUndefined()
  })

  it('may be zero, which is a price', () => {
    const free = list('Gratuit', '2024-09-01', '2026-08-31', 0)
    expect(priceOf([free], priced({}))).toEqual({ unitPrice: 0, priceList: 'Gratuit' })
  })
})
