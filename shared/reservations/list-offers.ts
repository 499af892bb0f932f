import type * as z from 'zod'
import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { labelsOf } from '../catalogue/look-up.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { laterOf } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { GuardianId, SchoolYearId } from '../platform/schemas.ts'
import type { Booking } from './carry-out.ts'
import { isStillWaiting } from './lines.ts'
import { loadHousehold, type Household } from './load-household.ts'
import type { Planning } from './model.ts'
import type { listOffersRoute } from './offer-routes.ts'

type Offer = z.input<(typeof listOffersRoute)['reply']>['offers'][number]

/** The last school year whose plannings may hold an offer now. */
export const lastSchoolYear = ({ catalogue }: TownCatalogue, now: Date): SchoolYearId =>
  schoolYearOf(catalogue.schoolYears.map((year) => year.lastDay).reduce(laterOf, parisDate(now)))

/** The offered places among the plannings of a family, of the children over whom a guardian has authority. */
export const offersIn = (
  { catalogue }: TownCatalogue,
  { file, plannings }: Household,
  { guardianId, now }: { readonly guardianId: GuardianId; readonly now: Date },
): Offer[] => {
  const isOwn = (planning: Planning): boolean =>
    file.children.some(
      (child) => child.childId === planning.childId && mayParent(child, guardianId, parisDate(now)),
    )
  return plannings.filter(isOwn).flatMap((planning) =>
    (planning.waits ?? []).flatMap((wait) => {
      const { until, number, date, unitIds, groupId } = wait
      if (until === undefined || until < now.toISOString()) return []
      if (!isStillWaiting(planning, wait)) return []
      const { activityId, childId } = planning
      const child = file.children.find((each) => each.childId === childId)
      const labels = labelsOf(catalogue, { activityId, groupId })
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
  )
}

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
  const household = await loadHousehold(table, familyId, lastSchoolYear(town, now))
  actingGuardian(household.file, guardianId)
  return { offers: offersIn(town, household, { guardianId, now }) }
}
