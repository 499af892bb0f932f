import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Payment } from './model.ts'
import type { cancelPaymentRoute, paymentReply } from './routes.ts'
import { changePayment, loadLedger } from './store.ts'
import { viewPayment } from './view.ts'

/**
 * Cancels a payment: a cheque that bounced, a wrong amount [guide 31]. It stays in the ledger with its
 * number, and the invoices that it paid are due again. Cancelled again it stays as it was, with its
 * first reason.
 *
 * @throws PortalError `not-found` for a payment that the family does not have; `concurrent-change`
 * when it keeps changing meanwhile.
 */
export const cancelPayment = async (
  table: Table,
  {
    parameters: { familyId, number },
    body: { reason },
    actor,
    now,
  }: Pick<Call<typeof cancelPaymentRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof paymentReply>> =>
  again(async () => {
    const ledger = await loadLedger(table, familyId)
    const payment = ledger.payments.find((each) => each.number === number)
    if (payment === undefined) throw new PortalError('not-found')
    if (payment.state === 'cancelled') return viewPayment(ledger, payment)
    const cancelled: Payment = {
      ...payment,
      version: payment.version + 1,
      state: 'cancelled',
      cancellation: { by: actor.account, at: now.toISOString(), reason },
    }
    await changePayment(table, cancelled)
    const others = ledger.payments.filter((each) => each !== payment)
    return viewPayment({ ...ledger, payments: [...others, cancelled] }, cancelled)
  })
