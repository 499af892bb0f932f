import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysBetween, eachDay, type IsoDate } from '../../shared/kernel/dates.ts'
import type { UnitId } from '../../shared/platform/schemas.ts'
import type { Asked } from '../../shared/reservations/decision-rules.ts'
import type { Years } from '../../shared/reservations/lines.ts'
import { CHANGES, LETTERS, type Wish } from '../../shared/reservations/model.ts'
import type { Plan } from '../../shared/reservations/plan-wishes.ts'
import { expandRecurrence, mergeWishes, periodOf } from '../../shared/reservations/wishes.ts'
import {
  ENROLMENT,
  DAY,
  UNITS,
  YEAR,
  calendars,
  recurrences,
  wishes,
  world,
  type World,
  planOf,
  requestOf,
  settle,
  histories,
  isWanted,
  daysIn,
} from './plan-arbitraries.ts'

/** The days that differ between two states of a planning. */
const differences = (
  before: Years,
  after: Years,
): { date: IsoDate; unit: UnitId; was: string; is: string }[] =>
  daysIn(before, after).flatMap(({ date, unit, letters: [was = '', is = ''] }) =>
    was === is ? [] : [{ date, unit, was, is }],
  )

/** Checks a law for every plan of random wishes on a random planning in a random town. */
const always = (
  law: (about: { world: World; years: Years; wished: readonly Wish[]; plan: Plan }) => void,
  numRuns = 100,
): void => {
  fc.assert(
    fc.property(fc.record(world), histories, wishes, (each, years, wished) => {
      const plan = planOf(each, years, wished)
      fc.pre(plan !== undefined)
      law({ world: each, years, wished, plan })
    }),
    { numRuns },
  )
}

