import { describe, expect, it } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import type { Person } from '../../shared/tariffs/model.ts'
import { simulate } from '../../shared/tariffs/simulation-rules.ts'
import { flat, priceList, townWith, type ListContent } from '../billing/arbitraries.ts'
import { personWith, plain } from './fixture.ts'

/** Meals and care are open on Mondays, Tuesdays, Thursdays and Fridays, sport on Wednesdays. */
const rowsOf = (
  more: ListContent,
  {
    // A Saturday.
    date = '2025-11-15',
    person = personWith({ category: 'IN' }),
    personIn = () => person,
  }: { date?: IsoDate; person?: Person; personIn?: (activityId?: string) => Person } = {},
) => {
  const town = townWith([priceList(more)])
  const [list] = town.catalogue.priceLists
  if (list === undefined) throw new Error('The town has a list')
  return simulate(town, { list, date, personIn }).map((row) => ({ ...row, why: plain(row.why) }))
}

const brief = (...about: Parameters<typeof rowsOf>) =>
  rowsOf(...about).map(({ activityId = '', unitId = '', unit, price }) =>
    [activityId, unitId, unit, price ?? '–'].join('|'),
  )

const REFUSED = { kind: 'effort', by: 'quotient', percent: '1', unknown: 'refuse' }

describe('a simulation', () => {
  it('has a row for each unit that the list prices alone, as the catalogue has them', () => {
    const rules = [
      flat('SPORT', ['HOUR'], 400),
      flat('CARE', ['EVENING'], 141),
      flat('CARE', ['MORNING'], 70),
      flat('MEALS', ['SNACK'], 90),
    ]
    expect(rowsOf({ rules })).toEqual([
      {
        ...{ activityId: 'CARE', activity: 'Accueil', unitId: 'MORNING', unit: 'Matin' },
        ...{ price: 70, why: 'Tarifs 2025 · MORNING · 0,70 €' },
      },
      {
        ...{ activityId: 'CARE', activity: 'Accueil', unitId: 'EVENING', unit: 'Soir' },
        ...{ price: 141, why: 'Tarifs 2025 · EVENING · 1,41 €' },
      },
      {
        ...{ activityId: 'SPORT', activity: 'Sport', unitId: 'HOUR', unit: 'Heure' },
        ...{ price: 400, why: 'Tarifs 2025 · HOUR · 4,00 €' },
      },
    ])
  })

  it('has a row for each set of units, once, after those of single ones', () => {
    const rules = [
      flat('CARE', ['EVENING', 'MORNING'], 200, { when: { categories: ['OUT'] } }),
      flat('CARE', ['MORNING', 'EVENING'], 180),
      flat('CARE', ['EVENING'], 141),
      flat('CARE', ['MORNING', 'NIGHT'], 300),
    ]
    const rows = rowsOf({ rules })
    expect(rows.map(({ unit, price }) => [unit, price])).toEqual([
      ['Soir', 141],
      ['Matin + Soir', 180],
      ['Matin + Nocturne (1 h)', 300],
    ])
    expect(rows.map((row) => 'unitId' in row)).toEqual([true, false, false])
  })

  it('prices the hour of what is billed by the time, and a late unit as one that is late', () => {
    const time = { kind: 'time', minutes: 30, rounding: 'up', step: { kind: 'flat', price: 50 } }
    const rules = [
      flat('CARE', ['EVENING'], 141),
      flat('CARE', ['EVENING_LATE'], 169),
      { ...flat('CARE', ['NIGHT'], 0), parts: [{ formula: time }] },
    ]
    const supplements = [
      { id: 'S', name: 'Retard', occasions: ['late'], how: { kind: 'amount', amount: 31 } },
    ]
    expect(brief({ rules, supplements })).toEqual([
      'CARE|EVENING|Soir|141',
      'CARE|EVENING_LATE|Soir hors délais|200',
      'CARE|NIGHT|Nocturne (1 h)|100',
    ])
  })

  it('adds the parts of a price up, with the reason of each', () => {
    const parts = [
      { label: 'repas', formula: { kind: 'flat', price: 200 } },
      { label: 'animation', formula: { kind: 'flat', price: 100 } },
    ]
    expect(rowsOf({ rules: [{ ...flat('MEALS', ['MEAL'], 0), parts }] })).toMatchObject([
      {
        price: 300,
        why: 'Tarifs 2025 · MEAL, repas · 2,00 € ; Tarifs 2025 · MEAL, animation · 1,00 €',
      },
    ])
  })

  it('says what is missing in the place of a price', () => {
    const rules = [
      { ...flat('MEALS', ['MEAL'], 0), parts: [{ formula: REFUSED }] },
      flat('SPORT', ['HOUR'], 400, { when: { categories: ['OUT'] } }),
    ]
    expect(rowsOf({ rules }).map(({ price, why }) => [price, why])).toEqual([
      [null, 'Le quotient familial doit être connu pour calculer ce tarif.'],
      [null, 'Aucun tarif de la grille ne s’applique à cette situation.'],
    ])
    const known = { person: personWith({ category: 'IN', quotient: '250' }) }
    expect(brief({ rules }, known)[0]).toBe('MEALS|MEAL|Repas|250')
  })

  it('asks for whom it prices in each activity, and in none', () => {
    const eldest = personWith({ category: 'IN', rank: 1, children: 2 })
    const second = personWith({ category: 'IN', rank: 2, children: 2 })
    const when = { rank: { among: 'enrolled', from: 2 } }
    const rules = ['MEALS', 'SPORT'].flatMap((id) => {
      const unit = id === 'MEALS' ? 'MEAL' : 'HOUR'
      return [flat(id, [unit], 200, { when }), flat(id, [unit], 300)]
    })
    const fee = { ...{ per: 'child', every: 'school-year' }, formula: { kind: 'flat', price: 1 } }
    const fees = [
      { ...fee, id: 'F', name: 'De sport', of: { activityId: 'SPORT' }, when },
      { ...fee, id: 'G', name: 'De tous', when },
      { ...fee, id: 'H', name: 'De repas', of: { activityId: 'MEALS' }, when },
    ]
    const of = (who: string | undefined) => ({
      personIn: (id: string | undefined) => (id === who ? second : eldest),
    })
    expect(brief({ rules, fees }, of('SPORT'))).toEqual([
      'MEALS|MEAL|Repas|300',
      'SPORT|HOUR|Heure|200',
      'SPORT||De sport|1',
    ])
    expect(brief({ rules, fees }, of(undefined))).toEqual([
      'MEALS|MEAL|Repas|300',
      'SPORT|HOUR|Heure|300',
      '||De tous|1',
    ])
  })
})

