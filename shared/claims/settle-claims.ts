import type * as z from 'zod'
import { CLAIMS } from '../kernel/claim-texts.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { MOST_PAYMENTS, type ClaimPayment, type ClaimPayments } from './model.ts'
import { loadClaimLines, viewClaims } from './read-claims.ts'
import type { cancelClaimPaymentRoute, noteClaimPaymentRoute } from './routes.ts'
import { claimsOf, type ClaimLine } from './rules.ts'
import { findClaimPayments, putClaimPayments } from './store.ts'

type Reply = z.input<(typeof noteClaimPaymentRoute)['reply']>
type NoteCall = Pick<
  Call<typeof noteClaimPaymentRoute>,
  'parameters' | 'headers' | 'body' | 'actor' | 'now'
>

/** Changes what third parties have paid for a month; nothing is written where `decide` leaves it as it is. */
const change = async (
  table: Table,
  { parameters }: Pick<NoteCall, 'parameters'>,
  decide: (held: ClaimPayments, lines: readonly ClaimLine[]) => ClaimPayment[] | undefined,
): Promise<Reply> => {
  // What is issued never changes; a month that is issued anew meanwhile only adds to it.
  const lines = await loadClaimLines(table, parameters)
  return again(async () => {
    const held = await findClaimPayments(table, parameters)
    const payments = decide(held, lines)
    if (payments === undefined) return viewClaims(lines, held)
    const next = { ...held, version: held.version + 1, payments }
    if (!(await putClaimPayments(table, next))) throw new StaleReadError('claim')
    return viewClaims(lines, next)
  })
}

/** Whether a call says of a payment what an earlier one of its key has said. */
const isSame = (
  { payer, amount, paidOn, reference }: ClaimPayment,
  body: NoteCall['body'],
): boolean =>
  payer === body.payer &&
  amount === body.amount &&
  paidOn === body.paidOn &&
  reference === body.reference

/** @throws PortalError `not-found` for who owes nothing; `payment-too-large` beyond what is owed still. */
const checkAmount = (
  { payments }: ClaimPayments,
  lines: readonly ClaimLine[],
  { payer, amount }: NoteCall['body'],
): void => {
  const claim = claimsOf(lines, payments).find((each) => each.payer === payer)
  if (claim === undefined) throw new PortalError('not-found', { detail: CLAIMS.unknownPayer })
  const left = Math.max(0, claim.amount - claim.paid)
  if (amount > left) {
    throw new PortalError('payment-too-large', { detail: CLAIMS.moreThanClaimed(left) })
  }
}

/**
 * Notes what a third party has paid of what it owes for a month (CAF, CCAS). It is money of the town and
 * of no family: neither a ledger nor the journal of the régie has it. The same key with the same content
 * notes it once.
 *
 * @throws PortalError `not-found`, also for a third party that owes nothing for the month;
 * `run-not-ready`; `period-out-of-range` for a day to come; `payment-too-large` beyond what it owes;
 * `request-too-large` for a month with very many; `idempotency-key-reused`; StaleReadError when others keep
 * coming first.
 */
export const noteClaimPayment = async (table: Table, call: NoteCall): Promise<Reply> => {
  const { headers, body, actor, now } = call
  const { 'idempotency-key': idempotencyKey } = headers
  if (body.paidOn > parisDate(now)) {
    throw new PortalError('period-out-of-range', { detail: CLAIMS.paidInFuture })
  }
  return change(table, call, (held, lines) => {
    const { payments } = held
    const earlier = payments.find((each) => each.idempotencyKey === idempotencyKey)
    if (earlier !== undefined) {
      if (isSame(earlier, body)) return undefined
      throw new PortalError('idempotency-key-reused')
    }
    checkAmount(held, lines, body)
    if (payments.length === MOST_PAYMENTS) throw new PortalError('request-too-large')
    const notedAt = now.toISOString()
    const number = payments.length + 1
    return [...payments, { ...body, number, notedBy: actor.account, notedAt, idempotencyKey }]
  })
}

/**
 * Cancels a payment of a third party that should not have been noted: it stays, with the reason, and pays
 * nothing. Cancelled again it stays as it was.
 *
 * @throws PortalError `not-found`; `run-not-ready`; StaleReadError when others keep coming first.
 */
export const cancelClaimPayment = async (
  table: Table,
  call: Pick<Call<typeof cancelClaimPaymentRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const { parameters, body, actor, now } = call
  return change(table, call, ({ payments }) => {
    const held = payments.find(({ number }) => number === parameters.number)
    if (held === undefined) throw new PortalError('not-found')
    if (held.cancelled !== undefined) return undefined
    const cancelled = { by: actor.account, at: now.toISOString(), reason: body.reason }
    return payments.map((each) => (each === held ? { ...each, cancelled } : each))
  })
}
