import { schoolYearOf } from '../catalogue/calendar.ts'
import { actingGuardian, refuseInactive } from '../families/read-file.ts'
import { childOf } from '../families/rights-rules.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, GuardianId, UnitId } from '../platform/schemas.ts'
import type { Booking } from './carry-out.ts'
import { debtsAgainst, refuseDebts } from './debts.ts'
import { findWait } from './lines.ts'
import { loadHousehold } from './load-household.ts'
import { decideWaits } from './place-waiting.ts'

/** Which offer: a request, a day, and the first of the units that are offered together. */
export interface OfferAddress {
  readonly number: number
  readonly date: IsoDate
  readonly unitId: UnitId
}

/**
 * Takes or declines places that are offered to a child from the waiting list. Declined places go to
 * the next child at once, by the stream. Taking a place books days, so a family that owes too much cannot;
 * it can decline.
 *
 * @throws PortalError `not-found` when nothing is offered (any more), also to a child over whom the
 * guardian has no authority; `offer-over` when the time to
 * answer has passed, `file-inactive` and `debts-overdue` when it accepts, `concurrent-change`.
 */
export const answerOffer = async (
  booking: Booking,
  {
    by,
    offer,
    accepted,
    now,
  }: {
    readonly by: { readonly familyId: FamilyId; readonly guardianId: GuardianId }
    readonly offer: OfferAddress
    readonly accepted: boolean
    readonly now: Date
  },
): Promise<void> =>
  again(async () => {
    const household = await loadHousehold(booking.table, by.familyId, schoolYearOf(offer.date))
    actingGuardian(household.file, by.guardianId)
    if (accepted) refuseInactive(household.file)
    const found = findWait(household.plannings, offer)
    if (found?.wait.until === undefined) throw new PortalError('not-found')
    const { planning, wait } = found
    const { childId } = planning
    childOf(household.file, by.guardianId, { childId, today: parisDate(now) })
    if (now.toISOString() > found.wait.until) throw new PortalError('offer-over')
    if (accepted) {
      const { activities } = booking.town.catalogue
      const booked = activities.filter(({ id }) => id === planning.activityId)
      refuseDebts({ blocks: debtsAgainst(booking.town, household, booked, now) })
    }
    const fate = { kind: accepted ? ('given' as const) : ('declined' as const) }
    await decideWaits(booking, { household, planning, waits: [wait] }, fate, now)
  })
