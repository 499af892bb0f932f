import { describe, expect, it } from 'vitest'
import { chargesIn, chargesOf } from '../../shared/billing/charges-rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import { categoryIdSchema } from '../../shared/platform/schemas.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import {
  child,
  fileOf,
  flat,
  meals,
  MONTH,
  planning,
  priceList,
  quotientFrom,
  townWith,
} from './arbitraries.ts'
import { activityOf, briefItems, childOf, householdIn } from './items.ts'

/** What the children of a family are charged in November 2025 for some activities. */
const charged = (
  plannings: readonly Planning[],
  {
    town,
    file,
    of = ['MEALS'],
  }: { town?: TownCatalogue; file?: FamilyFile; of?: readonly string[] } = {},
) => {
  const household = householdIn(town, plannings, file)
  const activities = of.map((id) => activityOf(household, id))
  return chargesIn(household, activities, MONTH)
}

const brief = ({ items }: ReturnType<typeof charged>) => briefItems(items)

const both = (letters: string) => [meals(letters, 'a'), meals(letters, 'b')]

const withMeals = (...rules: readonly object[]) => townWith([priceList({ rules })])

describe('what children are charged', () => {
  it('is told by child, the eldest first, then by activity and day', () => {
    const care = planning('b', 'CARE', {
      MORNING: { '2025-11-04': 'a' },
      EVENING: { '2025-11-03': 'la' },
    })
    const all = charged([meals('aa', 'b'), care, meals('a.', 'a')], { of: ['MEALS', 'CARE'] })
    expect(brief(all)).toEqual([
      'A|Repas|300|3',
      'B|Repas|300|3 4',
      // Care has a unit that is billed by the time spent: it is priced day by day.
      'B|Soir hors délais|169|3',
      'B|Matin|70|4',
      'B|Soir|141|4',
    ])
    expect(all).toMatchObject({ unpriced: [], oneEuroMeals: [] })
  })

  it('is of the activities and the child that are asked for', () => {
    const sport = planning('a', 'SPORT', { HOUR: { '2025-11-05': 'a' } })
    expect(brief(charged([...both('a'), sport], { of: ['SPORT'] }))).toEqual(['A|Heure|400|5'])
    const household = householdIn(townWith(), both('aa'))
    const [of, activity] = [childOf(household, 'b'), activityOf(household, 'MEALS')]
    expect(brief(chargesOf(household, of, activity, MONTH))).toEqual(['B|Repas|300|3 4'])
    expect(brief(chargesOf(household, of, activityOf(household, 'CARE'), MONTH))).toEqual([])
    expect(brief(chargesOf(household, of, activity, '2025-12'))).toEqual([])
  })
})

