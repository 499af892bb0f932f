import { describe, expect, it } from 'vitest'
import { daysOf } from '../../shared/billing/day-set-rules.ts'
import {
  billedMonth,
  billedTown,
  changesIn,
  openDays,
  pricingsOn,
  sameFee,
} from '../../shared/billing/town-rules.ts'
import {
  ALL_RULES,
  ENF,
  edited,
  flat,
  MONTH,
  priceList,
  SPO,
  townWith,
  type ListContent,
} from './arbitraries.ts'
import { activityOf } from './items.ts'

const billed = (...lists: readonly ListContent[]) => billedTown(townWith(lists.map(priceList)))

describe('what the price lists of an activity ask of a day', () => {
  const NOTHING = {
    ...{ weekday: false, earlier: false, absence: false, minutes: false },
    ...{ enrolled: false, present: false, share: false, more: false, combined: false },
  }
  const MEAL = flat('MEALS', ['MEAL'], 300)
  const HOUR = flat('SPORT', ['HOUR'], 400)
  const asks = (more: ListContent, id = 'MEALS') =>
    activityOf({ town: billed({ rules: [MEAL, HOUR], ...more }) }, id).asks

  it('is nothing beside its units, where rules have no conditions', () => {
    expect(asks({})).toEqual(NOTHING)
    expect(asks({}, 'SPORT')).toEqual(NOTHING)
  })

  it('is what the rules for it ask, and not those for others', () => {
    const asking = (when: object) => ({ rules: [{ ...MEAL, when }, HOUR] })
    const present = { rank: { among: 'present', from: 2 } }
    const enrolled = { siblings: { among: 'enrolled', atLeast: 2 } }
    expect(asks(asking({ weekdays: [1] }))).toEqual({ ...NOTHING, weekday: true, more: true })
    expect(asks(asking(present))).toEqual({ ...NOTHING, present: true, more: true })
    expect(asks(asking(enrolled))).toEqual({ ...NOTHING, enrolled: true })
    expect(asks(asking({ regular: true }))).toEqual({ ...NOTHING, share: true })
    expect(asks(asking({ categories: ['IN'] }))).toEqual(NOTHING)
    for (const when of [{ weekdays: [1] }, present, enrolled, { regular: true }]) {
      expect(asks(asking(when), 'SPORT')).toEqual(NOTHING)
    }
  })

  it('is what reductions, surcharges and absences of its lists ask', () => {
    const reduction = { id: 'R', name: 'Mercredi', when: { weekdays: [3] }, percent: '10' }
    expect(asks({ reductions: [reduction] })).toEqual({ ...NOTHING, weekday: true, more: true })
    const late = { id: 'S', name: 'Retard', occasions: ['late'] }
    const amount = { ...late, how: { kind: 'amount', amount: 50 } }
    expect(asks({ supplements: [amount] })).toEqual(NOTHING)
    const after = { times: 2, within: 'month' }
    expect(asks({ supplements: [amount, { ...amount, id: 'T', after }] })).toEqual({
      ...NOTHING,
      ...{ earlier: true, more: true },
    })
    const perFamily = { ...late, how: { kind: 'per-family', amount: 50 } }
    expect(asks({ supplements: [perFamily] })).toEqual({ ...NOTHING, combined: true })
    const absences = { unjustified: '100', justified: '0', daysDue: 1 }
    expect(asks({ absences })).toEqual({ ...NOTHING, absence: true, more: true })
  })

  it('is what any of its lists asks, be it an earlier or a later one', () => {
    const absences = { unjustified: '100', justified: '0', daysDue: 1 }
    const rules = [flat('MEALS', ['MEAL', 'SNACK'], 350)]
    const later = { id: 'L2', name: 'Tarifs 2026', from: '2026-01-01' }
    const expected = { ...NOTHING, absence: true, more: true, combined: true }
    expect(activityOf({ town: billed({ absences, rules }, later) }, 'MEALS').asks).toEqual(expected)
    expect(activityOf({ town: billed({}, { ...later, absences, rules }) }, 'MEALS').asks).toEqual(
      expected,
    )
  })

  it('is not what a list asks that does not price it', () => {
    const sports = {
      ...{ id: 'L2', service: 'Sports', rules: [HOUR] },
      ...{ absences: { unjustified: '100', justified: '0', daysDue: 1 } },
    }
    const town = billed({ rules: [MEAL] }, sports)
    expect(activityOf({ town }, 'MEALS').asks).toEqual(NOTHING)
    expect(activityOf({ town }, 'SPORT').asks).toMatchObject({ absence: true })
  })

  it('is the duration of units that are billed by the time, and units that are priced together', () => {
    expect(asks({ rules: ALL_RULES }, 'CARE')).toEqual({ ...NOTHING, minutes: true, more: true })
    const together = flat('MEALS', ['MEAL', 'SNACK'], 350)
    expect(asks({ rules: [MEAL, together, HOUR] })).toEqual({ ...NOTHING, combined: true })
    expect(asks({ rules: [MEAL, together, HOUR] }, 'SPORT')).toEqual(NOTHING)
  })
})

