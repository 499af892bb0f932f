import { describe, expect, it } from 'vitest'
import { Calendars, type Act } from '../../shared/catalogue/calendar.ts'
import { deadlineSchema } from '../../shared/catalogue/deadline-model.ts'
import type { Activity } from '../../shared/catalogue/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { parisDate, parisTime } from '../../shared/kernel/paris.ts'
import { cesson } from '../support/cesson.ts'

const { catalogue } = cesson
const MINUTE = 60_000

/** A rule as a town writes it in its file. */
type Written = Readonly<Record<string, unknown>>

/** A day of service and when its deadline is, by the clocks of Paris. */
type Row = readonly [day: string, date: IsoDate, deadline: string]

const daysBefore = (days: number, counting: string, hour: string): Written => ({
  kind: 'days-before',
  days,
  counting,
  hour,
})

const previous = (weekday: number, hour: string): Written => ({
  kind: 'previous-weekday',
  weekday,
  hour,
})

const weekBefore = (weekday: number, hour: string): Written => ({
  kind: 'weekday-of-week',
  weekday,
  weeksBefore: 1,
  hour,
})

/** An instant as the clocks of Paris show it. */
const shown = (instant: Date): string => `${parisDate(instant)} ${parisTime(instant)}`

const withRule = (rule: Written, act: Act): Activity => {
  const [activity] = catalogue.activities
  if (activity === undefined) throw new Error('The demo town has no activity')
  return {
    ...activity,
    deadlines: { ...activity.deadlines, [act]: deadlineSchema.parse(rule) },
  }
}

/** States that the act is in time until the minute before the deadline of each row, not at it. */
const holds = (rule: Written, rows: readonly Row[], act: Act = 'add'): void => {
  it.each(rows)('for %s %s until %s', (_, date, expected) => {
    const activity = withRule(rule, act)
    const calendars = new Calendars(catalogue)
    const deadline = calendars.deadlineOf(activity, act, date)
    expect(shown(deadline)).toBe(expected)
    const minuteBefore = new Date(deadline.getTime() - MINUTE)
    expect(calendars.isInTime(activity, act, date, minuteBefore)).toBe(true)
    expect(calendars.isInTime(activity, act, date, deadline)).toBe(false)
  })
}

describe('Cruas: J-2 without weekends, 12:00; Wednesdays by Thursday 12:00 of the week before [guide 49]', () => {
  holds(
    {
      kind: 'table',
      rows: [{ weekdays: [3], rule: weekBefore(4, '12:00') }],
      otherwise: daysBefore(2, 'weekdays', '12:00'),
    },
    [
      ['Monday', '2025-09-08', '2025-09-04 12:00'],
      ['Tuesday', '2025-09-09', '2025-09-05 12:00'],
      ['Wednesday', '2025-09-10', '2025-09-04 12:00'],
      ['Thursday', '2025-09-11', '2025-09-09 12:00'],
      ['Friday', '2025-09-12', '2025-09-10 12:00'],
      ['Thursday after the Armistice, which counts', '2025-11-13', '2025-11-11 12:00'],
    ],
  )
})

describe('Veyras, meals: Tuesday 23:59 for the next week [guide 49]', () => {
  holds(weekBefore(2, '23:59'), [
    ['Monday', '2025-09-15', '2025-09-09 23:59'],
    ['Tuesday', '2025-09-16', '2025-09-09 23:59'],
    ['Friday', '2025-09-19', '2025-09-09 23:59'],
    ['Monday of the next week', '2025-09-22', '2025-09-16 23:59'],
  ])
})

describe('Veyras, day nursery: the day before, 18:00 [guide 49]', () => {
  holds(daysBefore(1, 'every-day', '18:00'), [
    ['Monday', '2025-09-15', '2025-09-14 18:00'],
    ['Tuesday', '2025-09-16', '2025-09-15 18:00'],
  ])
})

describe('Andancette, to add: Friday 12:00 for the next week [guide 49]', () => {
  holds(weekBefore(5, '12:00'), [
    ['Monday', '2025-09-15', '2025-09-12 12:00'],
    ['Friday', '2025-09-19', '2025-09-12 12:00'],
  ])
})

describe('Andancette, to cancel: the day before, 12:00 [guide 49]', () => {
  const rows = [
    ['Monday', '2025-09-15', '2025-09-14 12:00'],
    ['Friday', '2025-09-19', '2025-09-18 12:00'],
  ] as const
  holds(daysBefore(1, 'every-day', '12:00'), rows, 'cancel')
})

