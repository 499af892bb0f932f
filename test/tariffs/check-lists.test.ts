import { describe, expect, it } from 'vitest'
import type { Fault } from '../../shared/kernel/errors.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { faultsOfPriceLists } from '../../shared/tariffs/check-lists.ts'
import type { PriceList } from '../../shared/tariffs/model.ts'
import { cesson } from '../support/cesson.ts'
import { bands, flat, listOf, plain, rule, type FormulaInput, type Of } from './fixture.ts'

const faultsOf = (...priceLists: readonly PriceList[]): Fault[] =>
  faultsOfPriceLists({ ...cesson.catalogue, priceLists: [...priceLists] }).map(
    ({ pointer, detail }) => ({ pointer, detail: plain(detail) ?? '' }),
  )

type Rule = ReturnType<typeof rule>
type More = NonNullable<Parameters<typeof listOf>[1]>

const meal = (formula: FormulaInput, more: Partial<Rule> = {}): Rule =>
  rule(formula, { activityId: 'RESTAURATION', ...more })
const wednesday = (unitId: string, formula: FormulaInput): Rule =>
  rule(formula, { activityId: 'MERCREDIS', unitIds: [unitId] })

const LIST = '/catalogue/priceLists/0'
const FORMULA = `${LIST}/rules/0/parts/0/formula`
const unknown = (id: string) => `« ${id} » n’existe pas dans ce fichier.`
const twice = (id: string) => `« ${id} » figure deux fois dans cette liste.`

const broken = (of: readonly { from: string; below?: string }[]): FormulaInput => ({
  kind: 'bands',
  by: 'quotient',
  bands: of.map((band) => ({ ...band, price: 1 })),
})
const effort = (more: Partial<Of<'effort'>>): FormulaInput => ({
  kind: 'effort',
  by: 'quotient',
  percent: '0.5',
  ...more,
})
const three = [
  ['0', 80],
  ['500', 100],
  ['1000.01', 340],
] as const