describe('a town', () => {
  it('has its activities by régie, in the order of the catalogue', () => {
    const town = billed({})
    expect([...town.activities.values()].map(({ place, regieId }) => [place, regieId])).toEqual([
      [0, ENF],
      [1, ENF],
      [2, SPO],
    ])
    expect(town.ofRegie.get(ENF)?.map(({ activity }) => activity.id)).toEqual(['MEALS', 'CARE'])
    expect(town.ofRegie.get(SPO)?.map(({ activity }) => activity.id)).toEqual(['SPORT'])
    expect(town.firstRegieId).toBe(ENF)
    expect([...activityOf({ town }, 'CARE').units]).toEqual([
      ['MORNING', 0],
      ['EVENING', 1],
      ['EVENING_LATE', 2],
      ['NIGHT', 3],
    ])
    expect(Object.fromEntries(town.categories)).toEqual({ IN: 'Résident', OUT: 'Extérieur' })
  })

  it('knows what any of its lists has', () => {
    const pack = { id: 'P', name: 'Forfait', fromDays: 3, formula: { kind: 'flat', price: 500 } }
    const minimum = { name: 'Minimum', per: 'family', amount: 500 }
    const later = { id: 'L2', name: 'Tarifs 2026', from: '2026-01-01' }
    const has = (...lists: readonly ListContent[]) => {
      const { hasPacks, hasMinimum, asksEnrolled } = billed(...lists)
      return { hasPacks, hasMinimum, asksEnrolled }
    }
    const none = { hasPacks: false, hasMinimum: false, asksEnrolled: false }
    expect(has({}, later)).toEqual(none)
    expect(has({}, { ...later, packs: [pack] })).toEqual({ ...none, hasPacks: true })
    expect(has({ minimum }, later)).toEqual({ ...none, hasMinimum: true })
    const when = { rank: { among: 'enrolled', from: 2 } }
    const rules = [flat('SPORT', ['HOUR'], 200, { when }), ...ALL_RULES]
    expect(has({}, { ...later, rules })).toEqual({ ...none, asksEnrolled: true })
  })

  it('knows the rules that claim the State’s aid, by list', () => {
    const oneEuro = { oneEuroMeals: true }
    const town = billed(
      { rules: [flat('MEALS', ['MEAL'], 100, oneEuro), flat('CARE', ['MORNING'], 70)] },
      {
        ...{ id: 'L2', name: 'Tarifs 2026', from: '2026-01-01' },
        rules: [flat('MEALS', ['MEAL'], 100, { oneEuroMeals: false })],
      },
    )
    expect([...town.oneEuroRules]).toEqual(['Tarifs 2025 MEALS-MEAL-100'])
  })

  it('has each fee once, be it in several lists of a service', () => {
    const fee = {
      ...{ id: 'F', name: 'Adhésion', per: 'child', every: 'school-year' },
      formula: { kind: 'flat', price: 1000 },
    }
    const later = { id: 'L2', name: 'Tarifs 2026', from: '2026-01-01' }
    const { fees } = billed(
      { fees: [fee, { ...fee, per: 'family' }] },
      {
        ...later,
        fees: [
          { ...fee, name: 'Inscription' },
          { ...fee, id: 'G' },
        ],
      },
    )
    expect(fees).toEqual([
      { id: 'F', per: 'child', every: 'school-year', service: 'Enfance' },
      { id: 'F', per: 'family', every: 'school-year', service: 'Enfance' },
      { id: 'G', per: 'child', every: 'school-year', service: 'Enfance' },
    ])
    const one = { id: 'F', per: 'child', every: 'school-year', service: 'Enfance' } as const
    expect(sameFee(one, { ...one })).toBe(true)
    for (const other of [
      { id: 'G' },
      { per: 'family' as const },
      { every: 'school-holiday' as const },
      { service: 'Sports' },
    ]) {
      expect(sameFee(one, { ...one, ...other })).toBe(false)
    }
  })

  it('is found once for a catalogue, and anew for a later edition', () => {
    const town = townWith()
    expect(billedTown(town)).toBe(billedTown(town))
    const later = edited(town, (catalogue) => ({ ...catalogue, priceLists: [] }))
    expect(billedTown(later)).not.toBe(billedTown(town))
    expect(activityOf({ town: billedTown(later) }, 'CARE').asks.minutes).toBe(true)
  })
})

