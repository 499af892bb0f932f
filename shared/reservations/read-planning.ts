import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits } from '../catalogue/look-up.ts'
import type { Activity, Unit } from '../catalogue/model.ts'
import type { Enrolment } from '../families/model.ts'
import { labelEnrolment } from '../families/label-enrolment.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import {
  addDays,
  daysBetween,
  eachDay,
  firstDayOf,
  lastDayOf,
  mondayOf,
  type IsoDate,
} from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { AVAILABILITY_LEGEND, DETAILS, PLACES_LEGEND, PLANNING_LEGEND } from '../kernel/texts.ts'
import { loadRosters } from '../places/load-rosters.ts'
import type { Roster } from '../places/model.ts'
import { Room, slotsOfUnits } from '../places/rules.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { Adding } from './decide-day.ts'
import { HouseholdLetters } from './household-letters.ts'
import { readLine, yearsOf, type Line } from './lines.ts'
import { LETTERS } from './model.ts'
import { describeEnrolment, LONGEST_PERIOD, stateOfDay } from './plan-household.ts'
import type { readPlanningRoute } from './routes.ts'
import { loadHousehold, type Household } from './load-household.ts'
import { addingOf, cancellingOf, type Asking } from './timing.ts'

type Reply = z.input<(typeof readPlanningRoute)['reply']>
type Query = Call<typeof readPlanningRoute>['query']
type EnrolmentReply = Reply['children'][number]['enrolments'][number]

/** The letters of an availability line, beside their meaning in the texts. */
const AVAILABILITY = {
  open: 'o',
  noService: '-',
  publicHoliday: 'f',
  schoolHoliday: 'v',
  schoolTime: 's',
  closed: 'x',
  notEnrolled: 'i',
  otherHousehold: 'g',
  deadlinePassed: 'd',
  cancelOnly: 'c',
  addOnly: 'a',
  lateOnly: 'l',
  notYetOpen: 'p',
} as const satisfies Record<keyof typeof AVAILABILITY_LEGEND, string>

/** The letters of a line of places. */
const PLACES = {
  room: 'o',
  full: 'x',
  closed: '-',
} as const satisfies Record<keyof typeof PLACES_LEGEND, string>

const legendOf = <Name extends string>(
  letters: Readonly<Record<Name, string>>,
  meanings: Readonly<Record<NoInfer<Name>, string>>,
): { letter: string; meaning: string }[] =>
  Object.entries<string>(letters).map(([name, letter]) => ({
    letter,
    meaning: Object.entries<string>(meanings).find(([key]) => key === name)?.[1] ?? '',
  }))

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

const refusedPeriod = (pointer: string, detail: string): PortalError =>
  new PortalError('period-out-of-range', { faults: [{ pointer, detail }] })

/** A week by one of its days, a month, or a period; the week in course when nothing is asked for. */
const periodAsked = ({ from, to, week, month }: Query, now: Date): Period => {
  const isPeriod = from !== undefined || to !== undefined
  if ([week !== undefined, month !== undefined, isPeriod].filter(Boolean).length > 1) {
    throw refusedPeriod(week === undefined ? '/query/month' : '/query/week', DETAILS.periodTwice)
  }
  if (month !== undefined) return { from: firstDayOf(month), to: lastDayOf(month) }
  const first = from ?? mondayOf(week ?? to ?? parisDate(now))
  const last = to ?? addDays(first, 6)
  const length = daysBetween(first, last)
  if (length < 1) throw refusedPeriod('/query/to', DETAILS.periodOrder)
  if (length > LONGEST_PERIOD) throw refusedPeriod('/query/to', DETAILS.periodLength)
  return { from: first, to: last }
}

const changeable = (adding: Adding, canCancel: boolean): keyof typeof AVAILABILITY => {
  switch (adding) {
    case 'inTime':
      return canCancel ? 'open' : 'addOnly'
    case 'late':
      return 'lateOnly'
    case 'notYetOpen':
      return 'notYetOpen'
    case 'addDeadline':
      return canCancel ? 'cancelOnly' : 'deadlinePassed'
  }
}

/** What a page is made from. */
interface Page {
  readonly town: TownCatalogue
  readonly household: Household
  readonly letters: HouseholdLetters
  readonly rosters: readonly Roster[]
  readonly period: Period
  readonly now: Date
}