describe('a price list is refused', () => {
  it.each<[string, FormulaInput, string, string]>([
    [
      'with a hole, which is shown',
      broken([{ from: '0', below: '308' }, { from: '308.01' }]),
      `${FORMULA}/bands/1`,
      'Aucun prix de 308 à 308,01.',
    ],
    [
      'that does not begin at 0',
      broken([{ from: '1' }]),
      `${FORMULA}/bands/0`,
      'Aucun prix de 0 à 1.',
    ],
    [
      'with an overlap, which is shown',
      broken([{ from: '0', below: '308' }, { from: '300.5' }]),
      `${FORMULA}/bands/1`,
      'Deux prix de 300,5 à 308.',
    ],
    [
      'with a band within another',
      broken([{ from: '0', below: '308' }, { from: '100', below: '200' }, { from: '200' }]),
      `${FORMULA}/bands/1`,
      'Deux prix de 100 à 200.',
    ],
    [
      'with a band after the last one',
      broken([{ from: '0' }, { from: '1500' }]),
      `${FORMULA}/bands/1`,
      'Deux prix à partir de 1 500 : la tranche précédente n’a pas de fin.',
    ],
    [
      'with an end',
      broken([
        { from: '0', below: '500' },
        { from: '500', below: '2000' },
      ]),
      `${FORMULA}/bands/1/below`,
      'Aucun prix à partir de 2 000.',
    ],
    [
      'with an empty band',
      broken([{ from: '0', below: '0.00' }, { from: '0' }]),
      `${FORMULA}/bands/0`,
      'Cette valeur n’est pas valable.',
    ],
    [
      'with a rate whose least is above its most',
      effort({ least: 500, most: 499 }),
      `${FORMULA}/most`,
      'Le maximum est inférieur au minimum.',
    ],
    [
      'with a rate that has no highest price',
      effort({}),
      `${FORMULA}/unknown`,
      'Sans maximum ni seuil, il n’y a pas de prix le plus élevé.',
    ],
    [
      'with a time of more least than most steps',
      { kind: 'time', minutes: 30, rounding: 'up', least: 3, most: 2, step: flat(1) },
      `${FORMULA}/most`,
      'Le maximum est inférieur au minimum.',
    ],
    [
      'with a step of time in a hole',
      {
        kind: 'time',
        minutes: 30,
        rounding: 'up',
        step: { kind: 'bands', by: 'income', bands: [{ from: '2', price: 1 }] },
      },
      `${FORMULA}/step/bands/0`,
      'Aucun prix de 0 à 2.',
    ],
    [
      'with a sum of a unit without a price',
      { kind: 'sum', unitIds: ['GOUTER'] },
      `${FORMULA}/unitIds/0`,
      '« GOUTER » n’a pas de prix à elle seule dans cette grille.',
    ],
    [
      'with a share of a unit without a price',
      { kind: 'share', unitId: 'GOUTER', percent: '120' },
      `${FORMULA}/unitId`,
      '« GOUTER » n’a pas de prix à elle seule dans cette grille.',
    ],
    [
      'with a price that is a share of itself',
      { kind: 'share', unitId: 'REPAS', percent: '120' },
      `${FORMULA}/unitId`,
      '« REPAS » dépend d’elle-même, à travers d’autres prestations.',
    ],
  ])('%s', (_, formula, pointer, detail) => {
    expect(faultsOf(listOf([meal(formula)]))).toEqual([{ pointer, detail }])
  })

  it('whose units are priced by one another in a circle, at each of them', () => {
    const list = listOf([
      wednesday('JOURNEE', { kind: 'sum', unitIds: ['MATIN', 'APRES_MIDI'] }),
      wednesday('MATIN', { kind: 'share', unitId: 'APRES_MIDI', percent: '50' }),
      wednesday('APRES_MIDI', { kind: 'sum', unitIds: ['MATIN'] }),
    ])
    const detail = (id: string) => `« ${id} » dépend d’elle-même, à travers d’autres prestations.`
    expect(faultsOf(list)).toEqual([
      { pointer: `${FORMULA}/unitIds/0`, detail: detail('MATIN') },
      { pointer: `${FORMULA}/unitIds/1`, detail: detail('APRES_MIDI') },
      {
        pointer: `${LIST}/rules/1/parts/0/formula/unitId`,
        detail: detail('APRES_MIDI'),
      },
      { pointer: `${LIST}/rules/2/parts/0/formula/unitIds/0`, detail: detail('MATIN') },
    ])
  })

  it('with a sum of what is billed by the time', () => {
    const list = listOf([
      wednesday('JOURNEE', { kind: 'sum', unitIds: ['MATIN'] }),
      wednesday('MATIN', { kind: 'time', minutes: 30, rounding: 'up', step: flat(70) }),
    ])
    expect(faultsOf(list)).toEqual([
      {
        pointer: `${FORMULA}/unitIds/0`,
        detail: '« MATIN » se facture au temps passé : elle n’entre pas dans une somme.',
      },
    ])
  })

  it.each<[string, Partial<Rule>, string, string]>([
    [
      'categories',
      { when: { categories: ['ENFANT', 'ADULTE'] } },
      'when/categories/1',
      unknown('ADULTE'),
    ],
    ['units', { unitIds: ['REPAS', 'NUIT'] }, 'unitIds/1', unknown('NUIT')],
    ['units twice', { unitIds: ['REPAS', 'REPAS'] }, 'unitIds/1', twice('REPAS')],
    [
      'ranks',
      { when: { rank: { among: 'present', from: 3, to: 2 } } },
      'when/rank/to',
      'Cette valeur n’est pas valable.',
    ],
  ])('with a rule of impossible %s', (_, more, pointer, detail) => {
    expect(faultsOf(listOf([meal(flat(1), more)]))).toEqual([
      { pointer: `${LIST}/rules/0/${pointer}`, detail },
    ])
  })

  it('with a rule of an unknown activity, and thus of no unit', () => {
    expect(
      faultsOf(listOf([rule(flat(1), { activityId: 'PISCINE' })])).map(({ pointer }) => pointer),
    ).toEqual([`${LIST}/rules/0/activityId`, `${LIST}/rules/0/unitIds/0`])
  })

  const of = { activityId: 'RESTAURATION', unitIds: ['NUIT'] }
  const named = { id: 'X', name: 'X' }
  const formula = { kind: 'flat' as const, price: 1 }
  it.each<[string, More, string, string]>([
    [
      'supplement of an unknown unit',
      {
        supplements: [
          { ...named, of, occasions: ['late'], how: { kind: 'percent', percent: '20' } },
        ],
      },
      'supplements/0/of/unitIds/0',
      unknown('NUIT'),
    ],
    [
      'reduction of an unknown activity',
      { reductions: [{ ...named, of: { activityId: 'PISCINE' }, when: {}, percent: '20' }] },
      'reductions/0/of/activityId',
      unknown('PISCINE'),
    ],
    [
      'reduction for an unknown category',
      { reductions: [{ ...named, when: { categories: ['ADULTE'] }, percent: '20' }] },
      'reductions/0/when/categories/0',
      unknown('ADULTE'),
    ],
    [
      'reduction of more than all',
      { reductions: [{ ...named, when: {}, percent: '100.01' }] },
      'reductions/0/percent',
      'Une réduction ne dépasse pas 100 %.',
    ],
    [
      'fee of a unit that no activity has',
      {
        fees: [
          { ...named, of: { unitIds: ['NUIT'] }, per: 'child', every: 'school-year', formula },
        ],
      },
      'fees/0/of/unitIds/0',
      unknown('NUIT'),
    ],
    [
      'pack with a hole',
      {
        packs: [
          {
            ...named,
            fromDays: 2,
            formula: { kind: 'bands', by: 'quotient', bands: [{ from: '1', price: 1 }] },
          },
        ],
      },
      'packs/0/formula/bands/0',
      'Aucun prix de 0 à 1.',
    ],
    [
      'pack twice',
      { packs: [1, 2].map((fromDays) => ({ ...named, fromDays, formula })) },
      'packs/1/id',
      twice('X'),
    ],
    [
      'last day before its first',
      { from: '2026-09-02', until: '2026-09-01' },
      'until',
      'Cette valeur n’est pas valable.',
    ],
  ])('with a %s', (_, more, pointer, detail) => {
    expect(faultsOf(listOf([meal(flat(1))], more))).toEqual([
      { pointer: `${LIST}/${pointer}`, detail },
    ])
  })

  it('with what a family owes once, over activities of several régies', () => {
    const { catalogue } = cesson
    const [regie] = catalogue.town.regies
    if (regie === undefined) throw new Error('No régie')
    const other = { ...regie, id: regieIdSchema.parse('LOI') }
    const regies = [regie, other]
    const activities = catalogue.activities.map((activity) =>
      activity.id === 'MERCREDIS' ? { ...activity, regieId: other.id } : activity,
    )
    const pointersOf = (list: PriceList) =>
      faultsOfPriceLists({
        ...catalogue,
        town: { ...catalogue.town, regies },
        activities,
        priceLists: [list],
      }).map(({ pointer }) => pointer)
    const once: More = {
      minimum: { name: 'Minimum', per: 'family', amount: 1000 },
      supplements: [
        {
          id: 'RETARD',
          name: 'Retard',
          occasions: ['late'],
          how: { kind: 'per-family', amount: 500 },
        },
      ],
    }
    const pointers = [`${LIST}/minimum`, `${LIST}/supplements/0/how`]
    expect(pointersOf(listOf([meal(flat(1)), wednesday('MATIN', flat(1))], once))).toEqual(pointers)
    expect(pointersOf(listOf([meal(flat(1))], once))).toEqual([])
  })

  it('with a rule, a list or a beginning twice', () => {
    const list = listOf([meal(flat(1))])
    const [first] = list.rules
    if (first === undefined) throw new Error('No rule')
    expect(faultsOf({ ...list, rules: [first, first] })).toEqual([
      { pointer: `${LIST}/rules/1/id`, detail: twice('REGLE-0') },
    ])
    const other = { ...list, from: '2026-02-01' } as const
    expect(faultsOf(list, other)).toEqual([
      { pointer: '/catalogue/priceLists/1/id', detail: twice('TARIFS_2026') },
    ])
    const sameDay = { ...list, id: 'AUTRE' }
    const detail = 'Deux grilles de « Enfance » commencent le 01/01/2026.'
    expect(faultsOf(list, sameDay)).toEqual([
      { pointer: `${LIST}/from`, detail },
      { pointer: '/catalogue/priceLists/1/from', detail },
    ])
    expect(faultsOf(list, { ...sameDay, service: 'Restauration' })).toEqual([])
  })
})