describe('the day of a simulated price', () => {
  const rules = ['MEALS', 'SPORT'].flatMap((id) => {
    const unit = id === 'MEALS' ? 'MEAL' : 'HOUR'
    return [1, 2, 3, 4, 5, 6].map((weekday) =>
      flat(id, [unit], weekday * 100, { when: { weekdays: [weekday] } }),
    )
  })
  const prices = (date: IsoDate, until: IsoDate = '2026-12-31') =>
    rowsOf({ rules, until }, { date }).map(({ price }) => price)

  it('is the first one from that of the prices on that is of the activity', () => {
    // 15 November 2025 is a Saturday: meals come on Monday, sport on Wednesday.
    expect(prices('2025-11-15')).toEqual([100, 300])
    expect(prices('2025-11-19')).toEqual([400, 300])
    // Sport is six days after a Thursday.
    expect(prices('2025-11-20')).toEqual([400, 300])
    expect(prices('2025-11-21')).toEqual([500, 300])
  })

  it('is that of the prices itself, where the list ends before', () => {
    expect(prices('2025-11-15', '2025-11-17')).toEqual([100, 600])
    expect(prices('2025-11-15', '2025-11-19')).toEqual([100, 300])
    expect(prices('2025-11-15', '2025-11-15')).toEqual([600, 600])
  })
})

describe('what is billed once or for a month', () => {
  const fee = (more: object) => ({
    ...{ id: 'F', name: 'Adhésion', per: 'child', every: 'school-year' },
    formula: { kind: 'flat', price: 1000 },
    ...more,
  })
  const pack = (more: object) => ({
    ...{ id: 'P', name: 'Forfait', fromDays: 8, formula: { kind: 'flat', price: 2000 } },
    ...more,
  })
  const rules = [flat('MEALS', ['MEAL'], 300)]
  const once = (more: ListContent, date: IsoDate = '2025-11-15') =>
    rowsOf({ rules, ...more }, { date }).slice(1)

  it('stands under its activity, or under the service at the end', () => {
    const of = { activityId: 'CARE' }
    expect(
      once({ fees: [fee({}), fee({ id: 'G', of })], packs: [pack({ of }), pack({ id: 'Q' })] }),
    ).toEqual([
      {
        ...{ activityId: 'CARE', activity: 'Accueil', unit: 'Adhésion', price: 1000 },
        why: 'Tarifs 2025 · 10,00 €',
      },
      {
        ...{ activityId: 'CARE', activity: 'Accueil', price: 2000 },
        unit: 'Forfait (par mois, à partir de 8 jours)',
        why: 'Tarifs 2025 · 20,00 €',
      },
      { ...{ activity: 'Enfance', unit: 'Adhésion', price: 1000 }, why: 'Tarifs 2025 · 10,00 €' },
      {
        ...{ activity: 'Enfance', unit: 'Forfait (par mois, à partir de 8 jours)', price: 2000 },
        why: 'Tarifs 2025 · 20,00 €',
      },
    ])
    expect(once({ fees: [fee({})] })[0]).not.toHaveProperty('activityId')
  })

  it('is for whom it applies, on the day of the prices', () => {
    expect(once({ fees: [fee({ when: { categories: ['OUT'] } })] })).toEqual([])
    expect(once({ packs: [pack({ when: { categories: ['IN'] } })] })).toHaveLength(1)
    const saturdays = { fees: [fee({ when: { weekdays: [6] } })] }
    expect(once(saturdays)).toHaveLength(1)
    expect(once(saturdays, '2025-11-16')).toEqual([])
  })

  it('says what is missing in the place of a price', () => {
    expect(once({ fees: [fee({ formula: REFUSED })] })).toEqual([
      {
        ...{ activity: 'Enfance', unit: 'Adhésion', price: null },
        why: 'Le quotient familial doit être connu pour calculer ce tarif.',
      },
    ])
  })
})
