import { describe, expect, it } from 'vitest'
import { personOn, presentOn, shareOf } from '../../shared/billing/persons-rules.ts'
import { categoryIdSchema } from '../../shared/platform/schemas.ts'
import { child, fileOf, meals, MONTH, quotientFrom, townWith } from './arbitraries.ts'
import { activityOf, childOf, householdIn } from './items.ts'

/** Three children, `a` the eldest; `c` is of no category that the town knows. */
const household = householdIn(
  townWith(),
  [meals('aj', 'a'), meals('aa.j', 'b'), meals('a', 'c')],
  fileOf([child('b'), child('c', { category: categoryIdSchema.parse('GONE') }), child('a')], {
    means: [quotientFrom('2025-09-01', '800'), quotientFrom('2025-11-04', '200')],
  }),
)
const [A, B, C] = [childOf(household, 'a'), childOf(household, 'b'), childOf(household, 'c')]
const MEALS = activityOf(household, 'MEALS')
const CARE = activityOf(household, 'CARE')
const NOTHING = { enrolled: false, present: false, share: false }

describe('the place of a child among its siblings with an owed day', () => {
  it('is found day by day: excused absences are not owed', () => {
    const of = (who: typeof A) => presentOn(household, who, MEALS, MONTH)
    expect([of(A)(3), of(B)(3), of(C)(3)]).toEqual([
      { rank: 1, children: 3 },
      { rank: 2, children: 3 },
      { rank: 3, children: 3 },
    ])
    expect([of(A)(4), of(B)(4), of(C)(4)]).toEqual([
      { rank: 1, children: 2 },
      { rank: 1, children: 1 },
      { rank: 2, children: 2 },
    ])
    expect(presentOn(household, B, CARE, MONTH)(3)).toEqual({ rank: 1, children: 1 })
  })
})

describe('the share of a month on which a child comes', () => {
  it('is that of the open days of the activity, excused absences included', () => {
    // MEALS are open on 15 days of November 2025: not on Wednesdays, weekends and the 11th.
    expect(shareOf(household, A, MEALS, MONTH)).toBeCloseTo((2 / 15) * 100)
    expect(shareOf(household, B, MEALS, MONTH)).toBe(20)
    expect(shareOf(household, A, CARE, MONTH)).toBe(0)
  })

  it('is nothing of a month without open days', () => {
    expect(shareOf(household, A, MEALS, '2027-11')).toBe(0)
  })
})

describe('whom a price is for', () => {
  const person = (who: typeof A, day: number, counted: Partial<typeof NOTHING> = {}) =>
    personOn(household, who, MEALS, { month: MONTH, day, counted: { ...NOTHING, ...counted } })

  it('is the child as the file has it on the day', () => {
    expect(person(B, 3)).toMatchObject({
      category: 'IN',
      categoryName: 'Résident',
      commune: 'Ville',
      means: { quotient: '800' },
    })
    expect(person(B, 4)).toMatchObject({ means: { quotient: '200' } })
    expect(person(C, 4)).toMatchObject({ category: 'GONE' })
    expect(person(C, 4).categoryName).toBeUndefined()
  })

  it('has no siblings and comes always, where the price does not ask', () => {
    const alone = { rank: 1, children: 1 }
    expect(person(B, 3)).toMatchObject({ enrolled: alone, present: alone, share: 100 })
  })

  it('has what the price asks to be counted, and no more', () => {
    const alone = { rank: 1, children: 1 }
    const second = { rank: 2, children: 3 }
    expect(person(B, 3, { enrolled: true })).toMatchObject({
      ...{ enrolled: second, present: alone, share: 100 },
    })
    expect(person(B, 3, { present: true })).toMatchObject({
      ...{ enrolled: alone, present: second, share: 100 },
    })
    expect(person(B, 3, { share: true })).toMatchObject({
      ...{ enrolled: alone, present: alone, share: 20 },
    })
  })

  it('has the place that is known already', () => {
    const present = { rank: 7, children: 9 }
    for (const counted of [NOTHING, { ...NOTHING, present: true }]) {
      expect(
        personOn(household, B, MEALS, { month: MONTH, day: 3, counted, present }),
      ).toMatchObject({ present })
    }
  })

  it('is enrolled on the day', () => {
    const about = { month: '2026-07' as const, counted: { ...NOTHING, enrolled: true } }
    expect(personOn(household, B, MEALS, { ...about, day: 3 }).enrolled.children).toBe(3)
    // Enrolments end with 3 July.
    expect(personOn(household, B, MEALS, { ...about, day: 4 }).enrolled).toEqual({
      rank: 1,
      children: 1,
    })
  })
})