describe('meals at one euro', () => {
  const limit = 'Un repas à 1 € au plus est réservé aux quotients de 1 000 au plus.'
  const few =
    'La cantine à 1 € demande au moins trois tranches de quotient, dont une à 1 € au plus et une à plus de 1 €.'
  const faults = (...formulas: FormulaInput[]) => {
    const parts = formulas.map((formula) => ({ formula }))
    const rules = [{ ...meal(flat(1)), parts, oneEuroMeals: true }, wednesday('MATIN', flat(90))]
    return faultsOf(listOf(rules)).map(({ pointer, detail }) => {
      expect(pointer).toBe(`${LIST}/rules/0/oneEuroMeals`)
      return detail
    })
  }

  it.each<[string, FormulaInput[], string[]]>([
    ['three bands', [bands(three)], []],
    ['one price', [flat(100)], [few]],
    [
      'two bands',
      [bands(three.slice(1).map(([from, price], i) => [i ? from : '0', price]))],
      [few],
    ],
    ['none at one euro', [bands(three.map(([from, price]) => [from, price + 100]))], [few]],
    ['none above', [bands(three.map(([from]) => [from, 100]))], [few]],
    ['an income', [bands(three, { by: 'income' })], [few]],
    ['one euro from 1000,02 on', [bands([...three, ['1500', 90]])], [limit]],
    [
      'one euro up to 1000,01',
      [bands(three.map(([from, price]) => [from === '1000.01' ? '1000.02' : from, price]))],
      [limit],
    ],
    ['two parts that come to more than one euro', [bands(three), flat(21)], [few]],
    ['two parts that come to one euro', [bands(three), flat(20)], []],
  ])('with %s', (_, formulas, expected) => {
    expect(faults(...formulas)).toEqual(expected)
  })
})

it('takes a list in which all is well', () => {
  const list = listOf(
    [
      meal(bands(three), { when: { categories: ['ENFANT'], rank: { among: 'present', from: 1 } } }),
      wednesday('JOURNEE', { kind: 'sum', unitIds: ['MATIN', 'APRES_MIDI'] }),
      wednesday('MATIN', effort({ least: 100, most: 100 })),
      wednesday('APRES_MIDI', { kind: 'share', unitId: 'MATIN', percent: '50' }),
      wednesday('MATIN', effort({ unknown: 'refuse' })),
    ],
    {
      reductions: [{ id: 'X', name: 'X', of: { unitIds: ['REPAS'] }, when: {}, percent: '100' }],
    },
  )
  expect(faultsOf(list)).toEqual([])
})