describe('the price of a day that siblings have alike', () => {
  it('is that of the category of each', () => {
    const town = withMeals(
      flat('MEALS', ['MEAL'], 500, { when: { categories: ['OUT'] } }),
      flat('MEALS', ['MEAL'], 300),
    )
    const outside = child('b', { category: categoryIdSchema.parse('OUT') })
    const file = fileOf([child('a'), outside, child('c')])
    expect(brief(charged([...both('a'), meals('a', 'c')], { town, file }))).toEqual([
      'A|Repas|300|3',
      'B|Repas|500|3',
      'C|Repas|300|3',
    ])
  })

  it('is that of a care plan for who has one', () => {
    const town = withMeals(
      flat('MEALS', ['MEAL'], 100, { when: { allergy: true } }),
      flat('MEALS', ['MEAL'], 300),
    )
    const file = fileOf([child('a', { allergy: false }), child('b', { allergy: true }), child('c')])
    expect(brief(charged([...both('a'), meals('a', 'c')], { town, file }))).toEqual([
      'A|Repas|300|3',
      'B|Repas|100|3',
      'C|Repas|300|3',
    ])
  })

  it('is that of the activity and of the occasion', () => {
    const sport = planning('b', 'SPORT', { HOUR: { '2025-11-05': 'a' } })
    const late = {
      id: 'S',
      name: 'Retard',
      occasions: ['late'],
      how: { kind: 'multiple', by: '2' },
    }
    const town = townWith([priceList({ supplements: [late] })])
    expect(
      brief(charged([meals('a', 'a'), meals('l', 'b'), sport], { town, of: ['MEALS', 'SPORT'] })),
    ).toEqual(['A|Repas|300|3', 'B|Repas|600|3', 'B|Heure|400|5'])
  })

  it('is that of the rank of each among those who are enrolled', () => {
    const town = withMeals(
      flat('MEALS', ['MEAL'], 200, { when: { rank: { among: 'enrolled', from: 2 } } }),
      flat('MEALS', ['MEAL'], 300),
    )
    expect(brief(charged(both('a'), { town }))).toEqual(['A|Repas|300|3', 'B|Repas|200|3'])
  })

  it('is that of the rank of each among those who are there on the day', () => {
    const town = withMeals(
      flat('MEALS', ['MEAL'], 200, { when: { rank: { among: 'present', from: 2 } } }),
      flat('MEALS', ['MEAL'], 300),
    )
    expect(brief(charged(both('a'), { town }))).toEqual(['A|Repas|300|3', 'B|Repas|200|3'])
  })

  it('is that of the share of the month on which each comes', () => {
    const town = townWith([
      priceList({
        rules: [
          flat('MEALS', ['MEAL'], 250, { when: { regular: true } }),
          flat('MEALS', ['MEAL'], 500),
        ],
        regularFrom: 20,
      }),
    ])
    // November has 15 open days; three of them are 20 %, one is not.
    const of = { town }
    expect(brief(charged([meals('aa.a', 'a'), meals('a', 'b')], of))).toEqual([
      'A|Repas|250|3 4 6',
      'B|Repas|500|3',
    ])
    expect(brief(charged([meals('a', 'a'), meals('aa.a', 'b')], of))).toEqual([
      'A|Repas|500|3',
      'B|Repas|250|3 4 6',
    ])
  })

  it('is that of the quotient on the day, however often it changes, for each of them', () => {
    const formula = {
      kind: 'bands',
      by: 'quotient',
      bands: [
        { from: '0', below: '500', price: 100 },
        { from: '500', below: '900', price: 400 },
        { from: '900', price: 500 },
      ],
    }
    const town = withMeals({ ...flat('MEALS', ['MEAL'], 0), parts: [{ formula }] })
    const means = [
      quotientFrom('2025-09-01', '800'),
      quotientFrom('2025-11-06', '200'),
      quotientFrom('2025-11-10', '1000'),
    ]
    const file = fileOf([child('a'), child('b')], { means })
    // The younger one has its first days late: no price of the elder is theirs.
    expect(brief(charged([meals('aa.aa..a'), meals('ll.ll..l', 'b')], { town, file }))).toEqual([
      'A|Repas|400|3 4',
      'A|Repas|100|6 7',
      'A|Repas|500|10',
      'B|Repas|400|3 4',
      'B|Repas|100|6 7',
      'B|Repas|500|10',
    ])
  })
})

describe('a day without a price', () => {
  it('is told with all that names it, days of one reason together', () => {
    const town = withMeals(flat('MEALS', ['MEAL'], 300, { when: { categories: ['OUT'] } }))
    const about = { activity: 'Restauration', unit: 'Repas', category: 'Résident', missing: 'rule' }
    expect(charged([meals('aa'), meals('a..a', 'b')], { town }).unpriced).toEqual([
      { child: 'A', ...about, days: ['2025-11-03', '2025-11-04'] },
      { child: 'B', ...about, days: ['2025-11-03', '2025-11-06'] },
    ])
  })

  it('names the category by its id where the catalogue has lost it', () => {
    const file = fileOf([child('a', { category: categoryIdSchema.parse('GONE') })])
    const town = withMeals(flat('CARE', ['MORNING'], 300))
    expect(charged([meals('a')], { town, file }).unpriced).toMatchObject([
      { category: 'GONE', missing: 'list', days: ['2025-11-03'] },
    ])
  })
})