describe('Villes Sœurs: the evening of the third working day before [guide 49]', () => {
  holds(daysBefore(3, 'working-days', '24:00'), [
    ['Monday, by Wednesday', '2025-09-15', '2025-09-11 00:00'],
    ['Tuesday, by Thursday', '2025-09-16', '2025-09-12 00:00'],
    ['Thursday, by Monday', '2025-09-18', '2025-09-16 00:00'],
    ['Friday, by Tuesday', '2025-09-19', '2025-09-17 00:00'],
    ['Thursday after the Armistice, by Friday', '2025-11-13', '2025-11-08 00:00'],
  ])
})

describe('Les Pieux: a table by weekday, 9:30 [guide 49]', () => {
  holds(
    {
      kind: 'table',
      rows: [
        { weekdays: [1], rule: previous(4, '09:30') },
        { weekdays: [3], rule: previous(1, '09:30') },
        { weekdays: [4], rule: previous(2, '09:30') },
        { weekdays: [5], rule: previous(3, '09:30') },
      ],
      otherwise: previous(5, '09:30'),
    },
    [
      ['Monday', '2025-09-15', '2025-09-11 09:30'],
      ['Tuesday', '2025-09-16', '2025-09-12 09:30'],
      ['Wednesday', '2025-09-17', '2025-09-15 09:30'],
      ['Thursday', '2025-09-18', '2025-09-16 09:30'],
      ['Friday', '2025-09-19', '2025-09-17 09:30'],
    ],
  )
})

describe('Vailhauquès: Friday 9:00 for Monday and Tuesday, Tuesday 9:00 for Thursday and Friday [guide 49]', () => {
  holds(
    {
      kind: 'table',
      rows: [{ weekdays: [1, 2], rule: previous(5, '09:00') }],
      otherwise: previous(2, '09:00'),
    },
    [
      ['Monday', '2025-09-15', '2025-09-12 09:00'],
      ['Tuesday', '2025-09-16', '2025-09-12 09:00'],
      ['Thursday', '2025-09-18', '2025-09-16 09:00'],
      ['Friday', '2025-09-19', '2025-09-16 09:00'],
    ],
  )
})

describe('Centre social VHB: Thursday and Monday 15:00, another table where Monday is a holiday [guide 49]', () => {
  holds(
    {
      kind: 'table',
      rows: [
        { weekdays: [2, 3], holidayOn: 1, rule: weekBefore(4, '15:00') },
        { weekdays: [1, 2], rule: weekBefore(4, '15:00') },
      ],
      otherwise: previous(1, '15:00'),
    },
    [
      ['Monday', '2026-04-13', '2026-04-09 15:00'],
      ['Tuesday', '2026-04-14', '2026-04-09 15:00'],
      ['Wednesday', '2026-04-15', '2026-04-13 15:00'],
      ['Friday', '2026-04-17', '2026-04-13 15:00'],
      ['Tuesday after Easter', '2026-04-07', '2026-04-02 15:00'],
      ['Wednesday after Easter', '2026-04-08', '2026-04-02 15:00'],
      ['Thursday after Easter', '2026-04-09', '2026-04-06 15:00'],
      ['Friday after Easter', '2026-04-10', '2026-04-06 15:00'],
      ['Wednesday of a Tuesday holiday, which changes nothing', '2025-11-12', '2025-11-10 15:00'],
    ],
  )
})

describe('Rontalon, to cancel: a table at 11:00; the last school day before holidays for the return [guide 49]', () => {
  const onSchoolDay = (weekday: number): Written => ({
    ...previous(weekday, '11:00'),
    backTo: 'school-days',
  })
  holds(
    {
      kind: 'table',
      rows: [
        { weekdays: [1], rule: onSchoolDay(5) },
        { weekdays: [2], rule: onSchoolDay(1) },
        { weekdays: [4], rule: onSchoolDay(2) },
      ],
      otherwise: onSchoolDay(4),
    },
    [
      ['Monday', '2025-09-15', '2025-09-12 11:00'],
      ['Tuesday', '2025-09-16', '2025-09-15 11:00'],
      ['Thursday', '2025-09-18', '2025-09-16 11:00'],
      ['Friday', '2025-09-19', '2025-09-18 11:00'],
      ['Monday after All Saints’ holidays', '2025-11-03', '2025-10-17 11:00'],
      ['Monday after Christmas holidays', '2026-01-05', '2025-12-19 11:00'],
      ['Tuesday after Easter', '2026-04-07', '2026-04-03 11:00'],
      ['the first day after summer', '2026-09-01', '2026-07-03 11:00'],
    ],
    'cancel',
  )
})

