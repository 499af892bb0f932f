import { describe, expect, it } from 'vitest'
import { daysOf } from '../../shared/billing/day-set-rules.ts'
import {
  comesOn,
  familyMonth,
  numbersIn,
  owedBy,
  owedUnits,
  plannedMonth,
  plannedYear,
  stretchOf,
} from '../../shared/billing/household-rules.ts'
import { schoolYearIdSchema } from '../../shared/platform/schemas.ts'
import {
  ALL_RULES,
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
import { activityOf, childOf, householdIn, setOfDays } from './items.ts'

const [BEFORE, NOW] = ['2024-2025', '2025-2026'].map((id) => schoolYearIdSchema.parse(id))
if (BEFORE === undefined || NOW === undefined) throw new Error('No school years')

describe('the plannings of a family', () => {
  it('are those of each school year by itself, in whatever order they are stored', () => {
    const before = meals('....a', 'a', { schoolYear: BEFORE })
    for (const plannings of [
      [before, meals('aa')],
      [meals('aa'), before],
    ]) {
      const household = householdIn(townWith(), plannings)
      const [a, activity] = [childOf(household, 'a'), activityOf(household, 'MEALS')]
      expect(daysOf(comesOn(household, a, activity, MONTH))).toEqual([3, 4])
      expect(plannedYear(household, NOW).lost).toEqual([])
    }
  })

  it('are lost where file or catalogue have lost the child, the activity or a unit', () => {
    const ofZ = meals('a', 'z')
    const gone = planning('a', 'GONE', { X: { '2025-11-03': 'a' } })
    const unit = planning('a', 'CARE', {
      MORNING: { '2025-11-03': 'a' },
      SNACK: { '2025-11-03': 'a' },
    })
    const lastYear = planning('z', 'SPORT', {}, { schoolYear: BEFORE })
    const household = householdIn(townWith(), [meals('a'), ofZ, gone, unit, lastYear])
    expect(plannedYear(household, NOW).lost).toEqual([ofZ, gone, unit])
    expect(plannedYear(household, BEFORE).lost).toEqual([lastYear])
    // What the catalogue knows of it is billed nevertheless.
    const [a, care] = [childOf(household, 'a'), activityOf(household, 'CARE')]
    expect(daysOf(owedBy(household, a, care, MONTH))).toEqual([3])
  })
})

describe('what a child has of an activity in a month', () => {
  const household = householdIn(townWith(), [
    planning('a', 'CARE', {
      MORNING: { '2025-11-03': 'aj' },
      EVENING: { '2025-11-03': 'lj.u' },
    }),
  ])
  const [a, care] = [childOf(household, 'a'), activityOf(household, 'CARE')]

  it('is owed but for excused absences', () => {
    expect(daysOf(comesOn(household, a, care, MONTH))).toEqual([3, 4, 6])
    expect(daysOf(owedBy(household, a, care, MONTH))).toEqual([3, 6])
    const units = (day: number) => owedUnits(household, a, care, { month: MONTH, day })
    expect(units(3)).toEqual(['MORNING', 'EVENING'])
    expect(units(4)).toEqual([])
    expect(units(6)).toEqual(['EVENING'])
    expect(units(7)).toEqual([])
  })

  it('is nothing of a month, or of an activity, without a planning', () => {
    const sport = activityOf(household, 'SPORT')
    expect(comesOn(household, a, care, '2025-12')).toBe(0)
    expect(comesOn(household, a, sport, MONTH)).toBe(0)
    expect(owedBy(household, a, sport, MONTH)).toBe(0)
    expect(owedUnits(household, a, sport, { month: MONTH, day: 5 })).toEqual([])
    expect(numbersIn(household, a, sport, MONTH).every((number) => number === 0)).toBe(true)
    expect(plannedMonth(household, a, sport, familyMonth(household, MONTH))).toBeUndefined()
  })
})

describe('the days on which prices of a family may change', () => {
  const means = [quotientFrom('2025-11-10', '500'), quotientFrom('2025-12-01', '500')]
  const lists = [priceList({ until: '2025-11-19' }), priceList({ id: 'L2', from: '2025-11-20' })]
  const base = fileOf([child('a')], { means })
  const file = {
    ...base,
    enrolments: base.enrolments.map((each) => ({ ...each, until: '2025-11-24' as const })),
  }
  const changes = (of = lists) =>
    daysOf(familyMonth(householdIn(townWith(of), [], file), MONTH).changes)

  it('are those of its means and of the lists; of enrolments where a price asks for them', () => {
    expect(changes()).toEqual([10, 20])
    const when = { rank: { among: 'enrolled', from: 2 } }
    const asking = [priceList({ rules: [flat('MEALS', ['MEAL'], 200, { when }), ...ALL_RULES] })]
    expect(changes(asking)).toEqual([10, 25])
  })

  it('tell days apart: from one of them up to the next all are alike', () => {
    const set = setOfDays(10, 20, 31)
    expect([9, 10, 19, 20, 30, 31].map((day) => daysOf(stretchOf(set, day)))).toEqual([
      [],
      [10],
      [10],
      [10, 20],
      [10, 20],
      [10, 20, 31],
    ])
    expect(stretchOf(0, 31)).toBe(0)
  })
})