/** Whether the child could have each unit on each day; what it has already is there for it. */
const placesLineOf = (
  { rosters, period: { from, to } }: Page,
  enrolment: Enrolment,
  activity: Activity,
  stateOf: ReturnType<typeof stateOfDay>,
): ((unit: Unit) => Line) | undefined => {
  if (activity.places === undefined) return undefined
  const room = new Room(
    activity.places,
    enrolment.groupId,
    rosters.filter((roster) => isOf(roster, enrolment)),
  )
  return ({ id }) => {
    const slots = slotsOfUnits(activity, [id])
    return eachDay(from, to)
      .map((date) => {
        if (stateOf(date) !== 'open') return PLACES.closed
        const held = room.heldBy(enrolment, date)
        const hasRoom = slots.every((slot) => held.includes(slot) || room.left(date, slot) > 0)
        return hasRoom ? PLACES.room : PLACES.full
      })
      .join('')
  }
}

const planEnrolment = (page: Page, enrolment: Enrolment): EnrolmentReply[] => {
  const { town, household, letters, period, now } = page
  const { from, to } = period
  const described = describeEnrolment(town, household, enrolment)
  if (described === undefined) return []
  const { activity, child } = described
  const years = yearsOf(household.plannings, enrolment)
  const stateOf = stateOfDay(town, enrolment, { activity, child })
  const asking: Asking = {
    file: household.file,
    child,
    activity,
    siblingHolds: (date) => letters.siblingHolds(child, activity, date),
    now,
  }
  const adding = addingOf(town, asking, { kind: 'family' })
  const cancelling = cancellingOf(town, asking, { kind: 'family' })
  const availability: Line = eachDay(from, to)
    .map((date) => {
      const state = stateOf(date)
      if (state !== 'open') return AVAILABILITY[state]
      return AVAILABILITY[changeable(adding(date), cancelling(date) === 'inTime')]
    })
    .join('')
  const places = placesLineOf(page, enrolment, activity, stateOf)
  return [
    {
      ...labelEnrolment(enrolment, described),
      availability,
      units: bookableUnits(activity).map((unit) => ({
        unitId: unit.id,
        name: unit.name,
        days: readLine(years, unit.id, from, to),
        ...(places === undefined ? {} : { places: places(unit) }),
      })),
    },
  ]
}

type Group = Pick<Enrolment, 'activityId' | 'groupId'>

const isOf = (a: Group, b: Group): boolean =>
  a.activityId === b.activityId && a.groupId === b.groupId

/** How full the limited groups of some enrolments are: one Query for each of them. */
const rostersOf = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  enrolments: readonly Enrolment[],
  { from, to }: Period,
): Promise<Roster[]> => {
  const groups = enrolments
    .filter(({ activityId }) =>
      catalogue.activities.some(({ id, places }) => id === activityId && places !== undefined),
    )
    .filter((each, index, all) => all.findIndex((other) => isOf(other, each)) === index)
  const rosters = await Promise.all(
    groups.map(({ activityId, groupId }) => loadRosters(table, activityId, groupId, from, to)),
  )
  return rosters.flat()
}

/**
 * The planning of all children of a family at once [guide 23, 24, 39]: for each enrolment and unit
 * a line of states, why days are closed, and where places are counted whether there is room. The
 * week in course unless another week, a month or a period is asked for. Children over whom the guardian
 * has no authority are left out.
 *
 * @throws PortalError `period-out-of-range`, `not-found`.
 */
export const readPlanning = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor, query, now }: Pick<Call<typeof readPlanningRoute>, 'actor' | 'query' | 'now'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const period = periodAsked(query, now)
  const household = await loadHousehold(table, familyId, schoolYearOf(period.to))
  actingGuardian(household.file, guardianId)
  const today = parisDate(now)
  const children = household.file.children.filter((child) => mayParent(child, guardianId, today))
  const enrolments = household.file.enrolments.filter(
    ({ from, until }) => from <= period.to && until >= period.from,
  )
  const page: Page = {
    town,
    household,
    letters: new HouseholdLetters(household.plannings),
    rosters: await rostersOf({ table, town }, enrolments, period),
    period,
    now,
  }
  return {
    ...period,
    legend: legendOf(LETTERS, PLANNING_LEGEND),
    availabilityLegend: legendOf(AVAILABILITY, AVAILABILITY_LEGEND),
    placesLegend: legendOf(PLACES, PLACES_LEGEND),
    children: children.map(({ childId, firstName }) => ({
      childId,
      firstName,
      enrolments: enrolments
        .filter((enrolment) => enrolment.childId === childId)
        .flatMap((enrolment) => planEnrolment(page, enrolment)),
    })),
  }
}
