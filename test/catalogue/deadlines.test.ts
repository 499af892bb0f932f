import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deadlineOf, firstDayInTime } from '../../shared/catalogue/deadlines.ts'
import type { DeadlineRule } from '../../shared/catalogue/model.ts'
import { addDays, eachDay } from '../../shared/kernel/dates.ts'
import { parisDate, parisTime } from '../../shared/kernel/paris.ts'
import { instants } from '../support/arbitraries.ts'

const working = (days: number, hour: string): DeadlineRule => ({
  days,
  counting: 'working-days',
  hour,
})
const every = (days: number, hour: string): DeadlineRule => ({ days, counting: 'every-day', hour })

/** An instant as the clocks of Paris show it. */
const shown = (instant: Date): string => `${parisDate(instant)} ${parisTime(instant)}`

describe('two working days before, 12:00, as towns write it [guide 49]', () => {
  it.each([
    ['Monday', '2025-09-08', 'Thursday', '2025-09-04'],
    ['Tuesday', '2025-09-09', 'Friday', '2025-09-05'],
    ['Thursday', '2025-09-11', 'Tuesday', '2025-09-09'],
    ['Friday', '2025-09-12', 'Wednesday', '2025-09-10'],
    ['Thursday after the Armistice', '2025-11-13', 'Monday', '2025-11-10'],
    ['Wednesday after the Armistice', '2025-11-12', 'Friday', '2025-11-07'],
    ['Tuesday after Easter', '2026-04-07', 'Thursday', '2026-04-02'],
    ['Wednesday after Easter', '2026-04-08', 'Friday', '2026-04-03'],
    ['Friday, 2 January', '2026-01-02', 'Tuesday', '2025-12-30'],
    ['Monday after two long weekends', '2026-05-11', 'Wednesday', '2026-05-06'],
  ] as const)('for %s %s is %s %s', (_, date, __, last) => {
    expect(shown(deadlineOf(working(2, '12:00'), date))).toBe(`${last} 12:00`)
  })
})

describe('other rules of towns [guide 49]', () => {
  it.each([
    ['the day before, 18:00', every(1, '18:00'), '2025-09-08', '2025-09-07 18:00'],
    ['the working day before, 10:00', working(1, '10:00'), '2025-09-08', '2025-09-05 10:00'],
    ['the same morning, 09:30', every(0, '09:30'), '2025-09-08', '2025-09-08 09:30'],
    ['the same day, a Sunday', working(0, '09:30'), '2025-09-07', '2025-09-07 09:30'],
    ['a week before, 12:00', every(7, '12:00'), '2025-09-03', '2025-08-27 12:00'],
    ['the evening of the day before', every(1, '23:59'), '2026-01-01', '2025-12-31 23:59'],
    ['15 working days before', working(15, '10:00'), '2025-12-02', '2025-11-10 10:00'],
  ] as const)('%s', (_, rule, date, last) => {
    expect(shown(deadlineOf(rule, date))).toBe(last)
  })
})

describe('around the changes of the clocks', () => {
  it.each([
    ['on the Sunday of autumn', every(1, '18:00'), '2025-10-27', '2025-10-26T17:00:00.000Z'],
    ['on the Saturday before it', every(2, '18:00'), '2025-10-27', '2025-10-25T16:00:00.000Z'],
    ['in the hour that comes twice', every(1, '02:30'), '2025-10-27', '2025-10-26T00:30:00.000Z'],
    ['on the Sunday of spring', every(1, '18:00'), '2026-03-30', '2026-03-29T16:00:00.000Z'],
    ['on the Saturday before it', every(2, '18:00'), '2026-03-30', '2026-03-28T17:00:00.000Z'],
    ['in the hour that is skipped', every(1, '02:30'), '2026-03-30', '2026-03-29T01:30:00.000Z'],
    ['at midnight', every(1, '00:00'), '2026-03-30', '2026-03-28T23:00:00.000Z'],
  ] as const)('a deadline %s', (_, rule, date, instant) => {
    expect(deadlineOf(rule, date).toISOString()).toBe(instant)
  })
})

describe('the first day in time', () => {
  const rules = fc.record({
    days: fc.nat(20),
    counting: fc.constantFrom<DeadlineRule['counting'][]>('every-day', 'working-days'),
    hour: fc
      .record({ hours: fc.nat(23), minutes: fc.nat(59) })
      .map(({ hours, minutes }) =>
        [hours, minutes].map((n) => String(n).padStart(2, '0')).join(':'),
      ),
  })

  it('is the one that trying every day finds: all before it are too late, all from it on are not', () => {
    fc.assert(
      fc.property(rules, instants(), (rule, now) => {
        const today = parisDate(now)
        const first = firstDayInTime(rule, today, now)
        const days = eachDay(addDays(today, -40), addDays(today, 60))
        expect(days.map((date) => deadlineOf(rule, date) > now)).toEqual(
          days.map((date) => date >= first),
        )
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['a second before the hour, from Saturday on', '2025-09-04T09:59:59Z', '2025-09-06'],
    ['at the hour, from Tuesday on', '2025-09-04T10:00:00Z', '2025-09-09'],
    ['on Friday morning', '2025-09-05T09:00:00Z', '2025-09-09'],
    ['on Saturday', '2025-09-06T09:00:00Z', '2025-09-10'],
    ['on Sunday night', '2025-09-07T21:59:00Z', '2025-09-10'],
  ] as const)('two working days before, 12:00: %s', (_, now, first) => {
    const instant = new Date(now)
    expect(firstDayInTime(working(2, '12:00'), parisDate(instant), instant)).toBe(first)
  })
})
