import { describe, expect, it } from 'vitest'
import { householdOf } from '../../shared/billing/household-rules.ts'
import type { Aid } from '../../shared/billing/model.ts'
import { billMonth } from '../../shared/billing/month-rules.ts'
import type { Account } from '../../shared/billing/rules.ts'
import { billedTown } from '../../shared/billing/town-rules.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import { activityIdSchema, categoryIdSchema } from '../../shared/platform/schemas.ts'
import {
  account,
  aid,
  ALL_RULES,
  child,
  dayCredit,
  ENF,
  fileOf,
  flat,
  MONTH,
  planning,
  priceList,
  REFUSED,
  SPO,
  townWith,
  UNKNOWN,
  type ListContent,
} from './arbitraries.ts'

type Days = Readonly<Record<IsoDate, string>>

const meals = (days: Days, id = 'a') => planning(id, 'MEALS', { MEAL: days })
const sport = (days: Days, id = 'a') => planning(id, 'SPORT', { HOUR: days })

/** One euro a day of meals and sport, which two régies bill. */
const aidOfTwo = (more: Partial<Aid> = {}): Aid =>
  aid({ activityIds: ['MEALS', 'SPORT'].map((id) => activityIdSchema.parse(id)), ...more })

const bill = (
  of: Partial<Account>,
  {
    lists = [{}],
    month = MONTH,
    regieId = ENF,
  }: { lists?: readonly ListContent[]; month?: IsoMonth; regieId?: typeof ENF } = {},
) => {
  const whole = account([], of)
  const household = householdOf(billedTown(townWith(lists.map(priceList))), whole)
  const { lines, ...more } = billMonth(household, whole, { month, regieId })
  return {
    ...more,
    lines: lines.map(({ kind, child: name = '', quantity, unitPrice, days }) =>
      [kind, name, quantity, unitPrice, days].join('|'),
    ),
  }
}

describe('a pack of all activities', () => {
  const packs = [{ id: 'P', name: 'Forfait', fromDays: 3, formula: { kind: 'flat', price: 500 } }]
  const grants = { aids: [aidOfTwo({ from: '2025-12-01' })] }
  const both = (mondays: string) => ({
    plannings: [
      meals({ '2025-12-01': mondays }),
      sport({ '2025-12-03': 'a', '2025-12-10': 'a', '2025-12-17': 'a' }),
    ],
    ...grants,
  })
  const of = { lists: [{ packs }], month: '2025-12' as const }

  it('is of the days that its régie bills, be days of another looked at for an aid', () => {
    // Two meals and three hours: the days of the two régies are never added up.
    expect(bill(both('aa'), of).lines).toEqual(['unit|A|2|300|1 2', 'aid|A|2|-100|1 2'])
    expect(bill(both('aa'), { ...of, regieId: SPO }).lines).toEqual([
      'pack|A|1|500|3 10 17',
      'aid|A|3|-100|3 10 17',
    ])
    expect(bill(both('aa.a'), of).lines).toEqual(['pack|A|1|500|1 2 4', 'aid|A|3|-100|1 2 4'])
  })

  it('withholds the bill where it has no price, be it of a month before [guide 51]', () => {
    const lists = [{ packs: packs.map((pack) => ({ ...pack, formula: REFUSED })) }]
    const missing = 'Aucun montant pour « Forfait », A (le quotient familial n’est pas connu).'
    expect(bill(both('aa.a'), { ...of, lists }).unpriced).toEqual([missing, missing])
    const plannings = [meals({ '2025-10-06': 'aa.a', '2025-11-03': 'a' })]
    expect(bill({ plannings }, { lists }).unpriced).toEqual([])
    expect(
      bill({ plannings, aids: [aidOfTwo({ from: '2025-10-01' })] }, { lists }).unpriced,
    ).toEqual([missing])
  })
})

