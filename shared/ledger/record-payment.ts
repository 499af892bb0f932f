import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { readFile } from '../families/read-file.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { FAULTS } from '../kernel/texts.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Ledger, Payment } from './model.ts'
import type { paymentReply, recordPaymentRoute } from './routes.ts'
import { addPayment, lastPaymentNumber, loadLedger } from './store.ts'
import { viewPayment } from './view.ts'

type RecordCall = Call<typeof recordPaymentRoute>
type Body = RecordCall['body']

/** What a call says of a payment: the same key may say nothing else. */
const contentOf = ({ regieId, amount, paidOn, means, invoices, reference }: Body | Payment) =>
  hashOf([regieId, amount, paidOn, means, invoices, reference])

/** Refuses what no family can have paid. */
const check = ({ catalogue }: TownCatalogue, { body, now }: Pick<RecordCall, 'body' | 'now'>) => {
  if (!catalogue.town.regies.some(({ id }) => id === body.regieId)) {
    const fault = { pointer: '/body/regieId', detail: FAULTS.invalid }
    throw new PortalError('invalid-request', { faults: [fault] })
  }
  if (body.paidOn > parisDate(now)) {
    throw new PortalError('period-out-of-range', { detail: LEDGER.paidInFuture })
  }
}

/** Refuses invoices that the family does not have from the régie that was paid. */
const checkInvoices = ({ invoices }: Ledger, { regieId, invoices: named }: Body): void => {
  const known = invoices.filter((invoice) => invoice.regieId === regieId)
  const faults = named.flatMap((number, index) =>
    known.some((invoice) => invoice.number === number)
      ? []
      : [{ pointer: `/body/invoices/${String(index)}`, detail: LEDGER.unknownInvoice }],
  )
  if (faults.length > 0) throw new PortalError('unknown-invoice', { faults })
}

/**
 * Notes a payment at the desk [guide 10, 31]: a cheque, cash, a card, a voucher. It is validated at
 * once. The same key with the same content notes one payment, whose number is the next of the town's
 * series.
 *
 * @throws PortalError `not-found` when there is no such family; `invalid-request` for a régie that
 * the town does not have; `unknown-invoice`; `period-out-of-range` for a day to come;
 * `idempotency-key-reused`; `concurrent-change` when too many are noted at the same time.
 */
export const recordPayment = async (
  { table, town }: { table: Table; town: TownCatalogue },
  call: Pick<RecordCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof paymentReply>> => {
  const { parameters, headers, body, actor, now } = call
  const { familyId } = parameters
  const idempotencyKey = headers['idempotency-key']
  check(town, call)
  await readFile(table, familyId, ['FILE', 'FAMILY'])
  return again(async () => {
    // In this order: a twin of this call that is not in the ledger yet will move the series after it
    // was read here, and so keep this call from noting the payment a second time.
    const last = await lastPaymentNumber(table)
    const ledger = await loadLedger(table, familyId)
    const earlier = ledger.payments.find((each) => each.idempotencyKey === idempotencyKey)
    if (earlier !== undefined) {
      if (contentOf(earlier) !== contentOf(body)) throw new PortalError('idempotency-key-reused')
      return viewPayment(ledger, earlier)
    }
    checkInvoices(ledger, body)
    const payment: Payment = {
      familyId,
      ...body,
      number: last + 1,
      version: 1,
      state: 'validated',
      recordedBy: actor.account,
      recordedAt: now.toISOString(),
      idempotencyKey,
    }
    await addPayment(table, payment)
    return viewPayment({ ...ledger, payments: [...ledger.payments, payment] }, payment)
  })
}