describe('a month of a town', () => {
  it('knows the days on which periods begin or are over', () => {
    const changes = (...periods: Parameters<typeof changesIn>[1]) =>
      daysOf(changesIn(MONTH, periods))
    expect(changes({ from: '2025-11-04' }, { from: '2025-10-04' }, { from: '2026-11-05' })).toEqual(
      [4],
    )
    expect(changes({ from: '2025-09-01', until: '2025-11-09' })).toEqual([10])
    expect(changes({ from: '2025-09-01', until: '2025-10-31' })).toEqual([])
    expect(changes({ from: '2025-11-01', until: '2025-11-01' }, { from: '2025-11-02' })).toEqual([
      1, 2,
    ])
    // What is over with the last day changes nothing in the month.
    expect(daysOf(changesIn('2025-12', [{ from: '2025-09-01', until: '2025-12-31' }]))).toEqual([])
  })

  it('knows where its letters begin in those of the school year', () => {
    const town = billed({})
    const offsets = (['2025-09', '2025-12', '2026-01', '2026-08'] as const).map((month) => {
      const { schoolYear, offset } = billedMonth(town, month)
      return [schoolYear, offset]
    })
    expect(offsets).toEqual([
      ['2025-2026', 0],
      ['2025-2026', 3 * 31],
      ['2025-2026', 4 * 31],
      ['2025-2026', 11 * 31],
    ])
    expect(billedMonth(town, MONTH)).toBe(billedMonth(town, MONTH))
  })

  it('knows the days on which an activity is open [guide 24]', () => {
    const town = billedTown(townWith([priceList()], { closedOn: ['2025-11-05', '2025-11-17'] }))
    const open = (id: string) => openDays(town, activityOf({ town }, id), billedMonth(town, MONTH))
    // Monday 17 November is closed by the town, Tuesday 11 is a public holiday.
    const days = [3, 4, 6, 7, 10, 13, 14, 18, 20, 21, 24, 25, 27, 28]
    expect(open('MEALS').days).toEqual(days)
    expect(daysOf(open('MEALS').set)).toEqual(days)
    expect(open('SPORT').days).toEqual([12, 19, 26])
    expect(open('MEALS')).toBe(open('MEALS'))
  })

  it('is priced by the list in force on each day', () => {
    const later = { id: 'L2', name: 'Tarifs 2026', from: '2025-11-04' }
    const two = billed({ until: '2025-11-03' }, later)
    const names = (town: typeof two, id: string, date: Parameters<typeof pricingsOn>[3]) =>
      pricingsOn(town, activityOf({ town }, id), billedMonth(town, MONTH), date).map(
        ({ list }) => list.name,
      )
    expect(names(two, 'MEALS', '2025-11-04')).toEqual(['Tarifs 2026'])
    expect(names(two, 'MEALS', '2025-11-03')).toEqual(['Tarifs 2025'])
    const sports = { id: 'L3', name: 'Sports', service: 'Sports' }
    const each = billed(
      { rules: [flat('MEALS', ['MEAL'], 300)] },
      { ...sports, rules: [flat('SPORT', ['HOUR'], 400)] },
    )
    for (const date of ['2025-11-03', '2025-11-28'] as const) {
      expect(names(each, 'MEALS', date)).toEqual(['Tarifs 2025'])
      expect(names(each, 'SPORT', date)).toEqual(['Sports'])
      expect(names(each, 'CARE', date)).toEqual([])
    }
  })
})
