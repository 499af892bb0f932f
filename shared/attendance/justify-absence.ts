import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { addDays, daysBetween, eachDay, earlierOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { UnitId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { bookedUnits, letterOn, sameOwner } from '../reservations/lines.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import { markDays, type MarkedDay } from '../reservations/mark-days.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import { findActivity } from './find-activity.ts'
import type { justifyAbsenceRoute } from './routes.ts'
import { letterAfter } from './rules.ts'

/** The longest absence of a certificate, in days. */
const LONGEST_PERIOD = 366

type JustifyCall = Call<typeof justifyAbsenceRoute>

const faulty = (field: string, detail: string): PortalError =>
  new PortalError('period-out-of-range', { faults: [{ pointer: `/body/${field}`, detail }] })

/**
 * Refuses a certificate that came too late: towns take them within two to seven days of the first
 * day of absence, each by its own rule.
 *
 * @throws PortalError `period-out-of-range`, `certificate-late`.
 */
const checkPeriod = (
  activity: Activity,
  { from, to, receivedOn }: JustifyCall['body'],
  today: IsoDate,
): void => {
  if (to < from) throw faulty('to', DETAILS.periodOrder)
  if (daysBetween(from, to) > LONGEST_PERIOD) throw faulty('to', DETAILS.periodLength)
  if (receivedOn > today) throw faulty('receivedOn', DETAILS.receivedInFuture)
  const limit = addDays(from, activity.certificateWithinDays)
  if (receivedOn > limit) {
    const detail = DETAILS.certificateLate(activity.certificateWithinDays, limit)
    throw new PortalError('certificate-late', { detail })
  }
}

/** What is excused of a planning in a period, before and by this certificate. */
const excusedDays = (
  planning: Planning,
  { from, to }: { from: IsoDate; to: IsoDate },
): (MarkedDay & { readonly isNew: boolean })[] =>
  eachDay(from, to)
    .filter((date) => schoolYearOf(date) === planning.schoolYear)
    .flatMap((date) =>
      bookedUnits(planning).flatMap((unitId) => {
        const before = letterOn(planning, unitId, date)
        const letter = before === LETTERS.unbooked ? before : letterAfter(before, 'excused')
        return letter === LETTERS.excused
          ? [{ unitId, date, letter, isNew: letter !== before }]
          : []
      }),
    )

/**
 * Justifies the absence of a child: days of the period that are over or today and were booked are no
 * longer owed. Days to come stay booked, for the family to cancel; what is invoiced already is
 * corrected by the next invoice. The same call again changes nothing.
 *
 * @throws PortalError `not-found`, `invalid-request`, `period-out-of-range`, `certificate-late`,
 * `nothing-to-change` when the child had nothing booked, `concurrent-change`.
 */
export const justifyAbsence = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { parameters: { familyId }, body, now }: Pick<JustifyCall, 'parameters' | 'body' | 'now'>,
): Promise<z.input<(typeof justifyAbsenceRoute)['reply']>> => {
  const { childId, activityId, from } = body
  const today = parisDate(now)
  checkPeriod(findActivity(town, activityId), body, today)
  const to = earlierOf(body.to, today)

  return again(async () => {
    const household = await loadHousehold(table, familyId, schoolYearOf(to))
    if (!household.file.children.some((child) => child.childId === childId)) {
      const faults = [{ pointer: '/body/childId', detail: DETAILS.unknownChild }]
      throw new PortalError('invalid-request', { faults })
    }
    const plannings = household.plannings.filter((planning) => sameOwner(planning, body))
    const excused = plannings.flatMap((planning) => excusedDays(planning, { from, to }))
    if (excused.length === 0) throw new PortalError('nothing-to-change')

    const changed = excused.filter(({ isNew }) => isNew)
    await markDays(
      table,
      plannings,
      Map.groupBy(changed, ({ date }) => schoolYearOf(date)),
    )

    const byDate = Map.groupBy(excused, ({ date }) => date)
    return {
      familyId,
      childId,
      activityId,
      days: [...byDate].map(([date, units]) => ({
        date,
        unitIds: units.map(({ unitId }): UnitId => unitId),
      })),
    }
  })
}
