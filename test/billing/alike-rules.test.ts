import { describe, expect, it } from 'vitest'
import { alikeDays, type Alike } from '../../shared/billing/alike-rules.ts'
import { daysOf } from '../../shared/billing/day-set-rules.ts'
import { dueUnits } from '../../shared/billing/due-days-rules.ts'
import { familyMonth, plannedMonth } from '../../shared/billing/household-rules.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import {
  ALL_RULES,
  flat,
  meals,
  MONTH,
  planning,
  priceList,
  townWith,
  type ListContent,
} from './arbitraries.ts'
import { activityOf, childOf, householdIn, setOfDays } from './items.ts'

/** The days of the elder child that are alike, of one activity in November 2025. */
const alike = (
  more: ListContent,
  plannings: readonly Planning[],
  { activityId = 'MEALS', changes = 0 }: { activityId?: string; changes?: number } = {},
) => {
  const household = householdIn(townWith([priceList(more)]), plannings)
  const [of, activity] = [childOf(household, 'a'), activityOf(household, activityId)]
  const held = plannedMonth(household, of, activity, familyMonth(household, MONTH))
  if (held === undefined) throw new Error('No planning')
  const all = alikeDays(household, of, activity, { held, changes })
  return {
    all,
    days: all.map(({ days }) => daysOf(days).join(' ')),
    units: all.map(({ number }: Alike) => dueUnits(activity, number)),
  }
}

const LATE = {
  ...{ id: 'S', name: 'Retard', occasions: ['late'], how: { kind: 'multiple', by: '2' } },
}
const AFTER = { supplements: [{ ...LATE, after: { times: 1, within: 'month' } }] }