describe('what a régie bills of a month', () => {
  it('are the units that are owed of its own activities, of all children', () => {
    const plannings = [
      meals({ '2025-11-03': 'al.uj' }),
      meals({ '2025-11-03': 'j..ac' }, 'b'),
      sport({ '2025-11-05': 'a' }),
      planning('a', 'CARE', { EVENING: { '2025-11-03': 'l' }, MORNING: { '2025-11-03': 'j' } }),
    ]
    const of = { plannings, file: fileOf([child('a'), child('b')]), aids: [aidOfTwo()] }
    // A late evening has another price: it is counted as it was booked.
    expect(bill(of).units).toEqual([
      { activityId: 'MEALS', unitId: 'MEAL', quantity: 5 },
      { activityId: 'CARE', unitId: 'EVENING', quantity: 1 },
    ])
    expect(bill(of, { regieId: SPO }).units).toEqual([
      { activityId: 'SPORT', unitId: 'HOUR', quantity: 1 },
    ])
  })

  it('are its own meals at one euro, be those of another looked at for an aid', () => {
    const oneEuro = { oneEuroMeals: true }
    const rules = [flat('MEALS', ['MEAL'], 100, oneEuro), flat('SPORT', ['HOUR'], 100, oneEuro)]
    const plannings = [meals({ '2025-11-03': 'aa.a' }), sport({ '2025-11-05': 'a' })]
    const of = { plannings, aids: [aidOfTwo()] }
    expect(bill(of, { lists: [{ rules }] }).oneEuroMeals).toBe(3)
    expect(bill(of, { lists: [{ rules }], regieId: SPO }).oneEuroMeals).toBe(1)
    expect(bill(of, { lists: [{ rules: ALL_RULES }] }).oneEuroMeals).toBe(0)
  })

  it('is nothing by a régie that the town has not', () => {
    const plannings = [meals({ '2025-11-03': 'aa' }), meals({ '2025-11-03': 'a' }, 'z')]
    const fees = [
      {
        ...{ id: 'F', name: 'Adhésion', per: 'child', every: 'school-year' },
        formula: { kind: 'flat', price: 1000 },
      },
    ]
    const unknown = { lists: [{ fees }], regieId: UNKNOWN }
    for (const most of [{ mostAmount: 150 }, { mostDays: 1 }]) {
      const of = { plannings, aids: [aidOfTwo(most)], dayCredits: [dayCredit({ days: 1 })] }
      expect(bill(of, unknown)).toEqual({ lines: [], unpriced: [], units: [], oneEuroMeals: 0 })
    }
  })

  it('are days paid in advance for an activity that is gone, by the first régie', () => {
    const gone = dayCredit({ activityId: activityIdSchema.parse('GONE') })
    const of = { plannings: [], dayCredits: [gone] }
    expect(bill(of).lines).toEqual(['day-credit||1|2500|'])
    expect(bill(of, { regieId: SPO }).lines).toEqual([])
  })
})

describe('what grants came to before a month', () => {
  const days = { '2025-09-29': 'aa', '2025-10-06': 'aa', '2025-11-03': 'aa' } as const

  it('is counted from the month in which the first of them began', () => {
    const plannings = [meals(days)]
    const credits = (from: IsoDate) => ({ dayCredits: [dayCredit({ from, days: 5 })] })
    // Two days of September, or the last one, and two of October are paid before November.
    expect(bill({ plannings, ...credits('2025-09-01') }).lines).toEqual([
      'unit|A|1|300|4',
      'day-credit|A|1|0|3',
    ])
    expect(bill({ plannings, ...credits('2025-09-30') }).lines).toEqual(['day-credit|A|2|0|3 4'])
    const aids = (from: IsoDate) => ({ aids: [aidOfTwo({ from, mostDays: 5 })] })
    expect(bill({ plannings, ...aids('2025-09-01') }).lines).toEqual([
      'unit|A|2|300|3 4',
      'aid|A|1|-100|3',
    ])
    // The one that began first decides, be it an aid or a credit, in whatever order they come.
    const [early, late] = [
      aidOfTwo({ from: '2025-09-01', mostDays: 5 }),
      aidOfTwo({ aidId: 'next' }),
    ]
    for (const some of [
      [early, late],
      [late, early],
    ]) {
      expect(bill({ plannings, aids: some }).lines).toEqual([
        'unit|A|2|300|3 4',
        'aid|A|1|-100|3',
        'aid|A|2|-100|3 4',
      ])
    }
    const mixed = { ...credits('2025-11-01'), ...aids('2025-09-01') }
    expect(bill({ plannings, ...mixed }).lines).toEqual([
      'day-credit|A|2|0|3 4',
      'day-credit||1|2500|',
    ])
  })

  it('is nothing of grants that are over, or begin after the month', () => {
    const plannings = [meals(days)]
    const plain = ['unit|A|2|300|3 4']
    const over = { from: '2025-10-01', until: '2025-10-31' } as const
    const after = { from: '2025-12-01', until: '2025-12-31' } as const
    for (const period of [over, after]) {
      expect(bill({ plannings, aids: [aidOfTwo(period)] }).lines).toEqual(plain)
      expect(bill({ plannings, dayCredits: [dayCredit(period)] }).lines).toEqual(plain)
    }
    // Days of October without a price matter to who asks what was paid of them, and to nobody else.
    const lists = [{ from: '2025-11-01' }]
    expect(bill({ plannings, aids: [aidOfTwo(over)] }, { lists }).unpriced).toEqual([])
    expect(bill({ plannings, aids: [aidOfTwo(after)] }, { lists }).unpriced).toEqual([])
    expect(
      bill({ plannings, aids: [aidOfTwo(over), aidOfTwo({ aidId: 'now' })] }, { lists }).unpriced,
    ).toEqual([expect.stringContaining('2 jours dès le 06/10/2025')])
    expect(
      bill({ plannings, aids: [aidOfTwo({ from: '2025-11-30', aidId: 'x' })] }, { lists }).unpriced,
    ).toEqual([])
  })
})