describe('Éragny, school days: 72 hours before the service opens, at 7:30 [guide 49]', () => {
  holds(daysBefore(3, 'every-day', '07:30'), [
    ['Thursday', '2025-09-18', '2025-09-15 07:30'],
    ['Monday', '2025-09-15', '2025-09-12 07:30'],
    ['the Tuesday after clocks went back', '2025-10-28', '2025-10-25 07:30'],
  ])
})

describe('Éragny, holidays: 15 clear days before their first day [guide 49]', () => {
  holds({ ...daysBefore(15, 'every-day', '00:00'), countedFrom: 'holidays' }, [
    ['the first Monday of All Saints’ holidays', '2025-10-20', '2025-10-03 00:00'],
    ['their last Friday', '2025-10-31', '2025-10-03 00:00'],
    ['a day of spring holidays', '2026-04-29', '2026-04-03 00:00'],
    ['a day of July', '2026-07-15', '2026-06-19 00:00'],
    ['the last Monday of August', '2026-08-31', '2026-06-19 00:00'],
  ])
})

describe('Amaqy, to add: J-9 [guide 49]', () => {
  holds(daysBefore(9, 'every-day', '24:00'), [
    ['Wednesday, by Monday', '2025-09-24', '2025-09-16 00:00'],
    ['a Friday of holidays, by Wednesday', '2025-10-31', '2025-10-23 00:00'],
  ])
})

describe('Amaqy, to cancel: Monday for Wednesday of the next week [guide 49]', () => {
  const rows = [['Wednesday', '2025-09-24', '2025-09-16 00:00']] as const
  holds(weekBefore(1, '24:00'), rows, 'cancel')
})

describe('Illkirch, to add: 15 working days before [guide 49]', () => {
  holds(daysBefore(15, 'working-days', '24:00'), [
    ['Tuesday', '2025-12-02', '2025-11-11 00:00'],
    ['Friday after May’s holidays', '2026-05-29', '2026-05-06 00:00'],
  ])
})

describe('Illkirch, to cancel: 16 working days before [guide 49]', () => {
  const rows = [['Tuesday', '2025-12-02', '2025-11-08 00:00']] as const
  holds(daysBefore(16, 'working-days', '24:00'), rows, 'cancel')
})

describe('Grans: the day before, 15:00 [guide 49]', () => {
  holds(daysBefore(1, 'every-day', '15:00'), [
    ['Tuesday', '2025-09-16', '2025-09-15 15:00'],
    ['the Monday after clocks went back', '2025-10-27', '2025-10-26 15:00'],
    ['the Monday after clocks went forward', '2026-03-30', '2026-03-29 15:00'],
  ])
})

describe('Labruguière: the day before, midnight [guide 49]', () => {
  holds(daysBefore(1, 'every-day', '24:00'), [
    ['Tuesday', '2025-09-16', '2025-09-16 00:00'],
    ['the Sunday on which clocks go forward', '2026-03-29', '2026-03-29 00:00'],
    ['the Monday after it', '2026-03-30', '2026-03-30 00:00'],
  ])
})

describe('Espondeilhan: Monday midnight of the previous week [guide 49]', () => {
  holds(weekBefore(1, '24:00'), [
    ['Monday, as its page says', '2022-09-19', '2022-09-13 00:00'],
    ['Friday, as its page says', '2022-09-23', '2022-09-13 00:00'],
  ])
})

describe('Strasbourg: five days before [guide 49]', () => {
  holds(daysBefore(5, 'every-day', '24:00'), [['Tuesday', '2025-09-16', '2025-09-12 00:00']])
})

describe('Strasbourg: ten days before [guide 49]', () => {
  holds(daysBefore(10, 'every-day', '24:00'), [['Tuesday', '2025-09-16', '2025-09-07 00:00']])
})

describe('Argenteuil, Wednesdays: the 7th of the previous month [guide 49]', () => {
  holds({ kind: 'day-of-month', day: 7, monthsBefore: 1, hour: '24:00' }, [
    ['the first of a month', '2025-10-01', '2025-09-08 00:00'],
    ['the last of a month', '2025-12-31', '2025-11-08 00:00'],
    ['January', '2026-01-07', '2025-12-08 00:00'],
  ])
})
