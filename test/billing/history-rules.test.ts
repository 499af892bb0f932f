import { describe, expect, it } from 'vitest'
import { historyOf } from '../../shared/billing/history-rules.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import type { Occasion } from '../../shared/tariffs/model.ts'
import { MONTH, planning, townWith } from './arbitraries.ts'
import { activityOf, childOf, householdIn } from './items.ts'

type Days = Readonly<Record<IsoDate, string>>

const history = (activityId: string, units: Readonly<Record<string, Days>>, month: IsoMonth) => {
  const household = householdIn(townWith(), [planning('a', activityId, units)])
  return historyOf(household, childOf(household, 'a'), activityOf(household, activityId), month)
}

/** By day how many days of an occasion went before: in the month, in the school year. */
const earlier = (days: Days, occasion: Occasion = 'late', month = MONTH) =>
  [...history('MEALS', { MEAL: days }, month)].map(([day, { earlier: of }]) => {
    const before = of(occasion)
    return [day, before.month, before.schoolYear].join('|')
  })

/** By day its place among the days of the unit in a row that have its occasion. */
const inARow = (days: Days, month = MONTH) =>
  [...history('MEALS', { MEAL: days }, month)].map(([day, { inARow: of }]) =>
    [day, of('MEAL')].join('|'),
  )

describe('the days before a day', () => {
  it('are counted by their occasion, in the month and since the school year began', () => {
    const days = { '2025-09-01': 'l', '2025-10-06': 'le', '2025-11-03': 'al.le' } as const
    expect(earlier(days)).toEqual(['3|0|2', '4|0|2', '6|1|3', '7|2|4'])
    expect(earlier(days, 'unbooked')).toEqual(['3|0|1', '4|0|1', '6|0|1', '7|0|1'])
    expect(earlier(days, 'booked')).toEqual(['3|0|0', '4|1|1', '6|1|1', '7|1|1'])
    expect(earlier(days, 'excused')).toEqual(['3|0|0', '4|0|0', '6|0|0', '7|0|0'])
  })

  it('are those of the activity in that year: of September on its first day none', () => {
    const days = { '2025-09-01': 'll' } as const
    expect(earlier(days, 'late', '2025-09')).toEqual(['1|0|0', '2|1|1'])
    expect(earlier(days)).toEqual([])
    // January is of the school year that began the September before.
    expect(earlier({ ...days, '2026-01-05': 'l' }, 'late', '2026-01')).toEqual(['5|0|2'])
  })

  it('are one day each, however many units they have', () => {
    const units = {
      MORNING: { '2025-11-03': 'll' },
      EVENING: { '2025-11-03': 'la.l' },
    } as const
    const days = [...history('CARE', units, MONTH)].map(([day, { earlier: of }]) => [
      day,
      of('late').month,
      of('booked').month,
    ])
    expect(days).toEqual([
      [3, 0, 0],
      [4, 1, 0],
      [6, 2, 1],
    ])
  })
})

describe('the place of a day in a row', () => {
  it('goes on while the occasion is the same, over days without a booking and over months', () => {
    const days = { '2025-10-31': 'j', '2025-11-03': 'jj.aj..j' } as const
    expect(inARow(days)).toEqual(['3|2', '4|3', '6|1', '7|1', '10|2'])
  })

  it('begins anew with another occasion', () => {
    expect(inARow({ '2025-11-03': 'ju.jj' })).toEqual(['3|1', '4|1', '6|1', '7|2'])
  })

  it('is that of each unit, by what was booked', () => {
    const units = {
      MORNING: { '2025-11-03': 'jj' },
      EVENING: { '2025-11-03': 'l..l' },
    } as const
    const days = [...history('CARE', units, MONTH)].map(([day, { inARow: of }]) => [
      day,
      of('MORNING'),
      of('EVENING'),
    ])
    expect(days).toEqual([
      [3, 1, 1],
      // What has nothing on the day is the first of its kind.
      [4, 2, 1],
      [6, 1, 2],
    ])
  })
})
