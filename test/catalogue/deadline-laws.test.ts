import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  deadlineSchema,
  type DayKind,
  type DeadlineLimit,
  type DeadlineRule,
} from '../../shared/catalogue/deadline-model.ts'
import { deadlineOf } from '../../shared/catalogue/deadlines.ts'
import type { SchoolYear } from '../../shared/catalogue/model.ts'
import { addDays, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { parisDate, parisInstant } from '../../shared/kernel/paris.ts'
import { dates, periods, weekdays } from '../support/arbitraries.ts'
import { cesson } from '../support/cesson.ts'

const { schoolYears } = cesson.catalogue

const twoDigits = (value: number): string => String(value).padStart(2, '0')

const hours = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${twoDigits(hour)}:${twoDigits(minute)}`)

const dayKinds = fc.constantFrom<DayKind[]>('every-day', 'weekdays', 'working-days', 'school-days')

const limits: fc.Arbitrary<DeadlineLimit> = fc
  .tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant('days-before' as const),
        days: fc.nat(120),
        counting: dayKinds,
      }),
      fc.record({ kind: fc.constant('previous-weekday' as const), weekday: weekdays() }),
      fc.record({
        kind: fc.constant('weekday-of-week' as const),
        weekday: weekdays(),
        weeksBefore: fc.integer({ min: 1, max: 26 }),
      }),
      fc.record({
        kind: fc.constant('day-of-month' as const),
        day: fc.integer({ min: 1, max: 31 }),
        monthsBefore: fc.integer({ min: 1, max: 6 }),
      }),
    ),
    fc.record(
      { countedFrom: fc.constantFrom('day' as const, 'holidays' as const), backTo: dayKinds },
      { requiredKeys: [] },
    ),
    fc.oneof(hours, fc.constant('24:00')),
  )
  .map(([limit, more, hour]) => ({
    ...limit,
    ...more,
    hour: limit.kind === 'days-before' && limit.days === 0 ? '23:59' : hour,
  }))

const earliest = fc.record({
  kind: fc.constant('earliest' as const),
  limits: fc.array(limits, { minLength: 2, maxLength: 4 }),
})

const rowRules = fc.oneof(limits, earliest)

const tablesOf = <Condition extends object>(
  condition: fc.Arbitrary<Condition>,
): fc.Arbitrary<DeadlineRule> =>
  fc.record({
    kind: fc.constant('table' as const),
    rows: fc.array(
      fc.tuple(condition, rowRules).map(([fits, rule]) => ({ ...fits, rule })),
      { minLength: 1, maxLength: 4 },
    ),
    otherwise: rowRules,
  })

const conditions = {
  weekdays: fc.uniqueArray(weekdays(), { minLength: 1 }),
  holidayOn: weekdays(),
}

/** Rules in which holidays only move limits: no other row holds in them. */
const seasonless = fc.oneof(rowRules, tablesOf(fc.record(conditions, { requiredKeys: [] })))

const seasons = fc.constantFrom('school-time' as const, 'school-holidays' as const)
const rules = fc.oneof(
  seasonless,
  tablesOf(fc.record({ ...conditions, season: seasons }, { requiredKeys: [] })),
)

const someDates: fc.Arbitrary<IsoDate> = dates('2025-06-01', '2027-12-31')

const holidays: fc.Arbitrary<SchoolYear['holidays']> = fc.array(
  periods(300, '2024-06-01', '2028-06-30').map(({ from, to }) => ({
    name: 'Vacances',
    from,
    back: addDays(to, 1),
  })),
  { maxLength: 4 },
)

/** Some of the published years, with holidays that no ministry would publish. */
const someYears = fc
  .tuple(fc.subarray([...schoolYears]), holidays)
  .map(([years, odd]) => years.map((year) => ({ ...year, holidays: [...year.holidays, ...odd] })))

it('a rule of deadlines is read alike when it is read again', () => {
  fc.assert(
    fc.property(rules, (rule) => {
      expect(deadlineSchema.parse(rule)).toEqual(rule)
    }),
  )
})

describe('deadlines', () => {
  it('always end before the day does, and at most 366 days before it begins', () => {
    fc.assert(
      fc.property(rules, someDates, someYears, (rule, date, years) => {
        const deadline = deadlineOf(rule, date, years)
        expect(deadline < parisInstant(date, '24:00')).toBe(true)
        expect(deadline >= parisInstant(addDays(date, -366), '00:00')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('are not made later by more holidays', () => {
    fc.assert(
      fc.property(seasonless, someDates, someYears, holidays, (rule, date, years, more) => {
        const longer = years.map((year) => ({ ...year, holidays: [...year.holidays, ...more] }))
        expect(deadlineOf(rule, date, longer) <= deadlineOf(rule, date, years)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('are not made later by publishing a year', () => {
    fc.assert(
      fc.property(limits, someDates, someYears, (rule, date, years) => {
        expect(deadlineOf(rule, date, years) <= deadlineOf(rule, date, [])).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('are not made later by counting fewer days or going back to fewer', () => {
    const kinds = ['every-day', 'weekdays', 'working-days', 'school-days'] as const
    fc.assert(
      fc.property(limits, someDates, someYears, (limit, date, years) => {
        const backTo = kinds.map((kind) => deadlineOf({ ...limit, backTo: kind }, date, years))
        expect(backTo).toEqual(backTo.toSorted((a, b) => b.getTime() - a.getTime()))
        const counted = kinds.map((kind) =>
          deadlineOf(
            { kind: 'days-before', days: 7, counting: kind, hour: limit.hour },
            date,
            years,
          ),
        )
        expect(counted).toEqual(counted.toSorted((a, b) => b.getTime() - a.getTime()))
      }),
    )
  })

  it('of the earliest are one of its limits, and none is before it', () => {
    fc.assert(
      fc.property(earliest, someDates, someYears, (rule, date, years) => {
        const each = rule.limits.map((limit) => deadlineOf(limit, date, years))
        expect(each).toContainEqual(deadlineOf(rule, date, years))
        expect(each.every((limit) => limit >= deadlineOf(rule, date, years))).toBe(true)
      }),
    )
  })

  it('back to school days fall on a day of school, wherever one is near', () => {
    fc.assert(
      fc.property(limits, dates('2025-10-01', '2026-06-30'), (limit, date) => {
        const rule = { ...limit, hour: '12:00', backTo: 'school-days' } as const
        const day = parisDate(deadlineOf(rule, date, schoolYears))
        expect(weekdayOf(day)).toBeLessThanOrEqual(5)
        const [year] = schoolYears
        expect(year?.holidays.some(({ from, back }) => from <= day && day < back) ?? true).toBe(
          false,
        )
      }),
    )
  })
})
