import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Activity } from '../../shared/catalogue/model.ts'
import {
  addDays,
  daysBetween,
  eachDay,
  epochDay,
  mondayOf,
  weekdayOf,
  type IsoDate,
  type Weekday,
} from '../../shared/kernel/dates.ts'
import { enrolmentIdSchema, unitIdSchema, type UnitId } from '../../shared/platform/schemas.ts'
import { awaitedOf, settled, type Asked } from '../../shared/reservations/decision-rules.ts'
import { readLine, writeLine, type Years } from '../../shared/reservations/lines.ts'
import { CHANGES, LETTERS, type Wish } from '../../shared/reservations/model.ts'
import { planWishes, type Plan, type Situation } from '../../shared/reservations/plan-wishes.ts'
import {
  holdsPlace,
  isDue,
  pricedUnitId,
  stillAsked,
  type DayOfEnrolment,
} from '../../shared/reservations/rules.ts'
import {
  exclusiveWishes,
  expandRecurrence,
  mergeWishes,
  periodOf,
} from '../../shared/reservations/wishes.ts'
import { cesson } from '../support/cesson.ts'
import { cycles, dates, periods } from '../support/arbitraries.ts'

/** A day before all that these tests ask: nothing has gone by undecided. */
const LONG_AGO = '2000-01-01'

const ENROLMENT = enrolmentIdSchema.parse('lucas-mercredis')
const [MORNING, AFTERNOON, DAY] = [
  unitIdSchema.parse('MATIN'),
  unitIdSchema.parse('APRES_MIDI'),
  unitIdSchema.parse('JOURNEE'),
]
const UNITS = [MORNING, AFTERNOON, DAY] as const

/** The leisure centre of Wednesdays: a day excludes its morning and its afternoon. */
const [activity] = cesson.catalogue.activities.filter(({ id }) => id === 'MERCREDIS')
if (activity === undefined) throw new Error('No leisure centre')
const { units } = activity

/** The first day that can still be added, and the first that can still be cancelled. */
interface InTime {
  readonly add: IsoDate
  readonly cancel: IsoDate
}

const timing = ({ add, cancel }: InTime): Pick<Situation, 'adding' | 'cancelling'> => ({
  adding: (date) => (date < add ? 'addDeadline' : 'inTime'),
  cancelling: (date) => (date < cancel ? 'cancelDeadline' : 'inTime'),
})

/** The school year of the laws: ten weeks around New Year. */
const YEAR = { firstDay: '2025-12-01', lastDay: '2026-02-08' } as const
/** Wishes and states go beyond it on both sides. */
const [FIRST, LAST] = ['2025-11-20', '2026-02-20'] as const

const closedStates = [
  'noService',
  'publicHoliday',
  'schoolHoliday',
  'schoolTime',
  'closed',
  'notEnrolled',
] as const satisfies readonly DayOfEnrolment[]

/** The state of every day; the child is enrolled between the first and the last day only. */
const calendars = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: fc.constant('open') }, fc.constantFrom(...closedStates)),
    {
      minLength: daysBetween(FIRST, LAST),
      maxLength: daysBetween(FIRST, LAST),
    },
  )
  .map(
    (states) =>
      (date: IsoDate): DayOfEnrolment =>
        states[daysBetween(FIRST, date) - 1] ?? 'notEnrolled',
  )

/** Units of a day that do not exclude each other. */
const combinations = [[], [MORNING], [AFTERNOON], [MORNING, AFTERNOON], [DAY]] as const

const namedUnits = fc.constantFrom(...combinations).map((each) => [...each])

const weekPatterns = fc
  .uniqueArray(
    fc.record({ weekday: fc.constantFrom<Weekday[]>(1, 2, 3, 4, 5, 6, 7), units: namedUnits }),
    { selector: ({ weekday }) => weekday, maxLength: 7 },
  )
  .map((week) => week.filter((day) => day.units.length > 0))

const recurrences: fc.Arbitrary<Extract<Wish, { kind: 'recurrence' }>> = fc
  .record({
    weeks: fc.array(weekPatterns, { minLength: 1, maxLength: 4 }),
    period: fc.option(periods(90, FIRST, LAST), { nil: {} }),
  })
  .map(({ weeks, period }) => ({
    kind: 'recurrence',
    enrolmentId: ENROLMENT,
    weeks,
    ...period,
  }))

