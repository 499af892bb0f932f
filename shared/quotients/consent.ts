import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { QUOTIENT_CONSENT, QUOTIENTS } from '../kernel/quotient-texts.ts'
import type { Actor, Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { QuotientConsent } from './model.ts'
import type { giveConsentRoute, withdrawConsentRoute } from './routes.ts'
import { isInForce } from './rules.ts'
import { findConsent, putConsent } from './store.ts'
import { viewConsent } from './view.ts'

type Reply = z.input<(typeof giveConsentRoute)['reply']>

/** Changes the consent of the guardian who acts, if there is anything to change. One read and one write. */
const change = (
  table: Table,
  actor: Actor,
  next: (
    held: QuotientConsent | undefined,
    about: Pick<QuotientConsent, 'familyId' | 'guardianId' | 'version'>,
  ) => QuotientConsent | undefined,
): Promise<Reply> =>
  again(async () => {
    const by = householdOf(actor)
    const [held] = await Promise.all([findConsent(table, by), admitGuardian(table, by)])
    const changed = next(held, { ...by, version: (held?.version ?? 0) + 1 })
    if (changed !== undefined && !(await putConsent(table, changed))) {
      throw new StaleReadError('quotient consent')
    }
    return viewConsent(changed ?? held)
  })

/**
 * Notes that a guardian agrees to the town asking the fund for their quotient [wish W8]: who, when, to
 * which wording. Each guardian agrees for their own person. The same again changes nothing.
 *
 * @throws PortalError `invalid-request` for another wording than the present one; `not-found`.
 */
export const giveConsent = (
  table: Table,
  { body, actor, now }: Pick<Call<typeof giveConsentRoute>, 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  if (body.textVersion !== QUOTIENT_CONSENT.version) {
    const faults = [{ pointer: '/body/textVersion', detail: QUOTIENTS.staleText }]
    throw new PortalError('invalid-request', { faults })
  }
  return change(table, actor, (held, about) =>
    isInForce(held)
      ? undefined
      : { ...about, at: now.toISOString(), textVersion: QUOTIENT_CONSENT.version },
  )
}

/**
 * Withdraws a consent: from then on nobody asks the fund about this guardian. What was fetched before
 * stays, as prices were made by it (RGPD, art. 7.3).
 *
 * @throws PortalError `not-found`.
 */
export const withdrawConsent = (
  table: Table,
  { actor, now }: Pick<Call<typeof withdrawConsentRoute>, 'actor' | 'now'>,
): Promise<Reply> =>
  change(table, actor, (held, about) =>
    held === undefined || held.withdrawnAt !== undefined
      ? undefined
      : { ...held, ...about, withdrawnAt: now.toISOString() },
  )
