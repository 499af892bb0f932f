import type * as z from 'zod'
import { readFile } from '../families/read-file.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { DESK } from '../kernel/desk-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { refundCreditRoute, refundReply } from './desk-routes.ts'
import type { Refund, WholeLedger } from './model.ts'
import { refundableOf, takenFrom } from './refund-rules.ts'
import {
  findTill,
  lastRefundNumber,
  loadLedger,
  newRefundWrites,
  tillWrite,
  writeLedger,
} from './store.ts'
import { booked, emptyTill, moved, openDay } from './till-rules.ts'

type RefundCall = Call<typeof refundCreditRoute>
type Body = RefundCall['body']

const viewRefund = (refund: Refund): z.input<typeof refundReply> => {
  const { number, regieId, amount, refundedOn, means, of, reason } = refund
  const meansLabel = LEDGER.means[means]
  return { number, regieId, amount, refundedOn, means, meansLabel, of, reason }
}

/** The refund that a key has made before; the same key may say nothing else. */
const earlierOf = ({ refunds }: WholeLedger, key: string, body: Body): Refund | undefined => {
  const earlier = refunds.find(({ idempotencyKey }) => idempotencyKey === key)
  if (earlier === undefined) return undefined
  const { regieId, amount, means, reason } = earlier
  const isSame =
    regieId === body.regieId &&
    amount === body.amount &&
    means === body.means &&
    reason === body.reason
  if (!isSame) throw new PortalError('idempotency-key-reused')
  return earlier
}

/**
 * Gives back what a family paid to a régie and is of no invoice. The refund keeps of which payments and
 * credit notes it is: they pay nothing with it any more, whatever is invoiced meanwhile. The same key
 * gives back once.
 *
 * @throws PortalError `not-found` when there is no such family; `payment-too-large` beyond what is left, vouchers apart; `idempotency-key-reused`;
 * StaleReadError when the till keeps moving.
 */
export const refundCredit = async (
  table: Table,
  {
    parameters: { familyId },
    headers,
    body,
    actor,
    now,
  }: Pick<RefundCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof refundReply>> =>
  again(async () => {
    const { regieId, amount, means, reason } = body
    const idempotencyKey = headers['idempotency-key']
    const today = parisDate(now)
    const [last, held] = await Promise.all([lastRefundNumber(table), findTill(table, regieId)])
    const till = held ?? emptyTill(regieId, today.slice(0, 4))
    // Behind the till: a payment that is noted or ended after this reading moves it.
    const ledger = await loadLedger(table, familyId)
    const earlier = earlierOf(ledger, idempotencyKey, body)
    if (earlier !== undefined) return viewRefund(earlier)
    const refundable = refundableOf(ledger, regieId)
    const most = sum(refundable.map((part) => part.amount))
    // A number that was mistyped is told apart from a family that has nothing left.
    if (most === 0) await readFile(table, familyId, ['FILE', 'FAMILY'])
    if (amount > most) throw new PortalError('payment-too-large', { detail: DESK.creditIs(most) })
    const refund: Refund = {
      ...{ familyId, regieId, amount, means, reason, idempotencyKey },
      number: last + 1,
      refundedOn: openDay(till, today),
      of: takenFrom(refundable, amount),
      recordedBy: actor.account,
      recordedAt: now.toISOString(),
    }
    const after = booked(till, { kind: 'refund', means, amount, day: refund.refundedOn })
    await writeLedger(table, [...newRefundWrites(refund), tillWrite(moved(after))])
    return viewRefund(refund)
  })
