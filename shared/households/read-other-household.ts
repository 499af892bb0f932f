import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Child } from '../families/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { childOf } from '../families/rights-rules.ts'
import {
  daysBetween,
  eachDay,
  firstDayOf,
  lastDayOf,
  monthOf,
  type IsoDate,
} from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS, PLANNING_LEGEND } from '../kernel/texts.ts'
import { listChildInvoices } from '../ledger/list-child-invoices.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { bookedUnits, letterOn } from '../reservations/lines.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import { LONGEST_PERIOD } from '../reservations/plan-household.ts'
import { isDue, isMarked, isWanted, occupies } from '../reservations/rules.ts'
import type { readOtherHouseholdRoute } from './routes.ts'

type Reply = z.input<(typeof readOtherHouseholdRoute)['reply']>
type Asked = Pick<Call<typeof readOtherHouseholdRoute>, 'actor' | 'parameters' | 'query' | 'now'>

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

const periodAsked = ({ from, to }: Asked['query'], now: Date): Period => {
  const month = monthOf(from ?? to ?? parisDate(now))
  const period = { from: from ?? firstDayOf(month), to: to ?? lastDayOf(month) }
  const length = daysBetween(period.from, period.to)
  if (length >= 1 && length <= LONGEST_PERIOD) return period
  const detail = length < 1 ? DETAILS.periodOrder : DETAILS.periodLength
  throw new PortalError('period-out-of-range', { faults: [{ pointer: '/query/to', detail }] })
}

const boxesOf = (planning: Planning, { from, to }: Period, says: (letter: string) => boolean) => {
  const units = bookedUnits(planning)
  return eachDay(from, to).flatMap((date) =>
    units
      .map((unitId) => ({ date, unitId, letter: letterOn(planning, unitId, date) }))
      .filter(({ letter }) => says(letter)),
  )
}

const meaningOf = (letter: string): string => {
  const name = Object.entries(LETTERS).find(([, each]) => each === letter)?.[0]
  return Object.entries<string>(PLANNING_LEGEND).find(([key]) => key === name)?.[1] ?? letter
}

/** The names of an activity and of its units. */
const namesOf = ({ catalogue }: TownCatalogue, { activityId }: Planning) => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  return {
    activity: activity?.name ?? activityId,
    unit: (unitId: string): string =>
      activity?.units.find(({ id }) => id === unitId)?.name ?? unitId,
  }
}

const byDate = (a: { readonly date: IsoDate }, b: typeof a): number => (a.date < b.date ? -1 : 1)

/** What the other household has booked: which boxes are taken, and nothing of how they stand. */
const bookingsOf = (
  town: TownCatalogue,
  plannings: readonly Planning[],
  period: Period,
): Reply['bookings'] =>
  plannings
    .flatMap((planning) => {
      const { activity, unit } = namesOf(town, planning)
      const boxes = boxesOf(planning, period, occupies)
      return [...new Set(boxes.map(({ date }) => date))].map((date) => ({
        date,
        activityId: planning.activityId,
        activity,
        units: boxes
          .filter((box) => box.date === date)
          .map(({ unitId }) => ({ unitId, name: unit(unitId) })),
      }))
    })
    .toSorted(byDate)

/** Whether the child was there, on days that are over. */
const attendanceOf = (
  town: TownCatalogue,
  plannings: readonly Planning[],
  { from, to }: Period,
  today: IsoDate,
): NonNullable<Reply['attendance']> => {
  const says = (letter: string): boolean => isMarked(letter) || (isDue(letter) && isWanted(letter))
  return plannings
    .flatMap((planning) => {
      const { activity, unit } = namesOf(town, planning)
      return boxesOf(planning, { from, to: to < today ? to : today }, says).map(
        ({ date, unitId, letter }) => ({
          date,
          activityId: planning.activityId,
          activity,
          unitId,
          name: unit(unitId),
          letter,
          meaning: meaningOf(letter),
        }),
      )
    })
    .toSorted(byDate)
}

/**
 * What a guardian may know of the other household of their child: on which days it has booked, since
 * that excludes the same here, and what the town opens of attendance and invoices (CADA, avis
 * 20154766). Never who lives there, nor where, nor what they have to live on: of the other file nothing
 * is read but the child's plannings and the lines of its invoices, without their reasons.
 *
 * @throws PortalError `not-found` for a child over whom the guardian has no authority, and for one of a
 * single household; `period-out-of-range`.
 */
export const readOtherHousehold = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  { actor, parameters, query, now }: Asked,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const today = parisDate(now)
  const period = periodAsked(query, now)
  const { file } = await readFile(table, familyId)
  actingGuardian(file, guardianId)
  const child: Child = childOf(file, guardianId, { childId: parameters.childId, today })
  const { otherHousehold: there } = child
  if (there === undefined) throw new PortalError('not-found')
  const household = await loadHousehold(table, there.familyId, schoolYearOf(period.to))
  const plannings = household.plannings.filter(({ childId }) => childId === there.childId)
  const { attendance, invoices } = town.catalogue.town.sharedChildren
  return {
    childId: child.childId,
    firstName: child.firstName,
    ...period,
    ...(child.custody === undefined ? {} : { custody: child.custody }),
    bookings: bookingsOf(town, plannings, period),
    ...(attendance ? { attendance: attendanceOf(town, plannings, period, today) } : {}),
    ...(invoices
      ? {
          invoices: (await listChildInvoices(table, there)).map(({ lines, ...invoice }) => ({
            ...invoice,
            lines: [...lines],
          })),
        }
      : {}),
  }
}