describe('a plan', () => {
  it('changes nothing the second time', () => {
    always(({ world: each, wished, plan }) => {
      const again = planOf(each, plan.years, wished)
      expect(again).toMatchObject({ span: undefined, changes: new Map(), state: 'accepted' })
      expect(again?.years).toEqual(plan.years)
      expect(again?.kept).toEqual(plan.kept)
    })
  })

  it('changes no day outside the period of its wishes', () => {
    always(({ world: { stateOf }, years, wished, plan }) => {
      const { from, to } = mergeWishes(wished, YEAR, UNITS, stateOf)
      const outside = differences(years, plan.years).filter(({ date }) => date < from || date > to)
      expect(outside).toEqual([])
    })
  })

  it('adds nothing on a day that is closed or on which the child is not enrolled [guide 24, 44]', () => {
    always(({ world: { stateOf }, years, plan }) => {
      const added = differences(years, plan.years).filter(
        ({ date, is }) => stateOf(date) !== 'open' && isWanted(is),
      )
      expect(added).toEqual([])
    })
  })

  it('adds nothing past the deadline to add and cancels nothing past the one to cancel [guide 49]', () => {
    always(({ world: { inTime }, years, plan }) => {
      const late = differences(years, plan.years).filter(({ date, is }) =>
        isWanted(is) ? date < inTime.add : date < inTime.cancel,
      )
      expect(late).toEqual([])
    })
  })

  it('fulfils every wish or says once why not [guide 45]', () => {
    always(({ world: { stateOf }, years, wished, plan }) => {
      const merged = mergeWishes(wished, YEAR, UNITS, stateOf)
      const unfulfilled = daysIn(years, plan.years).filter(({ date, unit, letters }) => {
        const wish = merged.units.get(unit)?.[daysBetween(merged.from, date) - 1] ?? '_'
        const [was, is = ''] = letters
        return wish === '_' ? is !== was : isWanted(is) !== (wish === 'x')
      })
      expect(unfulfilled.filter(({ letters: [was, is] }) => was !== is)).toEqual([])
      const key = (date: IsoDate, unit: UnitId) => `${date} ${unit}`
      expect(plan.kept.map(({ date, unitId }) => key(date, unitId)).toSorted()).toEqual(
        unfulfilled.map(({ date, unit }) => key(date, unit)).toSorted(),
      )
    })
  })

  it('has change lines that are exactly the difference of before and after [guide 45]', () => {
    always(({ years, plan: { years: after, span, changes } }) => {
      const differing = differences(years, after)
      if (span === undefined) {
        expect(differing).toEqual([])
        expect(changes.size).toBe(0)
        return
      }
      expect(span).toEqual({
        from: differing[0]?.date,
        to: differing[differing.length - 1]?.date,
      })
      const said = eachDay(span.from, span.to).flatMap((date, index) =>
        UNITS.flatMap((unit) => {
          const change = changes.get(unit)?.[index]
          return change === undefined || change === CHANGES.unchanged
            ? []
            : [{ date, unit, change }]
        }),
      )
      expect(said).toEqual(
        differing.map(({ date, unit, is }) => ({ date, unit, change: isWanted(is) ? '+' : '-' })),
      )
      for (const line of changes.values()) {
        expect(line).toHaveLength(daysBetween(span.from, span.to))
        expect(line).toMatch(/[+-]/)
      }
    })
  })

  it('awaits staff if it asks them for anything, and only then [guide 48]', () => {
    always(({ world: { decision }, years, plan }) => {
      const asked = differences(years, plan.years).some(
        ({ is }) => is === LETTERS.requested || is === LETTERS.cancelling,
      )
      expect(plan.state).toBe(asked ? 'pending' : 'accepted')
      if (decision === 'automatic') expect(plan.state).toBe('accepted')
    })
  })

  it('does not touch what it was given', () => {
    always(({ world: each, years, wished }) => {
      const copy = structuredClone(years)
      planOf(each, years, wished)
      expect(years).toEqual(copy)
    }, 50)
  })

  const steps = fc.array(
    fc.record({
      wished: wishes,
      /** How many pending requests staff decide afterwards, which of them, and how. */
      decisions: fc.array(fc.record({ which: fc.nat(20), accepted: fc.boolean() }), {
        maxLength: 3,
      }),
      stateOf: calendars,
      inTime: world.inTime,
    }),
    { maxLength: 8 },
  )

  it('never wants two units that exclude each other, after any wishes and decisions in any order', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let years: Years = new Map()
        const requests: { asked: Asked; pending: boolean }[] = []
        for (const { wished, decisions, ...rest } of history) {
          const plan = planOf({ ...rest, decision: 'staff' }, years, wished)
          const asked = plan && requestOf(plan)
          if (plan !== undefined && asked !== undefined) {
            years = plan.years
            requests.push({ asked, pending: plan.state === 'pending' })
          }
          for (const { which, accepted } of decisions) {
            const pending = requests.filter((request) => request.pending)
            const request = pending[which % Math.max(1, pending.length)]
            if (request === undefined) continue
            const later = requests
              .slice(requests.indexOf(request) + 1)
              .map(({ asked: each }) => each)
            years = settle(years, request.asked, accepted ? 'accepted' : 'refused', later)
            request.pending = false
          }
        }
        const wanted = daysIn(years).filter(({ letters: [letter = ''] }) => isWanted(letter))
        const halves = new Set(wanted.filter(({ unit }) => unit !== DAY).map(({ date }) => date))
        expect(wanted.filter(({ unit, date }) => unit === DAY && halves.has(date))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('is the same for a recurrence, for its lines and for its days ticked one by one [guide 40, 41]', () => {
    fc.assert(
      fc.property(fc.record(world), histories, recurrences, (each, years, recurrence) => {
        const period = periodOf(recurrence, YEAR)
        const days = eachDay(period.from, period.to)
        const states = days.map(each.stateOf)
        const lines = expandRecurrence(recurrence.weeks, period, UNITS, states)
        const open = days
          .map((date, index) => ({
            date,
            units: UNITS.filter((unit) => lines.get(unit)?.[index] === 'x'),
          }))
          .filter(({ date }) => each.stateOf(date) === 'open')
        fc.pre(open.length > 0)
        const plan = planOf(each, years, [recurrence])
        expect(
          planOf(each, years, [
            {
              kind: 'lines',
              enrolmentId: ENROLMENT,
              from: period.from,
              units: Object.fromEntries(lines),
            },
          ]),
        ).toEqual(plan)
        expect(planOf(each, years, [{ kind: 'days', enrolmentId: ENROLMENT, days: open }])).toEqual(
          plan,
        )
      }),
    )
  })
})
