import type * as z from 'zod'
import { DEBITS } from '../kernel/debit-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { GuardianId } from '../platform/schemas.ts'
import { goodUntil, stateOn } from './mandate-rules.ts'
import type { Mandate } from './model.ts'
import type { mandateReply } from './routes.ts'

/**
 * A mandate as its reader sees it: the account is masked for everybody, and not there at all for
 * guardians who did not sign it themselves (no bank data of one parent for the other).
 *
 * @param guardianId the guardian who reads; staff without.
 */
export const viewMandate = (
  mandate: Mandate,
  { today, guardianId }: { today: IsoDate; guardianId?: GuardianId | undefined },
): z.input<typeof mandateReply> => {
  const { familyId, regieId, rum, day, signed, holder, account, debits } = mandate
  const { lastDebitOn, endsOn, ended } = mandate
  const state = stateOn(mandate, today)
  const isOwn = guardianId === undefined || guardianId === mandate.guardianId
  return {
    ...{ familyId, regieId, rum, state, day, debits },
    stateLabel: DEBITS.mandateStates[state],
    signedOn: signed.on,
    signedAt: signed.at,
    place: signed.place,
    how: signed.how,
    ...(isOwn ? { holder, iban: account.masked } : {}),
    ...(isOwn && account.bic !== undefined ? { bic: account.bic } : {}),
    ...(signed.consent === undefined ? {} : { consent: signed.consent }),
    ...(lastDebitOn === undefined ? {} : { lastDebitOn }),
    goodUntil: goodUntil(mandate),
    ...(endsOn === undefined ? {} : { endsOn }),
    ...(ended === undefined ? {} : { endedOn: ended.on }),
    // A reason is a matter of staff.
    ...(ended?.reason === undefined || guardianId !== undefined ? {} : { endReason: ended.reason }),
  }
}
