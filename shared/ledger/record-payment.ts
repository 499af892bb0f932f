import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import { readFile } from '../families/read-file.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { FAULTS } from '../kernel/texts.ts'
import { recipientsOf } from '../messages/notices.ts'
import { receivedNotice } from '../messages/payment-notices.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { checkInstruments, checkInvoices, checkMeans, voucherNames } from './desk-rules.ts'
import type { Payment } from './model.ts'
import { notePayment } from './note-payment.ts'
import type { paymentReply, recordPaymentRoute } from './routes.ts'
import { voucherWrite } from './store.ts'
import { viewPayment } from './view.ts'

type RecordCall = Call<typeof recordPaymentRoute>
type Body = RecordCall['body']

/** What a call says of a payment: the same key may say nothing else. */
const contentOf = ({
  regieId,
  amount,
  paidOn,
  means,
  invoices,
  reference,
  instruments,
  payer,
}: Body | Payment) =>
  hashOf([
    ...[regieId, amount, paidOn, means, invoices, reference, payer],
    instruments?.map(({ number, issuer, value, vintage }) => [number, issuer, value, vintage]),
  ])

/** The régie that takes the money. */
const regieOf = ({ catalogue }: TownCatalogue, regieId: Body['regieId']): Regie => {
  const regie = catalogue.town.regies.find(({ id }) => id === regieId)
  if (regie !== undefined) return regie
  const fault = { pointer: '/body/regieId', detail: FAULTS.invalid }
  throw new PortalError('invalid-request', { faults: [fault] })
}

/**
 * Notes a payment at the desk [guide 10, 31]: a cheque, cash, a card, a transfer, vouchers. It is
 * validated at once and has a receipt, of which a mail tells the guardians. Vouchers pay the services alone that the act of the régie allows
 * them to; what is left of them waits for such services. A voucher is taken once. The same key with the
 * same content notes one payment, whose number is the next of the town's series.
 *
 * @throws PortalError `not-found` when there is no such family; `invalid-request` for a régie that
 * the town does not have, and for vouchers of another sum; `means-not-allowed`; `payment-too-large`;
 * `unknown-invoice`; `voucher-used`; `period-out-of-range` for a day to come; `month-closed`;
 * `idempotency-key-reused`; `concurrent-change` when too many are noted at the same time.
 */
export const recordPayment = async (
  { table, town }: { table: Table; town: TownCatalogue },
  call: Pick<RecordCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof paymentReply>> => {
  const { parameters, headers, body, actor, now } = call
  const { familyId } = parameters
  const idempotencyKey = headers['idempotency-key']
  const regie = regieOf(town, body.regieId)
  if (body.paidOn > parisDate(now)) {
    throw new PortalError('period-out-of-range', { detail: LEDGER.paidInFuture })
  }
  checkInstruments(body)
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  const to = recipientsOf(file.guardians)
  const { regieId, ...about } = body
  const { ledger, payment } = await notePayment(
    table,
    { familyId, regieId, now },
    ({ ledger: held }) => {
      const earlier = held.payments.find((each) => each.idempotencyKey === idempotencyKey)
      if (earlier === undefined) {
        checkMeans(regie, body)
        checkInvoices(held, regieId, body)
      } else if (contentOf(earlier) !== contentOf(body)) {
        throw new PortalError('idempotency-key-reused')
      }
      return {
        ...about,
        state: 'validated',
        recordedBy: actor.account,
        recordedAt: now.toISOString(),
        idempotencyKey,
      }
    },
    (noted, after) => [
      ...voucherNames(body).map((name) => voucherWrite({ name, number: noted.number })),
      ...(to.length === 0
        ? []
        : [receivedNotice(noted, { to, parts: viewPayment(after, noted).paidFor }, now)]),
    ],
    () => new PortalError('voucher-used'),
  )
  return viewPayment(ledger, payment)
}
