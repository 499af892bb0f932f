import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import {
  isWorkingDay,
  publicHolidayOn,
  publicHolidays,
} from '../../shared/kernel/public-holidays.ts'
import { dates } from '../support/arbitraries.ts'

it.each([
  [2025, '01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25'],
  [2026, '01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25'],
  [2027, '01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25'],
])('are those of the official list of %i', (year, official) => {
  expect([...publicHolidays(year).keys()].sort()).toEqual(
    official.split(' ').map((day) => `${year}-${day}`),
  )
})

// The earliest and latest possible dates, and the exceptions of the Gregorian reckoning.
it.each([
  [1818, '1818-03-23'],
  [1954, '1954-04-19'],
  [1981, '1981-04-20'],
  [2000, '2000-04-24'],
  [2008, '2008-03-24'],
  [2011, '2011-04-25'],
  [2038, '2038-04-26'],
  [2049, '2049-04-19'],
  [2076, '2076-04-20'],
])('put Easter Monday of %i on %s', (year, date) => {
  expect([...publicHolidays(year)].find(([, name]) => name === 'Lundi de Pâques')).toEqual([
    date,
    'Lundi de Pâques',
  ])
})

it('have Monday for Easter and Whitsun and Thursday for the Ascension, in any year', () => {
  const weekdays = new Map([
    ['Lundi de Pâques', 1],
    ['Ascension', 4],
    ['Lundi de Pentecôte', 1],
  ])
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2199 }), (year) => {
      const moving = [...publicHolidays(year)].filter(([, name]) => weekdays.has(name))
      expect(moving).toHaveLength(3)
      for (const [date, name] of moving) expect(weekdayOf(date)).toBe(weekdays.get(name))
    }),
  )
})

it.each([
  ['alsace-moselle', false, '2026-04-03', ['2026-12-26']],
  ['alsace-moselle-good-friday', true, '2026-04-03', ['2026-04-03', '2026-12-26']],
] as const)('are more in %s', (local, isFriday, friday, more) => {
  const all = new Set(publicHolidays(2026).keys())
  expect([...publicHolidays(2026, local).keys()].filter((date) => !all.has(date))).toEqual(more)
  expect(publicHolidayOn(friday, local)).toBe(isFriday ? 'Vendredi saint' : undefined)
  expect(isWorkingDay(friday, local)).toBe(!isFriday)
  expect(isWorkingDay('2025-12-26', local)).toBe(false)
  expect(isWorkingDay('2025-12-26')).toBe(true)
  expect(isWorkingDay(friday)).toBe(true)
})

it('name the day', () => {
  expect(publicHolidayOn('2026-05-25')).toBe('Lundi de Pentecôte')
  expect(publicHolidayOn('2026-05-26')).toBeUndefined()
})

it.each<[IsoDate, boolean, string]>([
  ['2025-11-10', true, 'a Monday'],
  ['2025-11-11', false, 'a public holiday on a Tuesday'],
  ['2025-11-15', false, 'a Saturday'],
  ['2025-11-16', false, 'a Sunday'],
  ['1969-12-27', false, 'a Saturday before 1970'],
])('%s is a working day: %j, being %s', (date, working) => {
  expect(isWorkingDay(date)).toBe(working)
})

it('leave neither more than five working days nor fewer than three in any week', () => {
  fc.assert(
    fc.property(dates(), (date) => {
      const week = [0, 1, 2, 3, 4, 5, 6].map((day) => isWorkingDay(addDays(date, day)))
      const working = week.filter(Boolean).length
      expect(working).toBeLessThanOrEqual(5)
      expect(working).toBeGreaterThanOrEqual(3)
    }),
  )
})