const tickedDays: fc.Arbitrary<Wish> = fc
  .uniqueArray(fc.record({ date: dates(FIRST, LAST), units: namedUnits }), {
    selector: ({ date }) => date,
    minLength: 1,
    maxLength: 30,
  })
  .map((days) => ({ kind: 'days', enrolmentId: ENROLMENT, days }))

const drawnLines: fc.Arbitrary<Wish> = fc
  .record({
    from: dates(FIRST, '2026-01-31'),
    days: fc.array(fc.option(namedUnits, { nil: undefined }), { minLength: 1, maxLength: 20 }),
    drawn: fc.subarray([...UNITS], { minLength: 1 }),
  })
  .map(({ from, days, drawn }) => ({
    kind: 'lines',
    enrolmentId: ENROLMENT,
    from,
    units: Object.fromEntries(
      drawn.map((unit) => [
        unit,
        days
          .map((named) => (named === undefined ? '_' : named.includes(unit) ? 'x' : '.'))
          .join(''),
      ]),
    ),
  }))

const wishes = fc.array(fc.oneof(recurrences, tickedDays, drawnLines), {
  minLength: 1,
  maxLength: 3,
})

const world = {
  stateOf: calendars,
  decision: fc.constantFrom<Activity['decision'][]>('automatic', 'staff'),
  inTime: fc.record({ add: dates(FIRST, LAST), cancel: dates(FIRST, LAST) }),
}
interface World {
  readonly stateOf: Situation['stateOf']
  readonly decision: Activity['decision']
  readonly inTime: InTime
}

/** What wishes come to; those that exclude each other are refused before and change nothing. */
const planOf = (
  { stateOf, decision, inTime }: World,
  years: Years,
  wished: readonly Wish[],
): Plan | undefined => {
  const merged = mergeWishes(wished, YEAR, UNITS, stateOf)
  if (exclusiveWishes([{ activity, wished: merged }]) !== undefined) return undefined
  return planWishes({
    wished: merged,
    years,
    activity: { units },
    decision,
    stateOf,
    ...timing(inTime),
  })
}

/** The request that a plan makes; nothing if it changes nothing. */
const requestOf = ({ span, changes }: Plan): Asked | undefined =>
  span && { ...span, units: [...changes].map(([unitId, line]) => ({ unitId, changes: line })) }

type Outcome = 'accepted' | 'refused'

/** The planning after staff have decided a request as a whole, of which later ones have changed days. */
const settle = (years: Years, request: Asked, outcome: Outcome, since: readonly Asked[] = []) =>
  settled(years, awaitedOf(request, { since, years, today: LONG_AGO }), { number: 1, outcome })

const decided = (years: Years, plan: Plan, outcome: Outcome): Years => {
  const request = requestOf(plan)
  return request === undefined ? years : settle(years, request, outcome)
}

/** Plannings that families and staff can come to: wishes, of which some are decided. */
const histories = fc
  .array(
    fc.record({
      wished: wishes,
      outcome: fc.option(fc.constantFrom('accepted' as const, 'refused' as const), {
        nil: undefined,
      }),
      ...world,
    }),
    { maxLength: 4 },
  )
  .map((steps) =>
    steps.reduce<Years>((years, { wished, outcome, ...rest }) => {
      const plan = planOf(rest, years, wished)
      if (plan === undefined) return years
      return outcome === undefined ? plan.years : decided(plan.years, plan, outcome)
    }, new Map()),
  )

const letterOn = (years: Years, unit: UnitId, date: IsoDate): string =>
  readLine(years, unit, date, date)

const isWanted = (letter: string): boolean => letter === 'r' || letter === 'a'

/** Every day on which anything could happen, and some around them. */
const everyDay = eachDay(addDays(FIRST, -40), addDays(LAST, 40))

/** Every day of every unit in several states of a planning, as one letter for each of them. */
const daysIn = (
  ...states: readonly Years[]
): { date: IsoDate; unit: UnitId; letters: readonly string[] }[] => {
  const [first = FIRST, last = LAST] = [everyDay[0], everyDay[everyDay.length - 1]]
  const lines = UNITS.map((unit) => states.map((years) => readLine(years, unit, first, last)))
  return everyDay.flatMap((date, index) =>
    UNITS.map((unit, position) => ({
      date,
      unit,
      letters: lines[position]?.map((line) => line[index] ?? '') ?? [],
    })),
  )
}

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