describe('a grant for what several régies bill', () => {
  it('uses up a ceiling by what days cost in a pack with those of other activities', () => {
    // Two meals and a morning are three days of October: in the pack each of them costs 0.40 €.
    const packs = [{ id: 'P', name: 'Forfait', fromDays: 3, formula: { kind: 'flat', price: 120 } }]
    const plannings = [
      meals({ '2025-10-06': 'aa', '2025-11-03': 'aa' }),
      planning('a', 'CARE', { MORNING: { '2025-10-09': 'a' } }),
      sport({ '2025-11-05': 'a' }),
    ]
    const of = { plannings, aids: [aidOfTwo({ from: '2025-10-01', mostAmount: 360 })] }
    const lists = [{ packs }]
    // It is for meals and sport: the morning is none of its days.
    expect(bill(of, { lists, month: '2025-10' }).lines).toEqual([
      'pack|A|1|120|6 7 9',
      'aid|A|2|-40|6 7',
    ])
    // Of 3.60 € there are 2.80 € left: 2 € for two meals, then 0.80 € for the hour.
    expect(bill(of, { lists }).lines).toEqual(['unit|A|2|300|3 4', 'aid|A|2|-100|3 4'])
    expect(bill(of, { lists, regieId: SPO }).lines).toEqual(['unit|A|1|400|5', 'aid|A|1|-80|5'])
  })

  it('shares the price of a pack out among the days of all its activities, whoever pays them', () => {
    // On the 6th a meal and a morning, on the 7th a meal: 1 € is 0.33, 0.33 and 0.34 €.
    const packs = [{ id: 'P', name: 'Forfait', fromDays: 2, formula: { kind: 'flat', price: 100 } }]
    const plannings = [
      meals({ '2025-10-06': 'aa' }),
      planning('a', 'CARE', { MORNING: { '2025-10-06': 'a' } }),
    ]
    const paidFor = (...ids: readonly string[]) =>
      bill(
        {
          plannings,
          aids: ids.map((id) =>
            aid({
              aidId: id,
              from: '2025-10-01',
              activityIds: [activityIdSchema.parse(id)],
            }),
          ),
        },
        { lists: [{ packs }], month: '2025-10' },
      ).lines.filter((line) => line.startsWith('aid'))
    expect(paidFor('MEALS')).toEqual(['aid|A|1|-33|6', 'aid|A|1|-34|7'])
    expect(paidFor('CARE')).toEqual(['aid|A|1|-33|6'])
    expect(paidFor('MEALS', 'CARE')).toHaveLength(3)
  })

  it('leaves what is over to rest, whoever else is helped', () => {
    // Nobody has priced the meals of October, which an aid paid until then.
    const lists = [{ rules: [flat('SPORT', ['HOUR'], 400)] }]
    const plannings = [meals({ '2025-10-06': 'a' }), sport({ '2025-11-05': 'a' })]
    const over = aid({ aidId: 'over', from: '2025-10-01', until: '2025-10-31' })
    const active = aid({ activityIds: [activityIdSchema.parse('SPORT')] })
    expect(bill({ plannings, aids: [over, active] }, { lists }).unpriced).toEqual([])
    expect(bill({ plannings, aids: [over] }, { lists }).unpriced).toEqual([])
  })

  it('pays what days paid in advance have left to it, be they of another régie', () => {
    const plannings = [meals({ '2025-11-03': 'a' }), sport({ '2025-11-05': 'a' })]
    const of = { plannings, aids: [aidOfTwo({ mostDays: 1 })] }
    const dayCredits = [dayCredit({ from: '2025-11-01' })]
    expect(bill(of, { regieId: SPO }).lines).toEqual(['unit|A|1|400|5'])
    expect(bill({ ...of, dayCredits }, { regieId: SPO }).lines).toEqual([
      'unit|A|1|400|5',
      'aid|A|1|-100|5',
    ])
  })

  it('withholds a régie for what it may have paid of another’s, and for nothing else', () => {
    // No list prices meals.
    const lists = [{ rules: [flat('SPORT', ['HOUR'], 400)] }]
    const plannings = [meals({ '2025-11-03': 'a' }), sport({ '2025-11-05': 'a' })]
    const withheld = (of: Partial<Account>) =>
      bill({ plannings, ...of }, { lists, regieId: SPO }).unpriced.length
    expect(withheld({ aids: [aid()] })).toBe(0)
    expect(withheld({ dayCredits: [dayCredit()] })).toBe(0)
    const both = { aids: [aid()], dayCredits: [dayCredit()] }
    expect(withheld(both)).toBe(0)
    expect(withheld({ aids: [aidOfTwo()] })).toBe(1)
    expect(withheld({ aids: [aidOfTwo()], dayCredits: [dayCredit()] })).toBe(1)
    // Nor does a pack join what two régies bill.
    const packs = [{ id: 'P', name: 'Forfait', fromDays: 9, formula: { kind: 'flat', price: 500 } }]
    const priced = [{ rules: [flat('MEALS', ['MEAL'], 300)], packs }]
    expect(bill({ plannings, ...both }, { lists: priced }).unpriced).toEqual([])
  })
})

