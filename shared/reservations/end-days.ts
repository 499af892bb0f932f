import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Enrolment } from '../families/model.ts'
import { addDays, eachDay, laterOf, type IsoDate } from '../kernel/dates.ts'
import type { Write } from '../platform/expressions.ts'
import { bookedUnits, letterOn, sameOwner } from './lines.ts'
import type { Household } from './load-household.ts'
import { LETTERS, type Planning } from './model.ts'
import { planningWrites } from './store.ts'

const EMPTY: readonly string[] = [LETTERS.nothing, LETTERS.refused]

const planningOf = (
  { plannings }: Pick<Household, 'plannings'>,
  enrolment: Enrolment,
): Planning | undefined =>
  plannings.find(
    (planning) =>
      sameOwner(planning, enrolment) && planning.schoolYear === schoolYearOf(enrolment.from),
  )

/** The days of an enrolment after a day on which something is booked, asked, waited for or marked. */
export const daysHeldAfter = (
  household: Pick<Household, 'plannings'>,
  enrolment: Enrolment,
  lastDay: IsoDate,
): IsoDate[] => {
  const planning = planningOf(household, enrolment)
  if (planning === undefined) return []
  const units = bookedUnits(planning)
  return eachDay(laterOf(addDays(lastDay, 1), enrolment.from), enrolment.until).filter((date) =>
    units.some((unit) => !EMPTY.includes(letterOn(planning, unit, date))),
  )
}

/**
 * The writes that let nothing be booked by who read the planning of an enrolment before: it stays as
 * it is, under its next version, be it that there was none.
 */
export const planningTouch = (
  household: Pick<Household, 'plannings'>,
  enrolment: Enrolment,
): Write[] => {
  const { familyId, childId, activityId, from } = enrolment
  const held = planningOf(household, enrolment) ?? {
    familyId,
    schoolYear: schoolYearOf(from),
    childId,
    activityId,
    version: 0,
    units: {},
  }
  return planningWrites({ ...held, version: held.version + 1 })
}