describe('one day of one unit', () => {
  const DATE = '2026-01-07'
  const today = { early: '2025-12-01', late: '2026-01-08' } as const

  const wish = { wanted: 'x', 'not wanted': '.', untouched: '_' } as const

  const planDay = (about: {
    letter: string
    wish: keyof typeof wish
    decision: Activity['decision']
    state: DayOfEnrolment
    add: 'early' | 'late'
    cancel: 'early' | 'late'
  }) => {
    const plan = planWishes({
      wished: { from: DATE, to: DATE, units: new Map([[MORNING, wish[about.wish]]]) },
      years: writeLine(new Map(), MORNING, DATE, about.letter),
      activity: { units },
      decision: about.decision,
      stateOf: () => about.state,
      ...timing({ add: today[about.add], cancel: today[about.cancel] }),
    })
    return { letter: letterOn(plan.years, MORNING, DATE), reason: plan.kept[0]?.reason }
  }

  /** What becomes of a letter on an open day in time: where it changes nothing it is the same. */
  const changes: Record<Activity['decision'], Record<'wanted' | 'not wanted', string[]>> = {
    automatic: {
      wanted: ['.a', 'rr', 'aa', 'ca', 'na', 'll', 'ww', 'oo'],
      'not wanted': ['..', 'r.', 'a.', 'cc', 'nn', 'l.'],
    },
    staff: {
      wanted: ['.r', 'rr', 'aa', 'ca', 'nr', 'll', 'ww', 'oo'],
      'not wanted': ['..', 'r.', 'ac', 'cc', 'nn', 'lc'],
    },
  }
  const rows = (['automatic', 'staff'] as const).flatMap((decision) =>
    (['wanted', 'not wanted'] as const).flatMap((wished) =>
      changes[decision][wished].map(([letter = '', becomes = '']) => ({
        decision,
        wish: wished,
        letter,
        becomes,
        deadline: wished === 'wanted' ? 'addDeadline' : 'cancelDeadline',
      })),
    ),
  )

  it.each(rows)(
    'open and in time, $decision: “$letter”, $wish, becomes “$becomes” [guide 8, 23, 48]',
    ({ decision, wish: wished, letter, becomes }) => {
      const about = { decision, wish: wished, letter }
      expect(planDay({ ...about, state: 'open', add: 'early', cancel: 'early' })).toEqual({
        letter: becomes,
        reason: undefined,
      })
    },
  )

  it.each(rows)(
    'past both deadlines, $decision: “$letter”, $wish, stays [guide 49]',
    ({ letter, becomes, deadline, ...about }) => {
      expect(planDay({ ...about, letter, state: 'open', add: 'late', cancel: 'late' })).toEqual({
        letter,
        reason: letter === becomes ? undefined : deadline,
      })
    },
  )

  it.each(rows)(
    'past the other deadline only, $decision: “$letter”, $wish, becomes “$becomes” [guide 49]',
    ({ becomes, deadline, ...about }) => {
      const adds = deadline === 'addDeadline'
      expect(
        planDay({
          ...about,
          state: 'open',
          add: adds ? 'early' : 'late',
          cancel: adds ? 'late' : 'early',
        }),
      ).toEqual({ letter: becomes, reason: undefined })
    },
  )

  const closed = closedStates.flatMap((state) => rows.map((row) => ({ ...row, state })))

  it.each(closed.filter((row) => row.wish === 'wanted'))(
    '$state, $decision: “$letter”, $wish, stays [guide 24]',
    ({ decision, wish: wished, letter, becomes, state }) => {
      for (const time of ['early', 'late'] as const) {
        const about = { decision, wish: wished, letter, state }
        expect(planDay({ ...about, add: time, cancel: time })).toEqual({
          letter,
          reason: letter === becomes ? undefined : state,
        })
      }
    },
  )

  it.each(closed.filter((row) => row.wish === 'not wanted'))(
    '$state since it was booked, $decision: “$letter”, $wish, becomes “$becomes” in time [guide 8]',
    ({ decision, wish: wished, letter, becomes, state }) => {
      const about = { decision, wish: wished, letter, state }
      expect(planDay({ ...about, add: 'late', cancel: 'early' })).toEqual({
        letter: becomes,
        reason: undefined,
      })
      expect(planDay({ ...about, add: 'early', cancel: 'late' })).toEqual({
        letter,
        reason: letter === becomes ? undefined : 'cancelDeadline',
      })
    },
  )

  const everyday = (['automatic', 'staff'] as const).flatMap((decision) =>
    (['early', 'late'] as const).flatMap((time) =>
      (['open', ...closedStates] as const).map((state) => ({ decision, time, state })),
    ),
  )

  it.each(['w', 'o'])('“%s”, not wanted, leaves the waiting list at any time', (letter) => {
    for (const { time, ...about } of everyday) {
      expect(planDay({ ...about, letter, wish: 'not wanted', add: time, cancel: time })).toEqual({
        letter: '.',
        reason: undefined,
      })
    }
  })

  it.each(['j', 'u', 'e'])('“%s”, noted by staff, stays whatever is wished', (letter) => {
    for (const { time, ...about } of everyday) {
      for (const wished of ['wanted', 'not wanted'] as const) {
        expect(planDay({ ...about, letter, wish: wished, add: time, cancel: time })).toEqual({
          letter,
          reason: 'marked',
        })
      }
    }
  })

  it.each(Object.values(LETTERS))('“%s”, untouched, stays whatever the day', (letter) => {
    for (const decision of ['automatic', 'staff'] as const) {
      for (const state of ['open', ...closedStates] as const) {
        for (const time of ['early', 'late'] as const) {
          expect(
            planDay({ letter, wish: 'untouched', decision, state, add: time, cancel: time }),
          ).toEqual({ letter, reason: undefined })
        }
      }
    }
  })

  it.each([
    ['.', 'wanted', 'a'],
    ['a', 'not wanted', '.'],
  ] as const)('is in time on the first day in time, not on the day before: “%s”, %s', (...row) => {
    const [letter, wished, becomes] = row
    const on = (firstInTime: IsoDate) => {
      const plan = planWishes({
        wished: { from: DATE, to: DATE, units: new Map([[MORNING, wish[wished]]]) },
        years: writeLine(new Map(), MORNING, DATE, letter),
        activity: { units },
        decision: 'automatic',
        stateOf: () => 'open',
        ...timing({ add: firstInTime, cancel: firstInTime }),
      })
      return letterOn(plan.years, MORNING, DATE)
    }
    expect(on(DATE)).toBe(becomes)
    expect(on(addDays(DATE, 1))).toBe(letter)
  })
})

