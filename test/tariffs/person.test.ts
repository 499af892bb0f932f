import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Child, Enrolment, Means } from '../../shared/families/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  circumstanceIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
} from '../../shared/platform/schemas.ts'
import { meansOn, personOf, placeAmong, type PricedFile } from '../../shared/tariffs/person.ts'

const familyId = familyIdSchema.parse('1')
const activityId = activityIdSchema.parse('RESTAURATION')

const child = (id: string, birthDate: IsoDate, more: Partial<Child> = {}): Child => ({
  familyId,
  childId: childIdSchema.parse(id),
  firstName: id,
  lastName: 'TEST',
  birthDate,
  schoolId: facilityIdSchema.parse('ECOLE'),
  category: categoryIdSchema.parse('ENFANT'),
  ...more,
})

const enrolled = (
  of: Child,
  from: IsoDate = '2025-09-01',
  until: IsoDate = '2026-07-03',
  activity = activityId,
): Enrolment => ({
  familyId,
  enrolmentId: enrolmentIdSchema.parse(`${of.childId}-${from}`),
  childId: of.childId,
  activityId: activity,
  groupId: groupIdSchema.parse('GROUPE'),
  from,
  until,
})

const means = (from: IsoDate, quotient?: string): Means => ({
  familyId,
  from,
  ...(quotient === undefined ? {} : { quotient }),
  source: 'declared',
  notedAt: '2025-07-15T08:41:00.000Z',
})

const eldest = child('aline', '2014-05-05')
const middle = child('brice', '2016-05-05')
const youngest = child('chloe', '2018-05-05')

const file = (about: Partial<PricedFile> = {}): PricedFile => ({
  family: {
    familyId,
    name: 'TEST',
    address: { street: '1 rue Haute', postcode: '77240', town: 'Vert-Saint-Denis' },
    circumstances: [circumstanceIdSchema.parse('PARENTS_ACTIFS')],
  },
  children: [youngest, eldest, middle],
  enrolments: [enrolled(youngest), enrolled(eldest), enrolled(middle)],
  means: [],
  ...about,
})

const day = { activityId, date: '2025-10-06' } as const

describe('the means that count on a day', () => {
  const known = [means('2024-09-01', '300'), means('2025-09-01', '0'), means('2026-01-01')]

  it.each([
    ['2024-08-31', undefined],
    ['2024-09-01', '300'],
    ['2025-08-31', '300'],
    ['2025-09-01', '0'],
    ['2025-12-31', '0'],
  ] as const)('on %s are a quotient of %s', (date, quotient) => {
    expect(meansOn(known, date)?.quotient).toBe(quotient)
  })

  it('are not those of before when the family shows none any more', () => {
    expect(meansOn(known, '2026-01-01')).toEqual(means('2026-01-01'))
  })
})

describe('the person of a price', () => {
  it('is what the file says of the family and the child', () => {
    const allergic = child('dora', '2017-01-01', {
      allergy: true,
      category: categoryIdSchema.parse('PAI'),
    })
    const means2025 = means('2025-09-01', '0.17')
    const about = file({ children: [allergic], enrolments: [], means: [means2025] })
    expect(personOf(about, allergic, day)).toEqual({
      category: 'PAI',
      commune: 'Vert-Saint-Denis',
      circumstances: ['PARENTS_ACTIFS'],
      allergy: true,
      means: means2025,
      enrolled: { rank: 1, children: 1 },
      present: { rank: 1, children: 1 },
      share: 100,
    })
  })

  it('has no means before the first ones that the town knows, which is no quotient of 0', () => {
    const about = file({ means: [means('2025-11-01', '0')] })
    expect(personOf(about, eldest, day).means).toBeUndefined()
  })

  it('takes from the caller who is present and how often the child comes', () => {
    const person = personOf(file(), eldest, day, { present: { rank: 2, children: 3 }, share: 40 })
    expect(person).toMatchObject({ present: { rank: 2, children: 3 }, share: 40 })
  })

  it.each([
    [eldest, 1],
    [middle, 2],
    [youngest, 3],
  ])('ranks siblings by birth, the eldest first: $0.firstName', (of, rank) => {
    expect(personOf(file(), of, day).enrolled).toEqual({ rank, children: 3 })
  })

  it('counts only siblings enrolled in the activity on the day', () => {
    const enrolments = [
      enrolled(eldest, '2025-09-01', '2025-10-05'),
      enrolled(middle, '2025-10-07'),
      enrolled(youngest),
    ]
    const elsewhere = enrolled(eldest, '2025-09-01', '2026-07-03', activityIdSchema.parse('ETUDES'))
    const about = file({ enrolments: [...enrolments, elsewhere] })
    const placeOn = (date: IsoDate) => personOf(about, youngest, { activityId, date }).enrolled
    expect(placeOn('2025-10-05')).toEqual({ rank: 2, children: 2 })
    expect(placeOn('2025-10-06')).toEqual({ rank: 1, children: 1 })
    expect(placeOn('2025-10-07')).toEqual({ rank: 2, children: 2 })
  })

  it('counts a child who comes without being enrolled', () => {
    const about = file({ enrolments: [enrolled(eldest)] })
    expect(personOf(about, middle, day).enrolled).toEqual({ rank: 2, children: 2 })
  })
})

it('gives siblings ranks without gap or tie, whatever their order in the file', () => {
  const births = ['2014-05-05', '2016-05-05', '2016-05-06'] as const
  const siblings = fc
    .array(fc.constantFrom(...births), { minLength: 1, maxLength: 6 })
    .map((dates) => dates.map((date, index) => child(`enfant-${String(index)}`, date)))
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
  fc.assert(
    fc.property(siblings, (all) => {
      const places = all.map((each) => placeAmong(all, each, () => true))
      expect(places.map(({ rank }) => rank).toSorted()).toEqual(all.map((_, index) => index + 1))
      expect(places.every(({ children }) => children === all.length)).toBe(true)
      const ordered = all.toSorted(
        (a, b) => placeAmong(all, a, () => true).rank - placeAmong(all, b, () => true).rank,
      )
      expect(ordered.map(({ birthDate }) => birthDate)).toEqual(
        all.map(({ birthDate }) => birthDate).toSorted(),
      )
    }),
  )
})
