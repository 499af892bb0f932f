import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { changePayment } from './change-payment.ts'
import { voucherNames } from './desk-rules.ts'
import { isLocked } from './lock-rules.ts'
import type { Payment, Reversal } from './model.ts'
import type { Noted } from './note-payment.ts'
import type { cancelPaymentRoute, paymentReply } from './routes.ts'
import { reversalWrite, voucherEnd } from './store.ts'
import { booked, openDay } from './till-rules.ts'
import { viewPayment } from './view.ts'

/**
 * Ends a payment [guide 31]: one that should not have been noted, that bounced, that the bank sent
 * back. It stays in the ledger with its number, the invoices that it paid are due again, and a reversal
 * of today takes it back in the journal. One that only awaited its validation never stood in the
 * journal and needs none. Ended again it stays as it was, with its first reason.
 *
 * @param more what is written together with it.
 * @throws PortalError `not-found` for a payment that the family does not have; `payment-locked` (see
 * `isLocked`); StaleReadError when others keep coming first.
 */
export const endPayment = async (
  table: Table,
  {
    familyId,
    number,
    kind,
    reason,
    by,
    now,
  }: {
    familyId: FamilyId
    number: number
    kind: Reversal['kind']
    reason: string
    /** An account, or the name of what ended it. */
    by: string
    now: Date
  },
  more: (payment: Payment) => readonly Write[] = () => [],
): Promise<Noted> =>
  changePayment(
    table,
    { familyId, number, now },
    ({ ledger, payment, till, today }) => {
      if (payment.state === 'cancelled') return undefined
      if (isLocked(payment, kind, { till, refunds: ledger.refunds })) {
        throw new PortalError('payment-locked')
      }
      const at = now.toISOString()
      const { regieId, amount, means } = payment
      const reversal: Reversal = {
        ...{ familyId, regieId, number, amount, means, kind, by, at },
        reversedOn: openDay(till, today),
      }
      const ended: Payment = {
        ...payment,
        version: payment.version + 1,
        state: 'cancelled',
        cancellation: { kind, by, at, reason },
      }
      if (payment.state === 'awaiting') return { till, payment: ended, writes: [] }
      return {
        till: booked(till, { kind: 'reversal', means, amount, day: reversal.reversedOn }),
        payment: ended,
        writes: [
          reversalWrite(reversal),
          // What was noted by mistake was not taken; what bounced was.
          ...(kind === 'mistake' ? voucherNames(payment).map(voucherEnd) : []),
        ],
      }
    },
    more,
  )

/** Cancels a payment at the desk: a wrong amount, a cheque that bounced. See `endPayment`. */
export const cancelPayment = async (
  table: Table,
  {
    parameters: { familyId, number },
    body: { reason, kind },
    actor,
    now,
  }: Pick<Call<typeof cancelPaymentRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof paymentReply>> => {
  const by = actor.account
  const { ledger, payment } = await endPayment(table, { familyId, number, kind, reason, by, now })
  return viewPayment(ledger, payment)
}