describe('units that exclude each other', () => {
  const DATE = '2026-01-07'

  const choose = (
    letters: Partial<Record<string, string>>,
    named: readonly UnitId[],
    {
      decision = 'staff',
      cancel = '2025-12-01',
    }: {
      decision?: Activity['decision']
      cancel?: IsoDate
    } = {},
  ) => {
    const years = UNITS.reduce<Years>(
      (all, unit) => writeLine(all, unit, DATE, letters[unit] ?? '.'),
      new Map(),
    )
    const plan = planOf(
      { stateOf: () => 'open', decision, inTime: { add: '2025-12-01', cancel } },
      years,
      [{ kind: 'days', enrolmentId: ENROLMENT, days: [{ date: DATE, units: [...named] }] }],
    )
    return {
      letters: UNITS.map((unit) => letterOn(plan?.years ?? years, unit, DATE)).join(''),
      kept: plan?.kept.map(({ unitId, reason }) => `${unitId} ${reason}`),
    }
  }

  it('change places in one request: the day leaves room for its morning', () => {
    expect(choose({ JOURNEE: 'a' }, [MORNING], { decision: 'automatic' })).toEqual({
      letters: 'a..',
      kept: [],
    })
    expect(choose({ JOURNEE: 'a' }, [MORNING])).toEqual({ letters: 'r.c', kept: [] })
    expect(choose({ MATIN: 'r', APRES_MIDI: 'a' }, [DAY])).toEqual({ letters: '.cr', kept: [] })
  })

  it('stay as they are when the one that is there can no longer be cancelled', () => {
    expect(choose({ JOURNEE: 'a' }, [MORNING, AFTERNOON], { cancel: '2026-01-08' })).toEqual({
      letters: '..a',
      kept: ['JOURNEE cancelDeadline', 'MATIN exclusive', 'APRES_MIDI exclusive'],
    })
  })

  it('do not come while staff may still refuse the cancellation of the one that is there', () => {
    expect(choose({ JOURNEE: 'c' }, [MORNING])).toEqual({
      letters: '..c',
      kept: ['MATIN exclusive'],
    })
  })

  it('may come back: the cancellation is withdrawn together with the request that took its place', () => {
    expect(choose({ JOURNEE: 'c', MATIN: 'r' }, [DAY])).toEqual({ letters: '..a', kept: [] })
  })
})

