import type * as z from 'zod'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { parisDate, parisInstant } from '../kernel/paris.ts'
import { ONLINE, REVIEW_REASONS_LABELS } from '../kernel/payment-texts.ts'
import { MODES, type Payfip, type Result } from '../payfip/model.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { noteOnline, paidAs, releases } from './follow-attempt.ts'
import type { Attempt, OpenedAttempt } from './model.ts'
import type { listReviewsRoute, resolvePaymentRoute } from './routes.ts'
import { isOpened } from './rules.ts'
import { attemptWrite, findAttempt, listReviews } from './store.ts'
import { viewAttempt } from './view.ts'

/** What reviews need beside the call. */
export interface ReviewParts {
  readonly table: Table
  readonly payfip: Pick<Payfip, 'pageOf'>
  readonly takesTests: boolean
}

type Told = Omit<Result, 'idOp'>

/** The most attempts that are listed. */
const SHOWN = 100

/** What PayFiP told, without the operation, which was asked about. */
const toldOf = ({ code, reference, client, amount, mode, authorisation, at }: Result): Told => ({
  ...{ code, reference, client, amount, mode },
  ...{ authorisation, at },
})

/** The online payments that PayFiP told something odd of, with what it was asked and told. */
export const listPaymentReviews = async (
  { table, payfip }: Pick<ReviewParts, 'table' | 'payfip'>,
  { now }: Pick<Call<typeof listReviewsRoute>, 'now'>,
): Promise<z.input<(typeof listReviewsRoute)['reply']>> => {
  const attempts = await listReviews(table, SHOWN)
  return {
    payments: attempts.flatMap((attempt) => {
      const { familyId, payer, review, idOp, reference, client, mode, result } = attempt
      if (review === undefined) return []
      return [
        {
          ...viewAttempt(attempt, { payfip, now }),
          familyId,
          payer: payer.name,
          reason: review,
          reasonLabel: REVIEW_REASONS_LABELS[review],
          asked: { idOp, reference, client, mode: MODES[mode] },
          ...(result === undefined ? {} : { told: toldOf(result) }),
        },
      ]
    }),
  }
}

type ResolveCall = Pick<Call<typeof resolvePaymentRoute>, 'parameters' | 'body' | 'actor' | 'now'>

/** When the money came that an accountant has found: as they say, as PayFiP told, or now. */
const momentOf = (
  { result }: Attempt,
  paidOn: Parameters<typeof parisInstant>[0] | undefined,
  now: Date,
): Date => {
  if (paidOn === undefined) return result?.at === undefined ? now : new Date(result.at)
  if (paidOn > parisDate(now)) {
    throw new PortalError('period-out-of-range', { detail: LEDGER.paidInFuture })
  }
  return parisInstant(paidOn, '12:00')
}

const validate = async (
  { table, takesTests }: ReviewParts,
  attempt: OpenedAttempt,
  resolved: Attempt,
  { body, now }: ResolveCall,
): Promise<void> => {
  if (body.outcome !== 'validated') return
  const { result } = attempt
  const isTest = attempt.mode === 'test' || result?.mode === MODES.test
  if (isTest && !takesTests) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.testPaysNothing })
  }
  await noteOnline(table, attempt, {
    money: {
      amount: body.amount ?? attempt.amount,
      at: momentOf(attempt, body.paidOn, now),
      code: result?.code ?? '',
      authorisation: result?.authorisation,
    },
    ended: (payment) => ({ ...resolved, state: 'paid', paid: paidAs(payment) }),
    now,
  })
}

/**
 * Ends the review of an online payment by the word of an accountant, who has seen on the account of the
 * régie whether the money came: it is a payment then, or nothing, and its invoices are free again. The
 * same word again changes nothing.
 *
 * @throws PortalError `not-found`; `already-decided` for what is not under review, or was decided
 * otherwise; `means-not-allowed` for a test where families pay; `period-out-of-range` for a day to come.
 */
export const resolvePayment = async (
  parts: ReviewParts,
  call: ResolveCall,
): Promise<z.input<(typeof resolvePaymentRoute)['reply']>> => {
  const { table, payfip } = parts
  const { parameters, body, actor, now } = call
  const attempt = await again(async () => {
    const held = await findAttempt(table, parameters)
    if (held === undefined) throw new PortalError('not-found')
    if (held.resolution?.outcome === body.outcome) return held
    if (held.state !== 'review' || !isOpened(held)) throw new PortalError('already-decided')
    const { outcome, reason } = body
    const resolved: Attempt = {
      ...held,
      version: held.version + 1,
      state: 'abandoned',
      holds: false,
      endedAt: now.toISOString(),
      resolution: { outcome, reason, by: actor.account, at: now.toISOString() },
    }
    if (outcome === 'validated') {
      await validate(parts, held, resolved, call)
      return (await findAttempt(table, parameters)) ?? held
    }
    const written = await table.transact([attemptWrite(resolved), ...releases(held, resolved)])
    if (!written.done) throw new StaleReadError('online payment')
    return resolved
  })
  return { ...viewAttempt(attempt, { payfip, now }), familyId: attempt.familyId }
}
