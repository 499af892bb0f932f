import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { DEBITS, MANDATE_CONSENT } from '../kernel/debit-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Actor, Call } from '../platform/http.ts'
import { giveMandate, mandateOf, type DebitParts } from './give-mandate.ts'
import { stateOn } from './mandate-rules.ts'
import type { Mandate } from './model.ts'
import type {
  changeAccountRoute,
  enterMandateRoute,
  mandateReply,
  signMandateRoute,
} from './routes.ts'
import { debitingRegie, type Debiting } from './settings.ts'
import { viewMandate } from './view.ts'

type Reply = z.input<typeof mandateReply>

/** @throws PortalError `invalid-request` for another wording than the present one. */
const signatureOf = (
  { settings }: Debiting,
  { place, consent }: Pick<Call<typeof signMandateRoute>['body'], 'place' | 'consent'>,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
): Mandate['signed'] => {
  const { version } = MANDATE_CONSENT
  if (consent.textVersion !== version) {
    const faults = [{ pointer: '/body/consent/textVersion', detail: DEBITS.staleText }]
    throw new PortalError('invalid-request', { faults })
  }
  return {
    ...{ on: parisDate(now), place, how: 'online', by: actor.account, at: now.toISOString() },
    consent: { version, text: MANDATE_CONSENT.text(settings.creditor) },
  }
}

/**
 * A guardian signs a mandate online: from then on the régie debits the account, on the day of the month
 * that they choose among the régie's. What they agreed to is kept in full.
 *
 * @throws PortalError as `giveMandate` does; `invalid-request` for another wording.
 */
export const signMandate = async (
  parts: DebitParts,
  {
    headers,
    body,
    actor,
    now,
  }: Pick<Call<typeof signMandateRoute>, 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { place, consent, ...about } = body
  const debiting = debitingRegie(parts.town, about.regieId)
  const household = householdOf(actor)
  const mandate = await giveMandate(
    parts,
    {
      ...about,
      ...household,
      signed: signatureOf(debiting, { place, consent }, { actor, now }),
      idempotencyKey: headers['idempotency-key'],
    },
    now,
  )
  return viewMandate(mandate, { today: parisDate(now), guardianId: household.guardianId })
}

/**
 * Has another account debited: who signed the mandate signs another one in its place, in the same moment.
 * What is announced already is collected by the new one.
 *
 * @throws PortalError as `giveMandate` does; `forbidden` for whoever did not sign the old one;
 * `mandate-missing` when that is not active.
 */
export const changeAccount = async (
  parts: DebitParts,
  {
    parameters: { rum },
    headers,
    body: { place, consent, ...account },
    actor,
    now,
  }: Pick<Call<typeof changeAccountRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  const familyId = await admitGuardian(parts.table, household)
  const old = await mandateOf(parts.table, familyId, rum)
  if (old.guardianId !== household.guardianId) throw new PortalError('forbidden')
  const { regieId, day } = old
  const debiting = debitingRegie(parts.town, regieId)
  const mandate = await giveMandate(
    parts,
    {
      ...{ regieId, replaces: rum, ...account, ...household },
      // The town may have given up the day that the family had chosen.
      day: debiting.settings.days.includes(day) ? day : (debiting.settings.days[0] ?? day),
      signed: signatureOf(debiting, { place, consent }, { actor, now }),
      idempotencyKey: headers['idempotency-key'],
    },
    now,
  )
  return viewMandate(mandate, { today: parisDate(now), guardianId: household.guardianId })
}

/**
 * Notes a mandate that a guardian has signed on paper, by the day of the signature.
 *
 * @throws PortalError as `giveMandate` does; `period-out-of-range` for a signature to come, and for one
 * so old that the mandate has lapsed.
 */
export const enterMandate = async (
  parts: DebitParts,
  {
    parameters: { familyId },
    headers,
    body: { place, signedOn, ...about },
    actor,
    now,
  }: Pick<Call<typeof enterMandateRoute>, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const today = parisDate(now)
  const at = now.toISOString()
  const signed = { on: signedOn, place, how: 'paper' as const, by: actor.account, at }
  if (signedOn > today) {
    throw new PortalError('period-out-of-range', { detail: DEBITS.signedInFuture })
  }
  if (stateOn({ state: 'active', signed }, today) === 'lapsed') {
    throw new PortalError('period-out-of-range', { detail: DEBITS.signedLongAgo })
  }
  const idempotencyKey = headers['idempotency-key']
  const mandate = await giveMandate(parts, { ...about, familyId, signed, idempotencyKey }, now)
  return viewMandate(mandate, { today })
}