describe('days are alike', () => {
  it('by unit and occasion, where lists ask no more', () => {
    const { days, units, all } = alike({}, [meals('ala.l')])
    expect(days).toEqual(['3', '4 7'])
    expect(units.map((each) => each.units)).toEqual([
      [{ unitId: 'MEAL', occasion: 'booked' }],
      [{ unitId: 'MEAL', occasion: 'late' }],
    ])
    // Nothing is said of them that no list asks for.
    expect(all.every((each) => each.units === undefined && each.present === undefined)).toBe(true)
  })

  it('up to the next change of a list or of what the family has to live on', () => {
    const changes = setOfDays(4, 7, 10, 20)
    const { days, all } = alike({}, [meals('aa.aa..aa')], { changes })
    // The 5th is a Wednesday, the 8th and 9th are a weekend and the 11th is a public holiday.
    expect(days).toEqual(['3', '4 6', '7', '10'])
    expect(new Set(all.map(({ stretch }) => stretch)).size).toBe(4)
    expect(all[0]?.stretch).toBe(0)
    expect(all[1]?.stretch).toBe(setOfDays(4))
    expect(all[2]?.stretch).toBe(setOfDays(4, 7))
    expect(alike({}, [meals('al.al')], { changes: setOfDays(6) }).days).toEqual([
      '3',
      '6',
      '4',
      '7',
    ])
  })

  it('by their units together, where a rule names several', () => {
    const rules = [flat('CARE', ['MORNING', 'EVENING'], 200), ...ALL_RULES]
    const care = planning('a', 'CARE', {
      MORNING: { '2025-11-03': 'aa.a' },
      EVENING: { '2025-11-03': 'al.a' },
    })
    const { days, units } = alike({ rules }, [care], { activityId: 'CARE' })
    expect(days).toEqual(['3 6', '4'])
    expect(units[0]?.units).toEqual([
      { unitId: 'MORNING', occasion: 'booked' },
      { unitId: 'EVENING', occasion: 'booked' },
    ])
    expect(alike({ rules }, [care], { activityId: 'CARE', changes: setOfDays(6) }).days).toEqual([
      '3',
      '4',
      '6',
    ])
  })

  it('on one weekday, where a list asks for weekdays', () => {
    const when = { weekdays: [1] }
    const rules = [flat('MEALS', ['MEAL'], 200, { when }), ...ALL_RULES]
    // Mondays 3 and 10, Tuesday 4 and Thursday 6.
    expect(alike({ rules }, [meals('aa.a...a')]).days).toEqual(['3 10', '4', '6'])
  })

  it('with as many before, of those that are late, where a surcharge begins after some', () => {
    const { days, all } = alike(AFTER, [meals('al.al')])
    expect(days).toEqual(['3 6', '4', '7'])
    expect(all.map(({ units = [] }) => units)).toEqual([
      [{ unitId: 'MEAL', occasion: 'booked' }],
      [{ unitId: 'MEAL', occasion: 'late', earlier: { month: 0, schoolYear: 0 } }],
      [{ unitId: 'MEAL', occasion: 'late', earlier: { month: 1, schoolYear: 1 } }],
    ])
    expect(alike(AFTER, [meals('ee.uj')]).all.map(({ units = [] }) => units)).toEqual([
      [{ unitId: 'MEAL', occasion: 'unbooked', earlier: { month: 0, schoolYear: 0 } }],
      [{ unitId: 'MEAL', occasion: 'unbooked', earlier: { month: 1, schoolYear: 1 } }],
      [{ unitId: 'MEAL', occasion: 'absent' }],
      [{ unitId: 'MEAL', occasion: 'excused' }],
    ])
  })

  it('in one place of an absence, where its first days are due', () => {
    const absences = { unjustified: '100', justified: '0', daysDue: 1 }
    const { days, all } = alike({ absences }, [meals('ju.jj..al')])
    expect(days).toEqual(['3 6', '4', '7', '10'])
    expect(all.map(({ units = [] }) => units)).toEqual([
      [{ unitId: 'MEAL', occasion: 'excused', dayOfAbsence: 1 }],
      [{ unitId: 'MEAL', occasion: 'absent', dayOfAbsence: 1 }],
      [{ unitId: 'MEAL', occasion: 'excused', dayOfAbsence: 2 }],
      [{ unitId: 'MEAL', occasion: 'booked' }],
    ])
  })

  it('of one duration, where a unit is billed by the time spent', () => {
    const minutes = {
      [unitIdSchema.parse('NIGHT')]: { '2025-11-03': 61, '2025-11-04': 20, '2025-11-06': 61 },
    }
    const night = planning('a', 'CARE', { NIGHT: { '2025-11-03': 'aa.a' } }, { minutes })
    const { days, all } = alike({}, [night], { activityId: 'CARE' })
    expect(days).toEqual(['3 6', '4'])
    expect(all.map(({ units = [] }) => units)).toEqual([
      [{ unitId: 'NIGHT', occasion: 'booked', minutes: 61 }],
      [{ unitId: 'NIGHT', occasion: 'booked', minutes: 20 }],
    ])
  })

  it('of the duration that is noted of what was booked, though a late unit have another price', () => {
    const minutes = { [unitIdSchema.parse('EVENING')]: { '2025-11-03': 40, '2025-11-04': 40 } }
    const units = { EVENING: { '2025-11-03': 'al' }, MORNING: { '2025-11-04': 'a' } }
    const { days, all } = alike({}, [planning('a', 'CARE', units, { minutes })], {
      activityId: 'CARE',
    })
    expect(days).toEqual(['3', '4'])
    expect(all.map((each) => each.units)).toEqual([
      [{ unitId: 'EVENING', occasion: 'booked', minutes: 40 }],
      // Nobody has noted how long the morning was.
      [
        { unitId: 'MORNING', occasion: 'booked' },
        { unitId: 'EVENING_LATE', occasion: 'late', minutes: 40 },
      ],
    ])
    // A planning may hold no duration at all.
    expect(alike({}, [planning('a', 'CARE', units)], { activityId: 'CARE' }).all).toHaveLength(2)
  })

  it('with the same siblings there, where a list asks for them', () => {
    const when = { rank: { among: 'present', from: 2 } }
    const rules = [flat('MEALS', ['MEAL'], 200, { when }), ...ALL_RULES]
    const { days, all } = alike({ rules }, [meals('aa.a'), meals('aj.a', 'b')])
    expect(days).toEqual(['3 6', '4'])
    expect(all.map(({ present }) => present)).toEqual([
      { rank: 1, children: 2 },
      { rank: 1, children: 1 },
    ])
  })
})
