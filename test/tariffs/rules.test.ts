import { describe, expect, it } from 'vitest'
import { sum } from '../../shared/kernel/money.ts'
import type { PriceList } from '../../shared/tariffs/model.ts'
import { priceDay } from '../../shared/tariffs/rules.ts'
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
  type Of,
} from './fixture.ts'

const meals = bands([
  ['0', 100],
  ['300', 208],
  ['500', 415],
])

/** The reasons of a day's charges. */
const reasonsOf = (lists: readonly PriceList[], day: Parameters<typeof priceDay>[1]) =>
  priceDay(lists, day).charges.map(({ why }) => plain(why))

describe('what a peer got wrong', () => {
  it.each([
    ['299.99', 100],
    ['299.999999', 100],
    ['300', 208],
    ['499.50', 208],
    ['500', 415],
  ])('a quotient of %s is in its own band, not in the top one', (quotient, price) => {
    expect(pricesBy(listOf([rule(meals)]), undefined, { quotient })).toEqual([price])
  })

  it('a quotient of 0 is the lowest one, and not an unknown one', () => {
    const list = listOf([
      rule(flat(999), { name: 'Sans quotient', when: { quotient: 'unknown' } }),
      rule(meals, { when: { quotient: 'known' } }),
    ])
    expect(pricesBy(list, undefined, { quotient: '0' })).toEqual([100])
    expect(pricesBy(list, undefined, { quotient: '0.00' })).toEqual([100])
    expect(pricesBy(list)).toEqual([999])
  })

  it.each([
    ['half-up', [3, 4, 101]],
    ['half-even', [2, 4, 100]],
    ['up', [3, 4, 101]],
    ['down', [2, 3, 100]],
  ] as const)('half cents are rounded as the town says: %s', (rounding, expected) => {
    const effort = rule({ kind: 'effort', by: 'quotient', percent: '0.5', most: 9999 })
    const list = listOf([effort], { rounding })
    // 2.5, 3.5 and 100.5 cents.
    expect(
      ['5', '7', '201'].flatMap((quotient) => pricesBy(list, undefined, { quotient })),
    ).toEqual(expected)
  })

  it('a price of which 1.005 € is no float is 1,01 €', () => {
    const list = listOf([rule({ kind: 'effort', by: 'quotient', percent: '1', most: 9999 })])
    expect(pricesBy(list, undefined, { quotient: '100.5' })).toEqual([101])
  })

  it('17 meals at 4,15 € are 70,55 €, as the unit price is rounded and not the total', () => {
    const list = listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.5', most: 9999 })])
    const [charge] = priceDay(
      [list],
      dayOf([{}], { person: personWith({ quotient: '829.3' }) }),
    ).charges
    expect(charge?.unitPrice).toBe(415)
    expect(sum(Array.from({ length: 17 }, () => charge?.unitPrice ?? 0))).toBe(7055)
  })
})

describe('a family that has shown no quotient', () => {
  it.each([
    ['highest', 415],
    [{ price: 390 }, 390],
    ['refuse', 'quotient'],
  ] as const)('pays by the town’s rule: %j', (unknown, expected) => {
    const list = listOf([rule({ ...bands([['0', 415]]), unknown })])
    const falling = listOf([
      rule(
        bands(
          [
            ['0', 415],
            ['900', 100],
          ],
          { unknown },
        ),
      ),
    ])
    expect(pricesBy(list)).toEqual([expected])
    expect(pricesBy(falling)).toEqual([expected])
    expect(pricesBy(falling, undefined, { quotient: '0' })).toEqual([415])
  })

  it.each<[Partial<Of<'effort'>>, number | string]>([
    [{ most: 450 }, 450],
    [{ from: { threshold: '580', price: 319 } }, 319],
    [{ most: 300, from: { threshold: '580', price: 319 } }, 319],
    // Just under the threshold the rate is above the price from there on.
    [{ from: { threshold: '800', price: 319 } }, 440],
    [{ most: 400, from: { threshold: '800', price: 319 } }, 400],
    [{}, 'quotient'],
    [{ most: 450, unknown: 'refuse' }, 'quotient'],
    [{ most: 450, unknown: { price: 0 } }, 0],
  ])('of an effort rate with %j it is %s', (more, expected) => {
    const list = listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.55', ...more })])
    expect(pricesBy(list)).toEqual([expected])
  })

  it('is asked for its income where that counts', () => {
    const list = listOf([rule({ ...bands([['0', 1]]), by: 'income', unknown: 'refuse' })])
    expect(pricesBy(list, undefined, { quotient: '500' })).toEqual(['income'])
    expect(pricesBy(list, undefined, { income: '0' })).toEqual([1])
  })

  it('is billed by no other rule: the first that applies prices or nobody does', () => {
    const list = listOf([rule({ ...bands([['0', 415]]), unknown: 'refuse' }), rule(flat(1))])
    expect(pricesBy(list)).toEqual(['quotient'])
  })
})

type When = NonNullable<Parameters<typeof rule>[1]>['when']
type About = Parameters<typeof personWith>[0]