describe('what has no price', () => {
  it('is told in the order of the alphabet, all of it', () => {
    const fees = [
      { id: 'F', name: 'Adhésion', per: 'child', every: 'school-year', formula: REFUSED },
    ]
    const rules = [flat('MEALS', ['MEAL'], 300, { when: { categories: ['OUT'] } })]
    const file = fileOf([child('b'), child('c', { category: categoryIdSchema.parse('OUT') })])
    const plannings = [meals({ '2025-11-03': 'a' }, 'b'), meals({ '2025-11-04': 'a' }, 'z')]
    expect(bill({ plannings, file }, { lists: [{ rules, fees }] }).unpriced).toEqual([
      'Aucun montant pour « Adhésion », B (le quotient familial n’est pas connu).',
      'Aucun tarif pour B : Restauration, Repas, catégorie Résident, le 03/11/2025 (aucune règle de la grille ne s’applique).',
      'Aucun tarif pour z : Restauration, Repas, catégorie ?, le 04/11/2025 (l’enfant n’est plus au dossier).',
    ])
  })

  it('is of the régie of the activity; of an activity that is gone the first one asks', () => {
    const ofZ = { plannings: [sport({ '2025-11-05': 'a' }, 'z')] }
    expect(bill(ofZ).unpriced).toEqual([])
    expect(bill(ofZ, { regieId: SPO }).unpriced).toEqual([
      'Aucun tarif pour z : Sport, Heure, catégorie ?, le 05/11/2025 (l’enfant n’est plus au dossier).',
    ])
    const gone = { plannings: [planning('a', 'GONE', { X: { '2025-11-08': 'aa' } })] }
    // Nobody knows any more on which days it was closed: those of a weekend count.
    expect(bill(gone).unpriced).toEqual([
      'Aucun tarif pour A : GONE, X, catégorie Résident, 2 jours dès le 08/11/2025 (l’activité n’est plus au catalogue).',
    ])
    expect(bill(gone, { regieId: SPO }).unpriced).toEqual([])
  })

  it('is not what another régie bills, unless it is granted something together with it', () => {
    // No list prices sport: its régie is withheld in either month, the other one where it matters.
    const lists = [{ rules: [flat('MEALS', ['MEAL'], 300)] }]
    const plannings = [
      meals({ '2025-10-06': 'a', '2025-11-03': 'a' }),
      sport({ '2025-10-01': 'a', '2025-11-05': 'a' }),
    ]
    const since = (...ids: readonly string[]) => ({
      plannings,
      aids: [aid({ from: '2025-10-01', activityIds: ids.map((id) => activityIdSchema.parse(id)) })],
    })
    const missing = (of: Partial<Account>, regieId = ENF) =>
      bill(of, { lists, regieId }).unpriced.map((detail) => /le (\S+) /.exec(detail)?.[1])
    expect(missing(since('MEALS'))).toEqual([])
    expect(missing(since('MEALS'), SPO)).toEqual(['05/11/2025'])
    expect(missing(since('MEALS', 'SPORT'))).toEqual(['01/10/2025', '05/11/2025'])
  })

  it('is the unit that is gone, not those that are booked beside it', () => {
    const lost = planning('a', 'MEALS', {
      SNACK: { '2025-11-03': 'a' },
      MEAL: { '2025-11-04': 'a' },
    })
    expect(bill({ plannings: [lost] }).unpriced).toEqual([
      'Aucun tarif pour A : Restauration, SNACK, catégorie Résident, le 03/11/2025 (la prestation n’est plus au catalogue).',
    ])
  })

  it('is of open days alone, where the activity is known', () => {
    // The 7th is a Friday, the 8th and 9th are a weekend, the 10th is a Monday.
    const lost = planning('a', 'MEALS', { SNACK: { '2025-11-07': 'aaaa' } })
    const file = fileOf([child('a', { category: categoryIdSchema.parse('GONE') })])
    expect(bill({ plannings: [lost], file }).unpriced).toEqual([
      'Aucun tarif pour A : Restauration, SNACK, catégorie GONE, 2 jours dès le 07/11/2025 (la prestation n’est plus au catalogue).',
    ])
    expect(bill({ plannings: [lost], file }, { month: '2025-12' }).unpriced).toEqual([])
  })
})
