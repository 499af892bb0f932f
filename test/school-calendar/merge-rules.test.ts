import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schoolYearSchema, type SchoolYear } from '../../shared/catalogue/model.ts'
import { isSchoolTime, spanOf } from '../../shared/catalogue/school-time.ts'
import { addDays, eachDay, type IsoDate } from '../../shared/kernel/dates.ts'
import { mergeYear } from '../../shared/school-calendar/merge-rules.ts'
import type { OfficialYear } from '../../shared/school-calendar/model.ts'
import { SEED } from '../../shared/school-calendar/seed.ts'

const START: IsoDate = '2026-09-01'

const seed = SEED.find(({ zone, id }) => zone === 'C' && id === '2026-2027')
if (seed === undefined) throw new Error('Zone C has dates')
const official: OfficialYear = seed

/** The seed with each of its holidays moved by some days. */
const moved = (days: readonly number[]): OfficialYear => ({
  ...official,
  holidays: official.holidays.map((holiday, index) => ({
    ...holiday,
    from: addDays(holiday.from, days[index] ?? 0),
    back: addDays(holiday.back, days[index] ?? 0),
  })),
})

/** Any dates of the year that could be published: all holidays and both ends are moved. */
const anyDates: fc.Arbitrary<OfficialYear> = fc
  .record({
    days: fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 5, maxLength: 5 }),
    first: fc.integer({ min: 0, max: 3 }),
    last: fc.integer({ min: -4, max: 4 }),
  })
  .map(({ days, first, last }) => ({
    ...moved(days),
    firstDay: addDays(official.firstDay, first),
    lastDay: addDays(official.lastDay, last),
  }))

const anyDay = fc.integer({ min: 0, max: 364 }).map((days) => addDays(START, days))

const townYear = (dates: OfficialYear): SchoolYear => schoolYearSchema.parse(dates)

const schoolDays = (year: SchoolYear | OfficialYear): IsoDate[] => {
  const { from, to } = spanOf(year.id)
  return eachDay(from, to).filter((date) => isSchoolTime([year], date))
}

/** The days on which two years differ. */
const differing = (a: SchoolYear | OfficialYear, b: SchoolYear | OfficialYear): Set<IsoDate> => {
  const [ofA, ofB] = [new Set(schoolDays(a)), new Set(schoolDays(b))]
  return new Set([...ofA, ...ofB].filter((date) => ofA.has(date) !== ofB.has(date)))
}

describe('a school year that the ministry changes', () => {
  it('is the official one where the town has decided nothing', () => {
    fc.assert(
      fc.property(anyDates, anyDates, (base, next) => {
        const { year, own } = mergeYear(townYear(base), { base, official: next, from: START })
        expect(schoolDays(year)).toEqual(schoolDays(next))
        expect(own).toEqual([])
        expect(() => schoolYearSchema.parse(year)).not.toThrow()
      }),
    )
  })

  it('keeps each day on which the town has decided otherwise, and follows on all others', () => {
    fc.assert(
      fc.property(anyDates, anyDates, anyDates, (base, town, next) => {
        const held = townYear(town)
        const { year, own } = mergeYear(held, { base, official: next, from: START })
        const decided = differing(held, base)
        const [before, after, wanted] = [held, year, next].map((each) => new Set(schoolDays(each)))
        for (const date of eachDay(START, '2027-08-31')) {
          expect(after?.has(date)).toBe((decided.has(date) ? before : wanted)?.has(date))
        }
        expect(new Set(own)).toEqual(differing(year, next))
      }),
    )
  })

  it('leaves every day before the first that may change as it was', () => {
    fc.assert(
      fc.property(anyDates, anyDates, anyDay, (base, next, from) => {
        const held = townYear(base)
        const { year, changed, own } = mergeYear(held, { base, official: next, from })
        for (const date of differing(held, year)) expect(date >= from).toBe(true)
        for (const date of [...changed, ...own]) expect(date >= from).toBe(true)
      }),
    )
  })

  it('changes once: the same dates again find nothing to do, and tell the same days', () => {
    fc.assert(
      fc.property(anyDates, anyDates, anyDates, anyDay, (base, town, next, from) => {
        const change = { base, official: next, from }
        const once = mergeYear(townYear(town), change)
        const twice = mergeYear(once.year, change)
        expect(twice.year).toBe(once.year)
        expect(twice.changed).toEqual(expect.arrayContaining([...once.changed]))
        const later = mergeYear(once.year, { ...change, base: next })
        expect(later.year).toBe(once.year)
        expect(later.changed).toEqual([])
      }),
    )
  })

  it('is the same object while nothing of its days changes', () => {
    const held = townYear(official)
    expect(mergeYear(held, { base: official, official, from: START }).year).toBe(held)
  })

  it('keeps the words of the town for holidays that move', () => {
    const held = townYear({
      ...official,
      holidays: official.holidays.map((holiday, index) =>
        index === 2 ? { ...holiday, name: 'Vacances de février' } : holiday,
      ),
    })
    const change = { base: official, official: moved([0, 0, 7]), from: START }
    expect(mergeYear(held, change).year.holidays[2]).toEqual({
      name: 'Vacances de février',
      from: '2027-02-13',
      back: '2027-03-01',
    })
  })
})