describe('a rule applies to', () => {
  it.each<[string, When, About, About]>([
    [
      'some categories',
      { categories: ['ENFANT', 'PAI'] },
      { category: 'PAI' },
      { category: 'EXTERIEUR' },
    ],
    [
      'the communes of a list, however they are written',
      { communes: ['L’Haÿ-les-Roses', 'Saint-Ouen'] },
      { commune: 'ST OUEN CEDEX 2' },
      { commune: 'Saint-Ouen-l’Aumône' },
    ],
    [
      'some circumstances',
      { circumstances: ['CCAS', 'RSA'] },
      { circumstances: ['AUTRE', 'RSA'] },
      { circumstances: ['AUTRE'] },
    ],
    ['a known quotient', { quotient: 'known' }, { quotient: '0' }, { income: '1' }],
    ['an unknown quotient', { quotient: 'unknown' }, { income: '1' }, { quotient: '0' }],
    [
      'a rank among those enrolled',
      { rank: { among: 'enrolled', from: 2, to: 3 } },
      { enrolled: { rank: 3, children: 4 }, present: { rank: 1, children: 1 } },
      { enrolled: { rank: 4, children: 4 }, present: { rank: 2, children: 2 } },
    ],
    [
      'a rank among those present',
      { rank: { among: 'present', from: 2 } },
      { enrolled: { rank: 1, children: 1 }, present: { rank: 9, children: 9 } },
      { enrolled: { rank: 2, children: 2 }, present: { rank: 1, children: 1 } },
    ],
    [
      'a number of siblings enrolled',
      { siblings: { among: 'enrolled', atLeast: 3 } },
      { enrolled: { rank: 1, children: 3 }, present: { rank: 1, children: 1 } },
      { enrolled: { rank: 1, children: 2 }, present: { rank: 1, children: 3 } },
    ],
    [
      'a number of siblings present, outsiders apart',
      { siblings: { among: 'present', atLeast: 2 }, categories: ['ENFANT'] },
      { rank: 1, children: 2 },
      { rank: 1, children: 2, category: 'EXTERIEUR' },
    ],
    ['those who come regularly', { regular: true }, { share: 60 }, { share: 59 }],
    ['those who do not', { regular: false }, { share: 59 }, { share: 60 }],
    ['those with a care plan', { allergy: true }, { allergy: true }, {}],
    ['those without', { allergy: false }, {}, { allergy: true }],
  ])('%s', (_, when, fits, fitsNot) => {
    const list = listOf([rule(flat(100), { when })], { regularFrom: 60 })
    expect(pricesBy(list, undefined, fits)).toEqual([100])
    expect(pricesBy(list, undefined, fitsNot)).toEqual(['rule'])
  })

  it('some weekdays', () => {
    const list = listOf([rule(flat(100), { when: { weekdays: [3] } })])
    expect(pricesBy(list, undefined, {}, '2026-09-16')).toEqual([100])
    expect(pricesBy(list, undefined, {}, '2026-09-17')).toEqual(['rule'])
  })

  it('some occasions', () => {
    const list = listOf([rule(flat(100), { when: { occasions: ['late', 'unbooked'] } })])
    const occasions = ['booked', 'late', 'unbooked', 'absent'] as const
    expect(occasions.flatMap((occasion) => pricesBy(list, [{ occasion }]))).toEqual([
      'rule',
      100,
      100,
      'rule',
    ])
  })
})