describe('a decision of staff', () => {
  const [FROM, TO] = ['2025-12-31', '2026-01-01'] as const

  it('leaves to a later request the days that it has changed, and those only', () => {
    const [first, second] = [
      { from: FROM, to: TO, units: [{ unitId: MORNING, changes: '++' }] },
      { from: TO, to: TO, units: [{ unitId: MORNING, changes: '-' }] },
    ] as const
    const other = { from: FROM, to: TO, units: [{ unitId: DAY, changes: '++' }] } as const
    const ask = (later: readonly Asked[]) =>
      stillAsked({ ...first, units: [...first.units] }, later, LONG_AGO).units
    const mutable = ({ from, to, units: asked }: typeof second | typeof other) => ({
      from,
      to,
      units: [...asked],
    })
    expect(ask([])).toEqual(first.units)
    expect(ask([mutable(other)])).toEqual(first.units)
    expect(ask([mutable(second)])).toEqual([{ unitId: MORNING, changes: '+.' }])
    expect(ask([mutable(other), mutable(second)])).toEqual([{ unitId: MORNING, changes: '+.' }])
  })

  it('leaves days that are over as they were, and decides today', () => {
    const asked = { from: FROM, to: TO, units: [{ unitId: MORNING, changes: '+-' }] }
    const on = (today: IsoDate) => stillAsked(asked, [], today).units.map(({ changes }) => changes)
    expect(on(FROM)).toEqual(['+-'])
    expect(on(TO)).toEqual(['.-'])
    expect(on(addDays(TO, 1))).toEqual(['..'])
  })

  const outcomes = fc.constantFrom('accepted' as const, 'refused' as const)

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, outcomes, (each, years, wished, outcome) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan !== undefined)
        const once = decided(plan.years, plan, outcome)
        expect(decided(once, plan, outcome)).toEqual(once)
      }),
    )
  })

  it('leaves nothing of its request to decide, and the days of others as they are', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, outcomes, (each, years, wished, outcome) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan?.span !== undefined)
        const days = daysIn(years, plan.years, decided(plan.years, plan, outcome))
        const others = days.filter(({ letters: [was, asked] }) => was === asked)
        expect(others.filter(({ letters: [, asked, is] }) => asked !== is)).toEqual([])
        const own = days.filter(({ letters: [was, asked] }) => was !== asked)
        expect(own.filter(({ letters: [, , is = ''] }) => 'rc'.includes(is))).toEqual([])
      }),
    )
  })

  it('grants all that was asked, or brings back what was booked before', () => {
    fc.assert(
      fc.property(fc.record(world), histories, wishes, (each, years, wished) => {
        const plan = planOf({ ...each, decision: 'staff' }, years, wished)
        fc.pre(plan !== undefined)
        const asked = daysIn(
          years,
          plan.years,
          decided(plan.years, plan, 'accepted'),
          decided(plan.years, plan, 'refused'),
        ).filter(({ letters: [was, is] }) => was !== is)
        expect(
          asked.filter(({ letters: [, is = '', granted = ''] }) => isDue(granted) !== isWanted(is)),
        ).toEqual([])
        expect(
          asked.filter(({ letters: [was, , , refused] }) => was === 'a' && refused !== 'a'),
        ).toEqual([])
      }),
    )
  })
})

describe('a letter', () => {
  const letters = Object.values(LETTERS)

  it('is owed when it was accepted or attended, and not excused [guide 50]', () => {
    expect(letters.filter(isDue).join('')).toBe('aclue')
  })

  it('takes a place from the request on, until it is cancelled', () => {
    expect(letters.filter(holdsPlace).join('')).toBe('racolju')
  })

  it('has the late price when it was added late or not booked, where there is one [guide 50]', () => {
    const [MEAL, LATE] = [unitIdSchema.parse('REPAS'), unitIdSchema.parse('REPAS_HORS_DELAIS')]
    const withLatePrice = { id: MEAL, lateUnitId: LATE }
    expect(letters.filter((letter) => pricedUnitId(withLatePrice, letter) === LATE)).toEqual([
      'l',
      'e',
    ])
    expect(letters.map((letter) => pricedUnitId({ id: MEAL }, letter))).toEqual(
      letters.map(() => MEAL),
    )
  })
})
