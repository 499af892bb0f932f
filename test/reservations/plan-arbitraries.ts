import * as fc from 'fast-check'
import type { Activity } from '../../shared/catalogue/model.ts'
import {
  addDays,
  daysBetween,
  eachDay,
  type IsoDate,
  type Weekday,
} from '../../shared/kernel/dates.ts'
import { enrolmentIdSchema, unitIdSchema, type UnitId } from '../../shared/platform/schemas.ts'
import { awaitedOf, settled, type Asked } from '../../shared/reservations/decision-rules.ts'
import { readLine, type Years } from '../../shared/reservations/lines.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import { planWishes, type Plan, type Situation } from '../../shared/reservations/plan-wishes.ts'
import type { DayOfEnrolment } from '../../shared/reservations/rules.ts'
import { exclusiveWishes, mergeWishes } from '../../shared/reservations/wishes.ts'
import { cesson } from '../support/cesson.ts'
import { dates, periods } from '../support/arbitraries.ts'

/** Wishes, calendars and plannings of the leisure centre of Wednesdays, for laws about them. */

/** A day before all that these tests ask: nothing has gone by undecided. */
export const LONG_AGO = '2000-01-01'

export const ENROLMENT = enrolmentIdSchema.parse('lucas-mercredis')
export const [MORNING, AFTERNOON, DAY] = [
  unitIdSchema.parse('MATIN'),
  unitIdSchema.parse('APRES_MIDI'),
  unitIdSchema.parse('JOURNEE'),
]
export const UNITS = [MORNING, AFTERNOON, DAY] as const

/** The leisure centre of Wednesdays: a day excludes its morning and its afternoon. */
const [wednesdays] = cesson.catalogue.activities.filter(({ id }) => id === 'MERCREDIS')
if (wednesdays === undefined) throw new Error('No leisure centre')
export const activity = wednesdays
export const { units } = activity

/** The first day that can still be added, and the first that can still be cancelled. */
interface InTime {
  readonly add: IsoDate
  readonly cancel: IsoDate
}

export const timing = ({ add, cancel }: InTime): Pick<Situation, 'adding' | 'cancelling'> => ({
  adding: (date) => (date < add ? 'addDeadline' : 'inTime'),
  cancelling: (date) => (date < cancel ? 'cancelDeadline' : 'inTime'),
})

/** The school year of the laws: ten weeks around New Year. */
export const YEAR = { firstDay: '2025-12-01', lastDay: '2026-02-08' } as const
/** Wishes and states go beyond it on both sides. */
export const [FIRST, LAST] = ['2025-11-20', '2026-02-20'] as const

export const closedStates = [
  'noService',
  'publicHoliday',
  'schoolHoliday',
  'schoolTime',
  'closed',
  'notEnrolled',
] as const satisfies readonly DayOfEnrolment[]

/** The state of every day; the child is enrolled between the first and the last day only. */
export const calendars = fc
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
export const combinations = [[], [MORNING], [AFTERNOON], [MORNING, AFTERNOON], [DAY]] as const

const namedUnits = fc.constantFrom(...combinations).map((each) => [...each])

export const weekPatterns = fc
  .uniqueArray(
    fc.record({ weekday: fc.constantFrom<Weekday[]>(1, 2, 3, 4, 5, 6, 7), units: namedUnits }),
    { selector: ({ weekday }) => weekday, maxLength: 7 },
  )
  .map((week) => week.filter((day) => day.units.length > 0))

export const recurrences: fc.Arbitrary<Extract<Wish, { kind: 'recurrence' }>> = fc
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

export const wishes = fc.array(fc.oneof(recurrences, tickedDays, drawnLines), {
  minLength: 1,
  maxLength: 3,
})

export const world = {
  stateOf: calendars,
  decision: fc.constantFrom<Activity['decision'][]>('automatic', 'staff'),
  inTime: fc.record({ add: dates(FIRST, LAST), cancel: dates(FIRST, LAST) }),
}
export interface World {
  readonly stateOf: Situation['stateOf']
  readonly decision: Activity['decision']
  readonly inTime: InTime
}

/** What wishes come to; those that exclude each other are refused before and change nothing. */
export const planOf = (
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
export const requestOf = ({ span, changes }: Plan): Asked | undefined =>
  span && { ...span, units: [...changes].map(([unitId, line]) => ({ unitId, changes: line })) }

type Outcome = 'accepted' | 'refused'

/** The planning after staff have decided a request as a whole, of which later ones have changed days. */
export const settle = (
  years: Years,
  request: Asked,
  outcome: Outcome,
  since: readonly Asked[] = [],
) => settled(years, awaitedOf(request, { since, years, today: LONG_AGO }), { number: 1, outcome })

export const decided = (years: Years, plan: Plan, outcome: Outcome): Years => {
  const request = requestOf(plan)
  return request === undefined ? years : settle(years, request, outcome)
}

/** Plannings that families and staff can come to: wishes, of which some are decided. */
export const histories = fc
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

export const isWanted = (letter: string): boolean => letter === 'r' || letter === 'a'

/** Every day on which anything could happen, and some around them. */
const everyDay = eachDay(addDays(FIRST, -40), addDays(LAST, 40))

/** Every day of every unit in several states of a planning, as one letter for each of them. */
export const daysIn = (
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