describe('units of a day', () => {
  const centre = (...rules: Parameters<typeof listOf>[0]) =>
    listOf(rules.map((each) => ({ ...each, activityId: 'CENTRE' })))
  const alone = (unitId: string, price: number) =>
    rule(flat(price), { name: unitId, unitIds: [unitId] })
  const both = rule(flat(513), { name: 'Journée', unitIds: ['MATIN', 'APRES_MIDI'] })
  const list = centre(both, alone('MATIN', 357), alone('APRES_MIDI', 200))
  const at = (...units: Parameters<typeof dayOf>[0] & {}) =>
    priceDay([list], dayOf(units, { activityId: 'CENTRE' }))

  it('that a rule names together are priced together, once', () => {
    const { charges } = at({ unitId: 'APRES_MIDI' }, { unitId: 'MATIN' })
    expect(charges).toMatchObject([{ unitIds: ['MATIN', 'APRES_MIDI'], unitPrice: 513 }])
  })

  it('of two occasions are priced apart', () => {
    const price = at({ unitId: 'MATIN' }, { unitId: 'APRES_MIDI', occasion: 'late' })
    expect(pricesOf(price)).toEqual([357, 200])
  })

  it('that nothing prices are said, and the others are priced', () => {
    expect(at({ unitId: 'MATIN' }, { unitId: 'NUIT' })).toMatchObject({
      charges: [{ unitPrice: 357 }],
      unpriced: [{ unitId: 'NUIT', missing: 'rule' }],
    })
  })

  it('may cost the sum of others, exact and rounded once [guide 54]', () => {
    const effort = (unitId: string, percent: string) =>
      rule(
        { kind: 'effort', by: 'quotient', percent, most: 9999 },
        { name: unitId, unitIds: [unitId] },
      )
    const day = rule(
      { kind: 'sum', unitIds: ['MATIN', 'APRES_MIDI'] },
      { name: 'Journée', unitIds: ['JOURNEE'] },
    )
    const guide = centre(day, alone('MATIN', 357), alone('APRES_MIDI', 156))
    const rates = centre(day, effort('MATIN', '0.5'), effort('APRES_MIDI', '0.5'))
    const journee = dayOf([{ unitId: 'JOURNEE' }], {
      activityId: 'CENTRE',
      person: personWith({ quotient: '249' }),
    })
    expect(pricesOf(priceDay([guide], journee))).toEqual([513])
    expect(reasonsOf([guide], journee)).toEqual([
      'Tarifs 2026 · Journée · MATIN 3,57 € + APRES_MIDI 1,56 € = 5,13 €',
    ])
    // Two halves of 124.5 cents.
    expect(pricesOf(priceDay([rates], journee))).toEqual([249])
  })

  it('may cost a share of another, with what it follows from [guide 50, 54]', () => {
    const late = rule(
      { kind: 'share', unitId: 'SOIR', percent: '120' },
      { name: 'Soir hors délais', unitIds: ['SOIR_HORS_DELAIS'] },
    )
    const evening = rule(bands([['0', 141]]), { name: 'Accueil du soir', unitIds: ['SOIR'] })
    const day = dayOf([{ unitId: 'SOIR_HORS_DELAIS', occasion: 'late' }], {
      activityId: 'CENTRE',
      person: personWith({ quotient: '0.17' }),
    })
    expect(pricesOf(priceDay([centre(late, evening)], day))).toEqual([169])
    expect(reasonsOf([centre(late, evening)], day)).toEqual([
      'Tarifs 2026 · Soir hors délais · quotient 0,17 du 01/09/2026 · 120 % de 1,41 € (Accueil du soir) = 1,69 €',
    ])
    expect(pricesOf(priceDay([centre(late)], day))).toEqual(['rule'])
  })

  it('are missing what the units are missing that they refer to', () => {
    const refused = rule(bands([['0', 141]], { unknown: 'refuse' }), { unitIds: ['SOIR'] })
    const sum = rule({ kind: 'sum', unitIds: ['SOIR'] }, { unitIds: ['TOUT'] })
    const day = dayOf([{ unitId: 'TOUT' }], { activityId: 'CENTRE' })
    expect(pricesOf(priceDay([centre(sum, refused)], day))).toEqual(['quotient'])
  })
})

describe('the time spent', () => {
  const byTime = (
    minutes: number,
    rounding: 'up' | 'nearest' | 'down',
    more: { least?: number; most?: number } = {},
  ) => listOf([rule({ kind: 'time', minutes, rounding, step: flat(70), ...more })])

  it.each([
    ['each half-hour that is begun', byTime(30, 'up'), [0, 1, 30, 31, 90], [0, 70, 70, 140, 210]],
    ['the nearest quarter', byTime(15, 'nearest'), [7, 8, 22, 23], [0, 70, 70, 140]],
    ['whole hours', byTime(60, 'down'), [59, 60, 119], [0, 70, 70]],
    ['minutes', byTime(1, 'up'), [1, 77], [70, 5390]],
    [
      'at least two and at most four steps',
      byTime(30, 'up', { least: 2, most: 4 }),
      [1, 500],
      [140, 280],
    ],
  ] as const)('is priced by %s, rounded once', (_, list, times, expected) => {
    expect(times.flatMap((minutes) => pricesBy(list, [{ minutes }]))).toEqual(expected)
  })

  it('of units that are priced together is added up before it is rounded', () => {
    const list = listOf([
      rule({ kind: 'time', minutes: 30, rounding: 'up', step: flat(70) }, { unitIds: ['A', 'B'] }),
    ])
    expect(
      pricesBy(list, [
        { unitId: 'A', minutes: 40 },
        { unitId: 'B', minutes: 40 },
      ]),
    ).toEqual([210])
  })

  it('may have steps that follow from the quotient, rounded once all together', () => {
    const step = { kind: 'effort', by: 'quotient', percent: '0.05', most: 999 } as const
    const list = listOf([rule({ kind: 'time', minutes: 30, rounding: 'up', step })])
    const day = dayOf([{ minutes: 65 }], { person: personWith({ quotient: '412.5' }) })
    // Three times 20.625 cents.
    expect(pricesOf(priceDay([list], day))).toEqual([62])
    expect(reasonsOf([list], day)).toEqual([
      'Tarifs 2026 · Repas · quotient 412,5 du 01/09/2026 · 65 min, soit 3 × 30 min à 0,20625 € = 0,62 €',
    ])
  })

  it('is missing when nobody has noted it, and in no sum', () => {
    const list = byTime(30, 'up')
    expect(pricesBy(list)).toEqual(['duration'])
    const summed = listOf([
      ...list.rules,
      rule({ kind: 'sum', unitIds: ['REPAS'] }, { unitIds: ['TOUT'] }),
    ])
    expect(pricesBy(summed, [{ unitId: 'TOUT', minutes: 30 }])).toEqual(['duration'])
  })
})
