import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deadlineOf } from '../../shared/catalogue/deadlines.ts'
import {
  deadlineSchema,
  type DayKind,
  type DeadlineLimit,
  type DeadlineRule,
} from '../../shared/catalogue/deadline-model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { parisDate, parisInstant, parisTime } from '../../shared/kernel/paris.ts'
import { cesson } from '../support/cesson.ts'

const { schoolYears } = cesson.catalogue

const daysBefore = (days: number, counting: DayKind, hour: string): DeadlineLimit => ({
  kind: 'days-before',
  days,
  counting,
  hour,
})
const working = (days: number, hour: string): DeadlineLimit =>
  daysBefore(days, 'working-days', hour)
const every = (days: number, hour: string): DeadlineLimit => daysBefore(days, 'every-day', hour)

const twoDigits = (value: number): string => String(value).padStart(2, '0')

const hours = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${twoDigits(hour)}:${twoDigits(minute)}`)

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
    expect(shown(deadlineOf(working(2, '12:00'), date, schoolYears))).toBe(`${last} 12:00`)
  })
})

describe('other rules of towns [guide 49]', () => {
  it.each<[string, DeadlineRule, IsoDate, string]>([
    ['the day before, 18:00', every(1, '18:00'), '2025-09-08', '2025-09-07 18:00'],
    ['the working day before, 10:00', working(1, '10:00'), '2025-09-08', '2025-09-05 10:00'],
    ['the same morning, 09:30', every(0, '09:30'), '2025-09-08', '2025-09-08 09:30'],
    ['the same day, a Sunday', working(0, '09:30'), '2025-09-07', '2025-09-07 09:30'],
    ['a week before, 12:00', every(7, '12:00'), '2025-09-03', '2025-08-27 12:00'],
    ['the evening of the day before', every(1, '23:59'), '2026-01-01', '2025-12-31 23:59'],
    ['15 working days before', working(15, '10:00'), '2025-12-02', '2025-11-10 10:00'],
    [
      'two school days before a return',
      daysBefore(2, 'school-days', '10:00'),
      '2025-11-03',
      '2025-10-16 10:00',
    ],
    [
      'two school days in a year not published yet, as working days',
      daysBefore(2, 'school-days', '10:00'),
      '2029-11-12',
      '2029-11-08 10:00',
    ],
    [
      'the 31st of a shorter month',
      { kind: 'day-of-month', day: 31, monthsBefore: 1, hour: '12:00' },
      '2026-03-16',
      '2026-02-28 12:00',
    ],
    [
      'the 20th two months before',
      { kind: 'day-of-month', day: 20, monthsBefore: 2, hour: '12:00' },
      '2026-01-16',
      '2025-11-20 12:00',
    ],
    [
      'Friday of two weeks before',
      { kind: 'weekday-of-week', weekday: 5, weeksBefore: 2, hour: '12:00' },
      '2025-09-21',
      '2025-09-05 12:00',
    ],
    [
      'the same weekday, a week before',
      { kind: 'previous-weekday', weekday: 3, hour: '24:00' },
      '2025-09-17',
      '2025-09-11 00:00',
    ],
    [
      'a Monday that is a holiday, back to the working day before',
      { kind: 'previous-weekday', weekday: 1, hour: '15:00', backTo: 'working-days' },
      '2026-04-09',
      '2026-04-03 15:00',
    ],
    [
      'a 1 November on a Saturday, back to Friday',
      { kind: 'day-of-month', day: 1, monthsBefore: 1, hour: '12:00', backTo: 'weekdays' },
      '2025-12-03',
      '2025-10-31 12:00',
    ],
    [
      'four weeks before holidays, for a day of them',
      { ...every(28, '12:00'), countedFrom: 'holidays' },
      '2025-10-29',
      '2025-09-20 12:00',
    ],
    [
      'four weeks before holidays, for a school day',
      { ...every(28, '12:00'), countedFrom: 'holidays' },
      '2025-10-08',
      '2025-09-10 12:00',
    ],
    [
      'the earliest of two, the first',
      { kind: 'earliest', limits: [every(5, '12:00'), working(2, '12:00')] },
      '2025-09-12',
      '2025-09-07 12:00',
    ],
    [
      'the earliest of two, the second',
      { kind: 'earliest', limits: [every(2, '12:00'), working(2, '12:00')] },
      '2025-09-08',
      '2025-09-04 12:00',
    ],
  ])('%s', (_, rule, date, last) => {
    expect(shown(deadlineOf(rule, date, schoolYears))).toBe(last)
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
    expect(deadlineOf(rule, date, schoolYears).toISOString()).toBe(instant)
  })
})

describe('a table of rules', () => {
  const rule: DeadlineRule = {
    kind: 'table',
    rows: [
      { season: 'school-holidays', rule: every(21, '12:00') },
      { weekdays: [3, 5], season: 'school-time', rule: every(9, '12:00') },
      { weekdays: [5], rule: every(99, '12:00') },
      { holidayOn: 4, rule: { kind: 'earliest', limits: [every(3, '12:00'), every(4, '12:00')] } },
    ],
    otherwise: every(1, '12:00'),
  }

  it.each([
    ['a Wednesday of holidays', '2025-10-22', 21],
    ['a Wednesday of school', '2025-10-15', 9],
    ['a Friday of school, by the first row that fits', '2025-10-17', 9],
    ['a Tuesday', '2025-10-14', 1],
    ['a Tuesday whose Thursday is a holiday', '2026-05-12', 4],
  ] as const)('decides %s by its row', (_, date, days) => {
    expect(deadlineOf(rule, date, schoolYears)).toEqual(parisInstant(addDays(date, -days), '12:00'))
  })
})

describe('a rule of a town file', () => {
  it('that names no kind is one of days before, as files in use have it', () => {
    fc.assert(
      fc.property(
        fc.record({
          days: fc.nat(60),
          counting: fc.constantFrom('every-day', 'working-days'),
          hour: hours,
        }),
        (written) => {
          expect(deadlineSchema.parse(written)).toEqual({ kind: 'days-before', ...written })
        },
      ),
    )
  })

  it.each([
    ['midnight at the end of the day itself', { days: 0, counting: 'every-day', hour: '24:00' }],
    ['an hour after midnight', { days: 1, counting: 'every-day', hour: '24:30' }],
    ['a negative number of days', { days: -1, counting: 'every-day', hour: '12:00' }],
    ['more than 120 days', { days: 121, counting: 'every-day', hour: '12:00' }],
    ['an unknown field', { ...every(1, '12:00'), hours: 3 }],
    ['an unknown kind', { kind: 'some-day', hour: '12:00' }],
    ['the week of the day', { kind: 'weekday-of-week', weekday: 1, weeksBefore: 0, hour: '12:00' }],
    ['the month of the day', { kind: 'day-of-month', day: 1, monthsBefore: 0, hour: '12:00' }],
    ['an eighth weekday', { kind: 'previous-weekday', weekday: 8, hour: '12:00' }],
    ['the earliest of one', { kind: 'earliest', limits: [every(1, '12:00')] }],
    ['a table without other days', { kind: 'table', rows: [{ rule: every(1, '12:00') }] }],
  ])('may not ask for %s', (_, written) => {
    expect(deadlineSchema.safeParse(written).success).toBe(false)
  })
})
