import { schoolYearOf } from '../catalogue/calendar.ts'
import { actingGuardian } from '../families/read-file.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Waiting } from '../places/model.ts'
import { leavingWrite } from '../places/waiting-list.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, GuardianId, UnitId } from '../platform/schemas.ts'
import type { Booking } from './carry-out.ts'
import { isStillWaiting } from './lines.ts'
import { loadHousehold, type Household } from './load-household.ts'
import type { Planning, Wait } from './model.ts'
import { decideWait } from './place-waiting.ts'
import { householdNow } from './settle-places.ts'

/** Which offer: a request, a day, and the first of the units that are offered together. */
export interface OfferAddress {
  readonly number: number
  readonly date: IsoDate
  readonly unitId: UnitId
}

interface FoundOffer {
  readonly planning: Planning
  readonly wait: Wait & { readonly until: string }
}

const offerIn = (
  { plannings }: Household,
  { number, date, unitId }: OfferAddress,
): FoundOffer | undefined => {
  for (const planning of plannings) {
    const wait = planning.waits?.find(
      (each) => each.number === number && each.date === date && each.unitIds[0] === unitId,
    )
    if (wait?.until === undefined) continue
    if (isStillWaiting(planning, wait)) {
      return { planning, wait: { ...wait, until: wait.until } }
    }
  }
  return undefined
}

/**
 * Takes or declines places that are offered to a child from the waiting list. Declined places go to
 * the next child at once, by the stream.
 *
 * @throws PortalError `not-found` when nothing is offered (any more), `offer-over` when the time to
 * answer has passed, `concurrent-change`.
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
    const found = offerIn(household, offer)
    if (found === undefined) throw new PortalError('not-found')
    const { planning, wait } = found
    if (now.toISOString() > wait.until) throw new PortalError('offer-over')
    await decideWait(
      booking,
      {
        household,
        activity: { id: planning.activityId },
        holder: { familyId: planning.familyId, childId: planning.childId },
        wait,
      },
      { kind: accepted ? 'given' : 'declined' },
      now,
    )
  })

/**
 * Ends an offer whose time is over, also where places are no longer counted. An entry of which no
 * planning knows (any more) is deleted: it would be found over again for ever. Of what has been
 * answered meanwhile the entry is gone already.
 */
export const endOffer = async (booking: Booking, offer: Waiting, at: Date): Promise<void> => {
  const { familyId, number, date, unitIds } = offer
  const household = await householdNow(booking.table, familyId, date)
  const found = household && offerIn(household, { number, date, unitId: unitIds[0] })
  if (household === undefined || found === undefined) {
    await booking.table.transact([leavingWrite(offer)])
    return
  }
  const { planning, wait } = found
  if (wait.until > at.toISOString()) return
  await decideWait(
    booking,
    {
      household,
      activity: { id: planning.activityId },
      holder: { familyId: planning.familyId, childId: planning.childId },
      wait,
    },
    { kind: 'over' },
    at,
  )
}