describe('meals at one euro', () => {
  const oneEuro = { oneEuroMeals: true }
  const MEALS_PLACE = 0
  const CARE_PLACE = 1
  const inTown = (lists: readonly object[], plannings: readonly Planning[], of = ['MEALS']) =>
    charged(plannings, { town: townWith(lists.map((list) => priceList({ ...list }))), of })
      .oneEuroMeals
  const ofParts = (...prices: readonly number[]) => ({
    ...flat('MEALS', ['MEAL'], 0, oneEuro),
    parts: prices.map((price) => ({ formula: { kind: 'flat', price } })),
  })

  it('are those of rules that claim the aid, of one euro at most with all parts of the price', () => {
    const meal = [meals('aa')]
    expect(inTown([{ rules: [ofParts(100)] }], meal)[MEALS_PLACE]).toBe(2)
    expect(inTown([{ rules: [ofParts(101)] }], meal)).toEqual([])
    expect(inTown([{ rules: [ofParts(60, 40)] }], meal)[MEALS_PLACE]).toBe(2)
    expect(inTown([{ rules: [ofParts(60, 41)] }], meal)).toEqual([])
    const other = flat('CARE', ['MORNING'], 70, oneEuro)
    expect(inTown([{ rules: [flat('MEALS', ['MEAL'], 90), other] }], meal)).toEqual([])
  })

  it('are served: late and not booked too, absences never, though they be due', () => {
    const rules = [ofParts(80)]
    const absences = { unjustified: '100', justified: '50', daysDue: 0 }
    // Accepted on the 3rd, late on the 4th, not booked on the 6th, absent on the 7th and the 10th.
    const days = [meals('al.eu..j')]
    const bill = inTown([{ rules, absences }], days)
    expect(bill[MEALS_PLACE]).toBe(3)
    expect(inTown([{ rules, absences }], [meals('u..j')])).toEqual([])
    expect(inTown([{ rules, absences }], [meals('j')])).toEqual([])
  })

  it('are counted one by one: of each unit of a day, of each child and activity', () => {
    const care = planning('a', 'CARE', {
      MORNING: { '2025-11-03': 'aa' },
      EVENING: { '2025-11-03': 'aa' },
    })
    const rules = [
      ofParts(60),
      flat('CARE', ['MORNING'], 60, oneEuro),
      flat('CARE', ['EVENING'], 60, oneEuro),
    ]
    // Two units a day are priced by themselves, or together where a rule names them together.
    const all = [care, ...both('aa.a')]
    expect(inTown([{ rules }], all, ['MEALS', 'CARE'])).toEqual([6, 4])
    const together = flat('CARE', ['MORNING', 'EVENING'], 100, oneEuro)
    const bill = inTown([{ rules: [together, ...rules] }], all, ['MEALS', 'CARE'])
    expect(bill[CARE_PLACE]).toBe(2)
  })

  it('are those of the list that claims the aid, not of another with a rule of the same name', () => {
    const rule = flat('MEALS', ['MEAL'], 80)
    const later = {
      ...{ id: 'L2', name: 'Tarifs 2026', from: '2025-11-04' },
      rules: [{ ...rule, ...oneEuro }],
    }
    expect(inTown([{ rules: [rule], until: '2025-11-03' }, later], [meals('aa.a')])).toEqual([2])
  })

  it('cost what the meal costs: what the family owes for being late is no part of it', () => {
    const rule = ofParts(80)
    const how = { kind: 'per-family', amount: 50 }
    const supplements = [{ id: rule.id, name: 'Retard', occasions: ['late'], how }]
    expect(inTown([{ rules: [rule], supplements }], [meals('l')])).toEqual([1])
  })
})
