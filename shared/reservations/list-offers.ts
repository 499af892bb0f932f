import type * as z from 'zod'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { labelsOf } from '../catalogue/look-up.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { laterOf } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Booking } from './carry-out.ts'
import { isStillWaiting } from './lines.ts'
import { loadHousehold } from './load-household.ts'
import type { Planning } from './model.ts'
import type { listOffersRoute } from './offer-routes.ts'

/**
 * The places that are offered to the children of a family and await its answer.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family.
 */
export const listOffers = async (
  { table, town }: Booking,
  { actor, now }: Pick<Call<typeof listOffersRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof listOffersRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const lastDay = town.catalogue.schoolYears
    .map((year) => year.lastDay)
    .reduce(laterOf, parisDate(now))
  const { file, plannings } = await loadHousehold(table, familyId, schoolYearOf(lastDay))
  actingGuardian(file, guardianId)
  const isOwn = (planning: Planning): boolean =>
    file.children.some(
      (child) => child.childId === planning.childId && mayParent(child, guardianId, parisDate(now)),
    )
  return {
    offers: plannings.filter(isOwn).flatMap((planning) =>
      (planning.waits ?? []).flatMap((wait) => {
        const { until, number, date, unitIds, groupId } = wait
        if (until === undefined || until < now.toISOString()) return []
        if (!isStillWaiting(planning, wait)) return []
        const { activityId, childId } = planning
        const child = file.children.find((each) => each.childId === childId)
        const labels = labelsOf(town.catalogue, { activityId, groupId })
        return [
          {
            number,
            childId,
            child: child?.firstName ?? childId,
            activityId,
            activity: labels.activity,
            facility: labels.facility,
            date,
            units: unitIds.map((unitId) => ({ unitId, name: labels.unit(unitId) })),
            until,
          },
        ]
      }),
    ),
  }
}
