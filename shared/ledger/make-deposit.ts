import type * as z from 'zod'
import { BOOKS } from '../kernel/desk-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Deposit, Deposited } from './deposit-model.ts'
import { depositWrites, findDepositOfKey } from './deposit-store.ts'
import type { depositReply, makeDepositRoute } from './desk-routes.ts'
import type { Payment } from './model.ts'
import { findPayment, findTill, paymentWrite, tillWrite, writeLedger } from './store.ts'
import { moved } from './till-rules.ts'
import { viewDeposit } from './view-deposit.ts'

type DepositCall = Call<typeof makeDepositRoute>
type Body = DepositCall['body']

/** Whether a payment can be handed in as such a means at a régie. */
export const isDepositable = (
  payment: Payment,
  { regieId, means }: { readonly regieId: RegieId; readonly means: Deposit['means'] },
): boolean =>
  payment.state === 'validated' &&
  payment.deposit === undefined &&
  payment.regieId === regieId &&
  payment.means === means

/** A payment as a deposit lists it. */
export const depositedOf = ({
  familyId,
  number,
  paidOn,
  receipt,
  instruments = [],
  amount,
}: Payment): Deposited => ({
  ...{ familyId, number, paidOn, amount },
  ...(receipt === undefined ? {} : { receipt }),
  titles: Math.max(1, instruments.length),
})

const checkTwice = ({ payments }: Body): void => {
  const numbers = payments.map(({ number }) => number)
  const faults = numbers.flatMap((number, index) =>
    numbers.indexOf(number) === index
      ? []
      : [{ pointer: `/body/payments/${String(index)}`, detail: FAULTS.invalid }],
  )
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

/** The payments that a call names, in its order. */
const loadPayments = async (table: Table, { payments }: Body): Promise<Payment[]> => {
  const found = await Promise.all(payments.map((address) => findPayment(table, address)))
  const held = found.filter((payment) => payment !== undefined)
  if (held.length < payments.length) throw new PortalError('not-found')
  return held
}

const numbersOf = (payments: readonly { readonly number: number }[]): string =>
  payments
    .map(({ number }) => number)
    .toSorted((a, b) => a - b)
    .join()

/**
 * The deposit that the same call has made before.
 *
 * @throws PortalError `idempotency-key-reused` when its key has handed in other payments.
 */
const earlierDeposit = async (
  table: Table,
  { regieId, key }: { regieId: RegieId; key: string },
  { means, payments }: Body,
): Promise<Deposit | undefined> => {
  const deposit = await findDepositOfKey(table, { regieId, key })
  if (deposit === undefined) return undefined
  if (deposit.means === means && numbersOf(deposit.payments) === numbersOf(payments)) return deposit
  throw new PortalError('idempotency-key-reused')
}

/**
 * Hands in payments of one means together (bordereau de remise): under the next number of the régie,
 * in one transaction with all of them. From then on none of them can be cancelled as a mistake, nor be
 * handed in again. The same call makes one deposit.
 *
 * @throws PortalError `not-found` for a payment that there is not; `payment-locked` for one that cannot
 * be handed in; `invalid-request` for one that is named twice; `idempotency-key-reused`; StaleReadError
 * when payments or till keep moving.
 */
export const makeDeposit = async (
  table: Table,
  {
    parameters: { regieId },
    headers,
    body,
    actor,
    now,
  }: Pick<DepositCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof depositReply>> => {
  checkTwice(body)
  const key = headers['idempotency-key']
  return again(async () => {
    const till = await findTill(table, regieId)
    // Behind the till: a twin of this call that is not found here moves it.
    const earlier = await earlierDeposit(table, { regieId, key }, body)
    if (earlier !== undefined) return viewDeposit(earlier)
    const payments = await loadPayments(table, body)
    const { means } = body
    const faults = payments.flatMap((payment, index) =>
      isDepositable(payment, { regieId, means })
        ? []
        : [{ pointer: `/body/payments/${String(index)}`, detail: BOOKS.notDepositable }],
    )
    // A payment that is validated has moved the till: without one there is nothing to hand in.
    if (faults.length > 0 || till === undefined) throw new PortalError('payment-locked', { faults })
    const number = till.deposits + 1
    const deposit: Deposit = {
      ...{ regieId, number, means },
      depositedOn: parisDate(now),
      payments: payments.map(depositedOf),
      total: sum(payments.map(({ amount }) => amount)),
      madeBy: actor.account,
      madeAt: now.toISOString(),
      idempotencyKey: key,
    }
    await writeLedger(table, [
      ...depositWrites(deposit),
      tillWrite(moved({ ...till, deposits: number })),
      ...payments.map((payment) =>
        paymentWrite({ ...payment, version: payment.version + 1, deposit: number }),
      ),
    ])
    return viewDeposit(deposit)
  })
}
