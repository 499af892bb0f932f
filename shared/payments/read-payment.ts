import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Payfip } from '../payfip/model.ts'
import type { Call } from '../platform/http.ts'
import { followAttempt, type Following } from './follow-attempt.ts'
import type { listPaymentsRoute, onlinePaymentReply, readPaymentRoute } from './routes.ts'
import { mayAsk } from './rules.ts'
import { findAttempt, listAttempts } from './store.ts'
import { viewAttempt } from './view.ts'

/** What reading an attempt needs beside the call. */
export type ReadParts = Following & { readonly payfip: Payfip }

/** How many attempts a family is shown. */
const SHOWN = 20

/**
 * What has become of an attempt of a guardian's family: PayFiP is asked at most every nine seconds, so a
 * page may ask as often as it wants.
 *
 * @throws PortalError `not-found`, also for an attempt of another family.
 */
export const readPayment = async (
  parts: ReadParts,
  { actor, parameters, now }: Pick<Call<typeof readPaymentRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<z.input<typeof onlinePaymentReply>> => {
  const familyId = await admitGuardian(parts.table, householdOf(actor))
  const held = await findAttempt(parts.table, { familyId, ...parameters })
  if (held === undefined) throw new PortalError('not-found')
  const { attempt } = mayAsk(held, now) ? await followAttempt(parts, held, now) : { attempt: held }
  return viewAttempt(attempt, { payfip: parts.payfip, now })
}

/**
 * The latest attempts of a guardian's family, newest first, as they were known last: nobody is asked.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listPayments = async (
  { table, payfip }: Pick<ReadParts, 'table' | 'payfip'>,
  { actor, now }: Pick<Call<typeof listPaymentsRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof listPaymentsRoute)['reply']>> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  const attempts = await listAttempts(table, familyId)
  const newest = attempts.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, SHOWN)
  return { payments: newest.map((attempt) => viewAttempt(attempt, { payfip, now })) }
}
