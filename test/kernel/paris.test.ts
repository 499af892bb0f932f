import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parisDate, parisInstant, parisTime } from '../../shared/kernel/paris.ts'
import { dates, instants } from '../support/arbitraries.ts'

const at = (text: string) => new Date(text)

const times = fc
  .record({ hours: fc.nat(23), minutes: fc.nat(59) })
  .map(({ hours, minutes }) => [hours, minutes].map((n) => String(n).padStart(2, '0')).join(':'))

describe('what the clocks of Paris show', () => {
  it.each([
    ['in winter', '2026-01-15T08:41:59.999Z', '2026-01-15', '09:41'],
    ['in summer', '2025-07-15T08:41:00.000Z', '2025-07-15', '10:41'],
    ['at midnight', '2025-07-14T22:00:00.000Z', '2025-07-15', '00:00'],
    ['just before midnight', '2025-07-14T21:59:59.999Z', '2025-07-14', '23:59'],
    ['on the last evening of a year', '2025-12-31T23:00:00.000Z', '2026-01-01', '00:00'],
  ])('%s', (_, instant, date, time) => {
    expect(parisDate(at(instant))).toBe(date)
    expect(parisTime(at(instant))).toBe(time)
  })

  it.each([
    ['2025', '2025-03-30', '2025-10-26'],
    ['2026', '2026-03-29', '2026-10-25'],
    ['2027', '2027-03-28', '2027-10-31'],
  ])('changes at 01:00 UTC in spring and autumn of %s', (_, spring, autumn) => {
    expect(parisTime(at(`${spring}T00:59:59.000Z`))).toBe('01:59')
    expect(parisTime(at(`${spring}T01:00:00.000Z`))).toBe('03:00')
    expect(parisTime(at(`${autumn}T00:59:59.000Z`))).toBe('02:59')
    expect(parisTime(at(`${autumn}T01:00:00.000Z`))).toBe('02:00')
    expect(parisDate(at(`${spring}T01:00:00.000Z`))).toBe(spring)
    expect(parisDate(at(`${autumn}T01:00:00.000Z`))).toBe(autumn)
  })
})

describe('the instant of an hour in Paris', () => {
  it.each([
    ['2026-01-15', '09:41', '2026-01-15T08:41:00.000Z'],
    ['2025-07-15', '10:41', '2025-07-15T08:41:00.000Z'],
    ['2025-07-15', '00:00', '2025-07-14T22:00:00.000Z'],
    ['2025-12-31', '23:59', '2025-12-31T22:59:00.000Z'],
  ] as const)('%s %s is %s', (date, time, instant) => {
    expect(parisInstant(date, time).toISOString()).toBe(instant)
  })

  it.each([
    ['2025-03-30', '2025-10-26'],
    ['2026-03-29', '2026-10-25'],
    ['2027-03-28', '2027-10-31'],
  ] as const)('is right around the changes of %s and %s', (spring, autumn) => {
    const utc = (date: typeof spring | typeof autumn, time: string) =>
      parisInstant(date, time).toISOString().slice(11, 16)
    expect(utc(spring, '00:30')).toBe('23:30')
    expect(utc(spring, '01:59')).toBe('00:59')
    // The clocks never show this hour: it is read as the one after it.
    expect(utc(spring, '02:00')).toBe('01:00')
    expect(utc(spring, '02:30')).toBe('01:30')
    expect(utc(spring, '03:00')).toBe('01:00')
    expect(utc(spring, '23:59')).toBe('21:59')

    expect(utc(autumn, '00:30')).toBe('22:30')
    expect(utc(autumn, '01:59')).toBe('23:59')
    // The clocks show this hour twice: it is read as the first time.
    expect(utc(autumn, '02:00')).toBe('00:00')
    expect(utc(autumn, '02:59')).toBe('00:59')
    expect(utc(autumn, '03:00')).toBe('02:00')
    expect(utc(autumn, '23:59')).toBe('22:59')
  })

  it('shows the same day and hour again, the skipped hour of spring excepted', () => {
    fc.assert(
      fc.property(dates('2025-01-01', '2027-12-31'), times, (date, time) => {
        const instant = parisInstant(date, time)
        const skipped =
          ['2025-03-30', '2026-03-29', '2027-03-28'].includes(date) && time.startsWith('02:')
        expect(parisDate(instant)).toBe(date)
        expect(parisTime(instant)).toBe(skipped ? time.replace('02:', '03:') : time)
      }),
      { numRuns: 2000 },
    )
  })

  it('comes back to the instant it was read from, to the minute, or to its first occurrence', () => {
    fc.assert(
      fc.property(instants(), (instant) => {
        const minute = Math.floor(instant.getTime() / 60_000) * 60_000
        const back = parisInstant(parisDate(instant), parisTime(instant)).getTime()
        expect([minute, minute - 3_600_000]).toContain(back)
      }),
      { numRuns: 1000 },
    )
  })

  it('never runs backwards as the clock goes on', () => {
    fc.assert(
      fc.property(dates('2025-01-01', '2027-12-31'), times, times, (date, a, b) => {
        const [earlier = a, later = b] = [a, b].sort()
        fc.pre(!earlier.startsWith('02:'))
        expect(parisInstant(date, earlier).getTime()).toBeLessThanOrEqual(
          parisInstant(date, later).getTime(),
        )
      }),
    )
  })
})

it('is what the runtime knows of Paris, in every hour near a change and anywhere else, until 2099', () => {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Paris',
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const agree = (instant: Date): void => {
    expect(`${parisDate(instant)} ${parisTime(instant)}`).toBe(clock.format(instant))
  }
  for (let year = 2000; year < 2100; year += 1) {
    for (const month of [2, 9]) {
      for (let hour = 0; hour < 8 * 24; hour += 1) agree(new Date(Date.UTC(year, month, 24, hour)))
    }
  }
  fc.assert(fc.property(instants(), agree))
})
