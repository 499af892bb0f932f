import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ageOn,
  addDays,
  addMonths,
  dateOfEpochDay,
  dayOfMonth,
  daysBetween,
  eachDay,
  earlierOf,
  epochDay,
  firstDayOf,
  isIsoDate,
  isIsoMonth,
  lastDayOf,
  laterOf,
  mondayOf,
  monthOf,
  weekdayOf,
  weekdayOfEpochDay,
} from '../../shared/kernel/dates.ts'
import { dates, months, periods } from '../support/arbitraries.ts'

const shift = fc.integer({ min: -5000, max: 5000 })

describe('days', () => {
  it.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['2025-09-01', 20_332],
  ] as const)('counts %s as %i days since 1970', (date, days) => {
    expect(epochDay(date)).toBe(days)
    expect(dateOfEpochDay(days)).toBe(date)
  })

  it('are the same after counting and back', () => {
    fc.assert(
      fc.property(dates(), (date) => {
        expect(dateOfEpochDay(epochDay(date))).toBe(date)
        expect(isIsoDate(date)).toBe(true)
      }),
    )
  })

  it.each([
    ['2025-12-31', 1, '2026-01-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2025-02-28', 1, '2025-03-01'],
    ['2025-03-30', 1, '2025-03-31'],
    ['2025-10-26', 1, '2025-10-27'],
    ['2025-01-01', -1, '2024-12-31'],
  ] as const)('%s moved by %i is %s', (date, days, moved) => {
    expect(addDays(date, days)).toBe(moved)
  })

  it('move there and back, and in steps as in one go', () => {
    fc.assert(
      fc.property(dates(), shift, shift, (date, a, b) => {
        expect(addDays(addDays(date, a), -a)).toBe(date)
        expect(addDays(addDays(date, a), b)).toBe(addDays(date, a + b))
      }),
    )
  })

  it('sort as texts in the order of time', () => {
    fc.assert(
      fc.property(dates(), dates(), (a, b) => {
        expect(a < b).toBe(epochDay(a) < epochDay(b))
        expect([earlierOf(a, b), laterOf(a, b)]).toEqual([a, b].sort())
      }),
    )
  })
})

describe('a period', () => {
  it.each([
    ['2025-09-01', '2025-09-01', 1],
    ['2025-09-01', '2026-08-31', 365],
    ['2025-09-01', '2025-08-31', 0],
    ['2025-09-02', '2025-08-31', -1],
  ] as const)('from %s to %s has %i days', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days)
    expect(eachDay(from, to)).toHaveLength(Math.max(0, days))
  })

  it('lists each of its days once, in order, from the first to the last', () => {
    fc.assert(
      fc.property(periods(), ({ from, to }) => {
        const days = eachDay(from, to)
        expect(days[0]).toBe(from)
        expect(days.at(-1)).toBe(to)
        expect(days).toHaveLength(daysBetween(from, to))
        days.slice(1).forEach((day, index) => expect(addDays(day, -1)).toBe(days[index]))
      }),
      { numRuns: 30 },
    )
  })
})

describe('weekdays', () => {
  it.each([
    ['1970-01-01', 4],
    ['1969-12-28', 7],
    ['2025-09-01', 1],
    ['2025-09-03', 3],
    ['2026-07-05', 7],
  ] as const)('%s is day %i of the week', (date, weekday) => {
    expect(weekdayOf(date)).toBe(weekday)
  })

  it('follow one another and come again after seven days', () => {
    fc.assert(
      fc.property(dates('1900-01-01'), (date) => {
        expect(weekdayOf(addDays(date, 1))).toBe((weekdayOf(date) % 7) + 1)
        expect(weekdayOf(addDays(date, 7))).toBe(weekdayOf(date))
        expect(weekdayOfEpochDay(epochDay(date))).toBe(weekdayOf(date))
      }),
    )
  })

  it('count from the Monday of their week', () => {
    fc.assert(
      fc.property(dates(), (date) => {
        const monday = mondayOf(date)
        expect(weekdayOf(monday)).toBe(1)
        expect(daysBetween(monday, date)).toBe(weekdayOf(date))
        expect(mondayOf(monday)).toBe(monday)
      }),
    )
  })
})

describe('months', () => {
  it.each([
    ['2025-09', 1, '2025-10'],
    ['2025-12', 1, '2026-01'],
    ['2026-01', -1, '2025-12'],
    ['2025-01', -13, '2023-12'],
    ['2025-08', 24, '2027-08'],
    ['2025-08', 0, '2025-08'],
  ] as const)('%s moved by %i is %s', (month, by, moved) => {
    expect(addMonths(month, by)).toBe(moved)
  })

  it.each([
    ['2024-02', '2024-02-29'],
    ['2025-02', '2025-02-28'],
    ['2100-02', '2100-02-28'],
    ['2025-12', '2025-12-31'],
    ['2025-09', '2025-09-30'],
  ] as const)('%s ends on %s', (month, day) => {
    expect(lastDayOf(month)).toBe(day)
  })

  it('hold their first and last day, and the day after is of the next month', () => {
    fc.assert(
      fc.property(months(), (month) => {
        expect(monthOf(firstDayOf(month))).toBe(month)
        expect(monthOf(lastDayOf(month))).toBe(month)
        expect(dayOfMonth(firstDayOf(month))).toBe(1)
        expect(addDays(lastDayOf(month), 1)).toBe(firstDayOf(addMonths(month, 1)))
        expect(isIsoMonth(month)).toBe(true)
      }),
    )
  })

  it('hold the days that say so', () => {
    fc.assert(
      fc.property(dates(), (date) => {
        expect(addDays(firstDayOf(monthOf(date)), dayOfMonth(date) - 1)).toBe(date)
      }),
    )
  })

  it('move there and back', () => {
    fc.assert(
      fc.property(months(), fc.integer({ min: -600, max: 600 }), (month, by) => {
        expect(addMonths(addMonths(month, by), -by)).toBe(month)
      }),
    )
  })
})

it.each([
  ['2024-02-29', true],
  ['2025-02-29', false],
  ['2025-02-30', false],
  ['2025-04-31', false],
  ['2025-13-01', false],
  ['2025-00-10', false],
  ['2025-01-00', false],
  ['2025-1-1', false],
  ['2025-01-01T00:00:00Z', false],
  ['2025-01-01\n', false],
  ['+02025-01-01', false],
  ['', false],
])('%j is a day: %j', (text, is) => {
  expect(isIsoDate(text)).toBe(is)
})

it.each([
  ['2025-09', true],
  ['2025-12', true],
  ['2025-00', false],
  ['2025-13', false],
  ['2025-9', false],
  ['2025-09-01', false],
  ['2025-09\n', false],
])('%j is a month: %j', (text, is) => {
  expect(isIsoMonth(text)).toBe(is)
})

it.each([
  ['2020-11-03', '2025-11-02', 4],
  ['2020-11-03', '2025-11-03', 5],
  ['2020-02-29', '2025-02-28', 4],
  ['2020-02-29', '2025-03-01', 5],
  ['2025-09-02', '2025-09-01', 0],
] as const)('somebody born on %s is on %s %i years old', (birthDate, date, age) => {
  expect(ageOn(birthDate, date)).toBe(age)
})
