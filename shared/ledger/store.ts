import { carriedIn, creditNoteIn, invoiceIn } from '../billing/image.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { familyPartition, SEQUENCES, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { counterValue, type Table } from '../platform/table.ts'
import { paymentSchema, type Payment, type WholeLedger } from './model.ts'

/** Payments lie beside the invoices in the family's ledger, by their day. */
export const paymentEntity = defineEntity({
  type: 'Payment',
  schema: paymentSchema,
  key: ({ familyId, paidOn, number }: Pick<Payment, 'familyId' | 'paidOn' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['LEDGER', paidOn, 'PAYMENT', number],
  }),
})

const SERIES: Key = { partition: SEQUENCES, sort: ['PAYMENT'] }

const among = <Value>(items: readonly Item[], find: (item: Item) => Value | undefined): Value[] =>
  items.map(find).filter((value) => value !== undefined)

/** All that a family was invoiced and has paid, among its items. */
export const ledgerAmong = (items: readonly Item[]): WholeLedger => ({
  invoices: among(items, invoiceIn),
  creditNotes: among(items, creditNoteIn),
  carried: among(items, carriedIn),
  payments: paymentEntity.pick(items),
})

/** Loads all that a family was invoiced and has paid, by one Query. */
export const loadLedger = async (table: Table, familyId: FamilyId): Promise<WholeLedger> =>
  ledgerAmong(await table.query({ partition: familyPartition(familyId), from: ['LEDGER'] }))

/** The last number of the series of payments. */
export const lastPaymentNumber = async (table: Table): Promise<number> =>
  counterValue(await table.get(SERIES))

/**
 * Stores a new payment under the next number, in one transaction with the series: the receipts of
 * a town are numbered without a gap.
 *
 * @throws StaleReadError when another payment has taken the number meanwhile.
 */
export const addPayment = async (table: Table, payment: Payment): Promise<void> => {
  const { number } = payment
  const outcome = await table.transact([
    { kind: 'move-counter', key: SERIES, from: number - 1, to: number },
    { kind: 'put', item: paymentEntity.toItem(payment), when: { kind: 'absent' } },
  ])
  if (!outcome.done) throw new StaleReadError('payment')
}

/**
 * Stores what has become of a payment.
 *
 * @throws StaleReadError when it has changed since it was read.
 */
export const changePayment = async (table: Table, payment: Payment): Promise<void> => {
  const when = { kind: 'version', version: payment.version - 1 } as const
  if (!(await table.put(paymentEntity.toItem(payment), when))) throw new StaleReadError('payment')
}
