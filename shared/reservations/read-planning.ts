import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits } from '../catalogue/look-up.ts'
import { firstDayInTime } from '../catalogue/deadlines.ts'
import type { Enrolment } from '../families/model.ts'
import { labelEnrolment } from '../families/label-enrolment.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { addDays, daysBetween, eachDay, mondayOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { AVAILABILITY_LEGEND, DETAILS, PLANNING_LEGEND } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { readLine, yearsOf, type Line } from './lines.ts'
import { LETTERS } from './model.ts'
import { describeEnrolment, LONGEST_PERIOD, stateOfDay } from './plan-household.ts'
import type { readPlanningRoute } from './routes.ts'
import { loadHousehold, type Household } from './load-household.ts'

type Reply = z.input<(typeof readPlanningRoute)['reply']>
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
  deadlinePassed: 'd',
  cancelOnly: 'c',
  addOnly: 'a',
} as const satisfies Record<keyof typeof AVAILABILITY_LEGEND, string>

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

const periodAsked = (
  query: { from?: IsoDate | undefined; to?: IsoDate | undefined },
  now: Date,
): Period => {
  const from = query.from ?? mondayOf(query.to ?? parisDate(now))
  const to = query.to ?? addDays(from, 6)
  const length = daysBetween(from, to)
  if (length < 1 || length > LONGEST_PERIOD) {
    throw new PortalError('period-out-of-range', {
      faults: [
        { pointer: '/query/to', detail: length < 1 ? DETAILS.periodOrder : DETAILS.periodLength },
      ],
    })
  }
  return { from, to }
}

const planEnrolment = (
  town: TownCatalogue,
  household: Household,
  { enrolment, period, now }: { enrolment: Enrolment; period: Period; now: Date },
): EnrolmentReply[] => {
  const { from, to } = period
  const described = describeEnrolment(town, household, enrolment)
  if (described === undefined) return []
  const { activity } = described
  const years = yearsOf(household.plannings, enrolment)
  const stateOf = stateOfDay(town, enrolment, activity)
  const { add, cancel } = activity.deadlines
  const today = parisDate(now)
  const [addFrom, cancelFrom] = [
    firstDayInTime(add, today, now),
    firstDayInTime(cancel, today, now),
  ]
  const availability: Line = eachDay(from, to)
    .map((date) => {
      const state = stateOf(date)
      if (state !== 'open') return AVAILABILITY[state]
      if (date < addFrom && date < cancelFrom) return AVAILABILITY.deadlinePassed
      if (date < addFrom) return AVAILABILITY.cancelOnly
      return date < cancelFrom ? AVAILABILITY.addOnly : AVAILABILITY.open
    })
    .join('')
  return [
    {
      ...labelEnrolment(enrolment, described),
      availability,
      units: bookableUnits(activity).map(({ id, name }) => ({
        unitId: id,
        name,
        days: readLine(years, id, from, to),
      })),
    },
  ]
}

/**
 * The planning of all children of a family at once [guide 23, 24, 39]: for each enrolment and unit
 * a line of states, and why days are closed. The week in course unless a period is asked for.
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
  return {
    ...period,
    legend: legendOf(LETTERS, PLANNING_LEGEND),
    availabilityLegend: legendOf(AVAILABILITY, AVAILABILITY_LEGEND),
    children: household.file.children.map(({ childId, firstName }) => ({
      childId,
      firstName,
      enrolments: household.file.enrolments
        .filter(
          (enrolment) =>
            enrolment.childId === childId &&
            enrolment.from <= period.to &&
            enrolment.until >= period.from,
        )
        .flatMap((enrolment) => planEnrolment(town, household, { enrolment, period, now })),
    })),
  }
}
