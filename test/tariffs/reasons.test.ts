import { describe, expect, it } from 'vitest'
import type { DueDay, PriceList } from '../../shared/tariffs/model.ts'
import { formulaPrice, priceDay } from '../../shared/tariffs/rules.ts'
import { bands, dayOf, flat, listOf, personWith, plain, rule } from './fixture.ts'

const reasonsOf = (list: PriceList, day: DueDay) =>
  priceDay([list], day).charges.map(({ why }) => plain(why))

describe('the reason of a price [wish W4]', () => {
  it.each<[string, PriceList, Parameters<typeof personWith>[0], string]>([
    [
      'names list, rule, band, quotient and its date, category',
      listOf([
        rule(
          bands([
            ['0', 100],
            ['300', 208],
            ['500', 415],
          ]),
          { when: { categories: ['ENFANT'] } },
        ),
      ]),
      { quotient: '412.50', categoryName: 'Enfant' },
      'Tarifs 2026 · Repas, tranche de quotient de 300 à 500 · quotient 412,50 du 01/09/2026 · catégorie Enfant · 2,08 €',
    ],
    [
      'shows a rate',
      listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.55', most: 500 })]),
      { quotient: '580' },
      'Tarifs 2026 · Repas · quotient 580 du 01/09/2026 · 0,55 % de 580 = 3,19 €',
    ],
    [
      'shows the least',
      listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.36', least: 260 })]),
      { quotient: '500' },
      'Tarifs 2026 · Repas · quotient 500 du 01/09/2026 · 0,36 % de 500 (au moins 2,60 €) = 2,60 €',
    ],
    [
      'shows the most',
      listOf([rule({ kind: 'effort', by: 'income', percent: '0.36', most: 450 })]),
      { income: '23500' },
      'Tarifs 2026 · Repas · revenu 23 500 du 01/09/2026 · 0,36 % de 23 500 (au plus 4,50 €) = 4,50 €',
    ],
    [
      'shows the threshold',
      listOf([
        rule({
          kind: 'effort',
          by: 'quotient',
          percent: '0.55',
          from: { threshold: '580', price: 319 },
        }),
      ]),
      { quotient: '1234.5' },
      'Tarifs 2026 · Repas, quotient à partir de 580 · quotient 1 234,5 du 01/09/2026 · 3,19 €',
    ],
    [
      'says that there is no quotient',
      listOf([rule(bands([['0', 415]]))]),
      {},
      'Tarifs 2026 · Repas · quotient inconnu : prix le plus élevé · 4,15 €',
    ],
    [
      'says it of a price of its own too',
      listOf([rule(bands([['0', 415]], { unknown: { price: 400 } }))]),
      {},
      'Tarifs 2026 · Repas · quotient inconnu · 4,00 €',
    ],
    [
      'names what the rule asked for',
      listOf([
        rule(flat(180), {
          when: {
            communes: ['Cesson'],
            quotient: 'unknown',
            rank: { among: 'enrolled', from: 2 },
            siblings: { among: 'present', atLeast: 2 },
            regular: true,
            occasions: ['booked', 'late'],
          },
        }),
      ]),
      { rank: 2, children: 3 },
      'Tarifs 2026 · Repas · commune : Cesson · quotient inconnu · 2e enfant · 3 enfants présents · fréquentation régulière · 1,80 €',
    ],
    [
      'and its contrary',
      listOf([
        rule(flat(180), {
          when: {
            rank: { among: 'present', from: 1 },
            siblings: { among: 'enrolled', atLeast: 2 },
            regular: false,
          },
        }),
      ]),
      { rank: 1, children: 2, share: 0 },
      'Tarifs 2026 · Repas · 1er enfant · 2 enfants inscrits · fréquentation occasionnelle · 1,80 €',
    ],
  ])('%s', (_, list, about, expected) => {
    expect(reasonsOf(list, dayOf([{}], { person: personWith(about) }))).toEqual([expected])
  })

  it('shows what comes on top of it, exact until it is rounded', () => {
    const list = listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.55', most: 999 })], {
      supplements: [
        {
          id: 'HORS_DELAIS',
          name: 'Hors délais',
          occasions: ['late'],
          how: { kind: 'percent', percent: '20' },
        },
      ],
    })
    const person = personWith({ quotient: '412.5' })
    expect(reasonsOf(list, dayOf([{ occasion: 'late' }], { person }))).toEqual([
      'Tarifs 2026 · Repas · quotient 412,5 du 01/09/2026 · Hors délais · 0,55 % de 412,5 = 2,26875 € + 20 % = 2,72 €',
    ])
    const flatList = listOf([rule(flat(141))], { supplements: list.supplements })
    expect(reasonsOf(flatList, dayOf([{ occasion: 'late' }]))).toEqual([
      'Tarifs 2026 · Repas · Hors délais · 1,41 € + 20 % = 1,69 €',
    ])
  })
})

describe('the price of a fee or a pack', () => {
  it('is rounded by the list and has its reason', () => {
    const list = listOf([rule(flat(1))], { rounding: 'up' })
    const effort = { kind: 'effort', by: 'quotient', percent: '1', unknown: 'refuse' } as const
    const priced = formulaPrice(list, effort, personWith({ quotient: '10.01' }), 'Frais de dossier')
    expect(priced).toMatchObject({ cents: 11 })
    expect(typeof priced === 'string' ? priced : plain(priced.why)).toBe(
      'Tarifs 2026 · Frais de dossier · quotient 10,01 du 01/09/2026 · 1 % de 10,01 = 0,11 €',
    )
    expect(formulaPrice(list, flat(103), personWith())).toEqual({
      cents: 103,
      why: 'Tarifs 2026 · 1,03\u00A0€',
    })
    expect(formulaPrice(list, effort, personWith())).toBe('quotient')
  })
})
