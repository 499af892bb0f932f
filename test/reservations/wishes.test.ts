import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  daysBetween,
  eachDay,
  epochDay,
  mondayOf,
  weekdayOf,
  type IsoDate,
  type Weekday,
} from '../../shared/kernel/dates.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import type { Situation } from '../../shared/reservations/plan-wishes.ts'
import {
  exclusiveWishes,
  expandRecurrence,
  mergeWishes,
  periodOf,
} from '../../shared/reservations/wishes.ts'
import { cycles, periods } from '../support/arbitraries.ts'
import {
  ENROLMENT,
  MORNING,
  DAY,
  UNITS,
  activity,
  YEAR,
  FIRST,
  LAST,
  calendars,
  combinations,
  weekPatterns,
  recurrences,
  wishes,
} from './plan-arbitraries.ts'

describe('the expansion of a recurrence', () => {
  const shortPeriods = periods(60, FIRST, LAST)
  const statesOf = (stateOf: Situation['stateOf'], { from, to }: { from: IsoDate; to: IsoDate }) =>
    eachDay(from, to).map(stateOf)

  it('never leaves its period, nor books a day that is closed or outside the enrolment [guide 44]', () => {
    fc.assert(
      fc.property(recurrences, calendars, (wish, stateOf) => {
        const period = periodOf(wish, YEAR)
        const states = statesOf(stateOf, period)
        for (const line of expandRecurrence(wish.weeks, period, UNITS, states).values()) {
          expect(line).toHaveLength(daysBetween(period.from, period.to))
          expect(Array.from(line, (letter) => letter !== '_')).toEqual(
            states.map((state) => state === 'open'),
          )
        }
      }),
    )
  })

  it('wants on each open day the units that its week of the cycle names, and no other [guide 41]', () => {
    fc.assert(
      fc.property(cycles([...UNITS]), shortPeriods, calendars, (weeks, period, stateOf) => {
        const lines = expandRecurrence(weeks, period, UNITS, statesOf(stateOf, period))
        for (const unit of UNITS) {
          const expected = eachDay(period.from, period.to).map((date) => {
            if (stateOf(date) !== 'open') return '_'
            const weeksSince = (epochDay(mondayOf(date)) - epochDay(mondayOf(period.from))) / 7
            const named = weeks[weeksSince % weeks.length]?.find(
              ({ weekday }) => weekday === weekdayOf(date),
            )
            return named?.units.includes(unit) === true ? 'x' : '.'
          })
          expect(lines.get(unit)).toBe(expected.join(''))
        }
      }),
    )
  })

  it('is the same for a week, for two twin weeks and for four [guide 41]', () => {
    fc.assert(
      fc.property(weekPatterns, shortPeriods, calendars, (week, period, stateOf) => {
        const expand = (weeks: (typeof week)[]) =>
          expandRecurrence(weeks, period, UNITS, statesOf(stateOf, period))
        expect(expand([week, week])).toEqual(expand([week]))
        expect(expand([week, week, week])).toEqual(expand([week]))
        expect(expand([week, week, week, week])).toEqual(expand([week]))
      }),
    )
  })

  it('is the same for two weeks and for four of which the last are twins of the first [guide 41]', () => {
    fc.assert(
      fc.property(weekPatterns, weekPatterns, shortPeriods, calendars, (a, b, period, stateOf) => {
        const expand = (weeks: (typeof a)[]) =>
          expandRecurrence(weeks, period, UNITS, statesOf(stateOf, period))
        expect(expand([a, b, a, b])).toEqual(expand([a, b]))
      }),
    )
  })

  it('begins its cycle in the week of the first day, whichever weekday that is [guide 41]', () => {
    const week = (weekday: Weekday) => [{ weekday, units: [MORNING] }]
    // Friday 5 September 2025, then three whole weeks: Monday, Tuesday, Wednesday in turn.
    const period = { from: '2025-09-05', to: '2025-09-28' } as const
    const lines = expandRecurrence(
      [week(5), week(1), week(2), week(3)],
      period,
      [MORNING],
      statesOf(() => 'open', period),
    )
    const wanted = eachDay(period.from, period.to).filter(
      (_, index) => lines.get(MORNING)?.[index] === 'x',
    )
    expect(wanted).toEqual(['2025-09-05', '2025-09-08', '2025-09-16', '2025-09-24'])
  })

  it('covers the school year in force unless a period is given [guide 41]', () => {
    const wish = { kind: 'recurrence', enrolmentId: ENROLMENT, weeks: [[]] } satisfies Wish
    expect(periodOf(wish, YEAR)).toEqual({ from: YEAR.firstDay, to: YEAR.lastDay })
    expect(periodOf({ ...wish, from: '2025-12-24' }, YEAR)).toEqual({
      from: '2025-12-24',
      to: YEAR.lastDay,
    })
    expect(periodOf({ ...wish, to: '2025-12-24' }, YEAR)).toEqual({
      from: YEAR.firstDay,
      to: '2025-12-24',
    })
  })
})

describe('several wishes', () => {
  it('speak together as the last of them that says anything of a day', () => {
    fc.assert(
      fc.property(wishes, calendars, (wished, stateOf) => {
        const merged = mergeWishes(wished, YEAR, UNITS, stateOf)
        const alone = wished.map((wish) => mergeWishes([wish], YEAR, UNITS, stateOf))
        for (const unit of UNITS) {
          const expected = eachDay(merged.from, merged.to).map((date) => {
            const said = alone
              .map(({ from, units: lines }) => lines.get(unit)?.[daysBetween(from, date) - 1])
              .filter((letter) => letter !== undefined && letter !== '_')
            return said[said.length - 1] ?? '_'
          })
          expect(merged.units.get(unit)).toBe(expected.join(''))
        }
      }),
    )
  })

  it('are refused when they name two units of a day that exclude each other, with the first day', () => {
    const both = (date: IsoDate) => ({ date, units: [MORNING, DAY] })
    const wished = mergeWishes(
      [
        {
          kind: 'days',
          enrolmentId: ENROLMENT,
          days: [both('2026-01-14'), both('2026-01-07'), { date: '2025-12-03', units: [DAY] }],
        },
      ],
      YEAR,
      UNITS,
      () => 'open',
    )
    expect(exclusiveWishes([{ activity, wished }])).toEqual({
      date: '2026-01-07',
      units: ['Matin', 'Journée'],
    })
  })

  it.each(combinations.map((named) => ({ named: [...named] })))(
    'are not refused for units of a day that go together: $named',
    ({ named }) => {
      const merged = mergeWishes(
        [{ kind: 'days', enrolmentId: ENROLMENT, days: [{ date: '2026-01-07', units: named }] }],
        YEAR,
        UNITS,
        () => 'open',
      )
      expect(exclusiveWishes([{ activity, wished: merged }])).toBeUndefined()
    },
  )
})
