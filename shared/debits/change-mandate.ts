import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { admitGuardian, householdOf, readFile } from '../families/read-file.ts'
import { DEBITS } from '../kernel/debit-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { dayFaults, mandateOf } from './give-mandate.ts'
import { endedMandate, stateOn } from './mandate-rules.ts'
import type { Mandate } from './model.ts'
import { mandateNotice } from './notices.ts'
import type {
  changeDayRoute,
  mandateReply,
  revokeFamilyMandateRoute,
  revokeMandateRoute,
} from './routes.ts'
import { debitingRegie } from './settings.ts'
import { mandateWrite, writeDebits } from './store.ts'
import { viewMandate } from './view.ts'

type Reply = z.input<typeof mandateReply>

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/**
 * Changes a mandate as it stands now; nothing is written where `decide` leaves it as it is. Who signed it
 * is told of its end.
 */
const changeMandate = (
  { table, town }: Deps,
  { familyId, rum, now }: { familyId: FamilyId; rum: string; now: Date },
  decide: (mandate: Mandate) => Mandate,
): Promise<Mandate> =>
  again(async () => {
    const held = await mandateOf(table, familyId, rum)
    const mandate = decide(held)
    if (mandate === held) return held
    const debiting = debitingRegie(town, mandate.regieId)
    if (mandate.state === 'active') {
      await writeDebits(table, [mandateWrite(mandate)])
      return mandate
    }
    const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
    const told = mandateNotice({ debiting, mandate, guardians: file.guardians, now })
    await writeDebits(table, [mandateWrite(mandate), ...told])
    return mandate
  })

/** @throws PortalError `forbidden` for a guardian who did not sign the mandate, whose account it is not. */
const admitSigner = (mandate: Mandate, { guardianId }: Pick<Mandate, 'guardianId'>): void => {
  if (mandate.guardianId !== guardianId) throw new PortalError('forbidden')
}

/**
 * Chooses another day among those of the régie for what is not announced yet.
 *
 * @throws PortalError `not-found`; `forbidden` for whoever did not sign it; `mandate-missing` when it is
 * not active; `invalid-request` for a day that the régie does not have; `concurrent-change`.
 */
export const changeDay = async (
  deps: Deps,
  {
    parameters: { rum },
    body: { day },
    actor,
    now,
  }: Pick<Call<typeof changeDayRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  const today = parisDate(now)
  const { guardianId } = household
  const familyId = await admitGuardian(deps.table, household)
  const mandate = await changeMandate(deps, { familyId, rum, now }, (held) => {
    admitSigner(held, household)
    if (stateOn(held, today) !== 'active') throw new PortalError('mandate-missing')
    const faults = dayFaults(debitingRegie(deps.town, held.regieId), day)
    if (faults.length > 0) throw new PortalError('invalid-request', { faults })
    return held.day === day ? held : { ...held, version: held.version + 1, day }
  })
  return viewMandate(mandate, { today, guardianId })
}

/**
 * Revokes a mandate at once, or from a day on: until then it is collected, the last time as a final debit.
 * What is announced and not at the bank yet is collected no more. Revoked again it stays as it is.
 *
 * @throws PortalError `not-found`; `forbidden` for whoever did not sign it; `period-out-of-range` for a day
 * in the past; `concurrent-change`.
 */
export const revokeMandate = async (
  deps: Deps,
  {
    parameters: { rum },
    body: { from },
    actor,
    now,
  }: Pick<Call<typeof revokeMandateRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  const today = parisDate(now)
  const { guardianId } = household
  const familyId = await admitGuardian(deps.table, household)
  if (from !== undefined && from < today) {
    throw new PortalError('period-out-of-range', { detail: DEBITS.endInPast })
  }
  const mandate = await changeMandate(deps, { familyId, rum, now }, (held) => {
    admitSigner(held, household)
    if (held.state !== 'active') return held
    if (from === undefined || from === today) {
      return endedMandate(held, 'revoked', { on: today, by: actor.account })
    }
    return held.endsOn === from ? held : { ...held, version: held.version + 1, endsOn: from }
  })
  return viewMandate(mandate, { today, guardianId })
}

/**
 * Ends a mandate for a family, at once, for a reason that staff give. Ended again it stays as it is.
 *
 * @throws PortalError `not-found`; `concurrent-change`.
 */
export const revokeFamilyMandate = async (
  deps: Deps,
  {
    parameters: { familyId, rum },
    body: { reason },
    actor,
    now,
  }: Pick<Call<typeof revokeFamilyMandateRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const today = parisDate(now)
  const mandate = await changeMandate(deps, { familyId, rum, now }, (held) =>
    held.state === 'active'
      ? endedMandate(held, 'revoked', { on: today, by: actor.account, reason })
      : held,
  )
  return viewMandate(mandate, { today })
}
