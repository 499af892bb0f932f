import { carriedIn, creditNoteIn, invoiceIn } from '../billing/image.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { monthOf, type IsoMonth } from '../kernel/dates.ts'
import { collectorKey } from '../payments/collector-key.ts'
import { payingIn } from '../payments/image.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, SEQUENCES, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import { counterValue, type Table } from '../platform/table.ts'
import {
  handOverSchema,
  paymentSchema,
  refundSchema,
  reversalSchema,
  tillSchema,
  voucherSchema,
  type HandOver,
  type Payment,
  type Refund,
  type Reversal,
  type Till,
  type Voucher,
  type WholeLedger,
} from './model.ts'

/** What counts in the accounts of a régie in a month, over all families. */
const journalPartition = (regieId: RegieId, month: IsoMonth): readonly Segment[] => [
  'JOURNAL',
  regieId,
  month,
]

/** Payments lie beside the invoices in the family's ledger, by their day. */
export const paymentEntity = defineEntity({
  type: 'Payment',
  schema: paymentSchema,
  key: ({ familyId, paidOn, number }: Pick<Payment, 'familyId' | 'paidOn' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['LEDGER', paidOn, 'PAYMENT', number],
  }),
  index: ({ regieId, paidOn, number }) => ({
    partition: journalPartition(regieId, monthOf(paidOn)),
    sort: [paidOn, 'PAYMENT', number],
  }),
})

/** A payment is cancelled once. */
export const reversalEntity = defineEntity({
  type: 'Reversal',
  schema: reversalSchema,
  key: ({
    familyId,
    reversedOn,
    number,
  }: Pick<Reversal, 'familyId' | 'reversedOn' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['LEDGER', reversedOn, 'REVERSAL', number],
  }),
  index: ({ regieId, reversedOn, number }) => ({
    partition: journalPartition(regieId, monthOf(reversedOn)),
    sort: [reversedOn, 'REVERSAL', number],
  }),
})

export const refundEntity = defineEntity({
  type: 'Refund',
  schema: refundSchema,
  key: ({
    familyId,
    refundedOn,
    number,
  }: Pick<Refund, 'familyId' | 'refundedOn' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['LEDGER', refundedOn, 'REFUND', number],
  }),
  index: ({ regieId, refundedOn, number }) => ({
    partition: journalPartition(regieId, monthOf(refundedOn)),
    sort: [refundedOn, 'REFUND', number],
  }),
})

/** An invoice is handed over once, and not while somebody is paying it online. */
export const handOverEntity = defineEntity({
  type: 'HandOver',
  schema: handOverSchema,
  key: collectorKey,
})

export const tillEntity = defineEntity({
  type: 'Till',
  schema: tillSchema,
  key: ({ regieId }: Pick<Till, 'regieId'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['TILL'],
  }),
})

/**
 * A voucher that was taken. It lies apart from families, under a hash of what it is known by, and says
 * by which payment alone.
 */
export const voucherEntity = defineEntity({
  type: 'Voucher',
  schema: voucherSchema,
  key: ({ name }: Pick<Voucher, 'name'>): Key => ({
    partition: ['VOUCHER', name],
    sort: ['TAKEN'],
  }),
})

const SERIES: Key = { partition: SEQUENCES, sort: ['PAYMENT'] }
const REFUNDS: Key = { partition: SEQUENCES, sort: ['REFUND'] }

/** What stands in the journal of a régie. */
export interface JournalEntries {
  readonly payments: readonly Payment[]
  readonly reversals: readonly Reversal[]
  readonly refunds: readonly Refund[]
}

const among = <Value>(items: readonly Item[], find: (item: Item) => Value | undefined): Value[] =>
  items.map(find).filter((value) => value !== undefined)

/** All that a family was invoiced and has paid, among its items. */
export const ledgerAmong = (items: readonly Item[]): WholeLedger => ({
  invoices: among(items, invoiceIn),
  creditNotes: among(items, creditNoteIn),
  carried: among(items, carriedIn),
  payments: paymentEntity.pick(items),
  refunds: refundEntity.pick(items),
  handOvers: handOverEntity.pick(items),
  paying: payingIn(items),
})

/** Loads all that a family was invoiced and has paid, by one Query. */
export const loadLedger = async (table: Table, familyId: FamilyId): Promise<WholeLedger> =>
  ledgerAmong(await table.query({ partition: familyPartition(familyId), from: ['LEDGER'] }))

/** A payment by its address, as it stands now. */
export const findPayment = async (
  table: Table,
  address: Pick<Payment, 'familyId' | 'paidOn' | 'number'>,
): Promise<Payment | undefined> =>
  paymentEntity.found(await table.get(paymentEntity.keyOf(address)))

/** The last number of the series of payments. */
export const lastPaymentNumber = async (table: Table): Promise<number> =>
  counterValue(await table.get(SERIES))

/** The last number of the series of refunds. */
export const lastRefundNumber = async (table: Table): Promise<number> =>
  counterValue(await table.get(REFUNDS))

/** The till of a régie; nothing before its first payment. */
export const findTill = async (table: Table, regieId: RegieId): Promise<Till | undefined> =>
  tillEntity.found(await table.get(tillEntity.keyOf({ regieId })))

/** The write of a till as it stands now: refused when it has moved since it was read. */
export const tillWrite = (till: Till): Write => nextVersion(tillEntity, till)

/** All that stands in the journal of a régie for a month, in the order of its days. */
export const loadJournal = async (
  table: Table,
  regieId: RegieId,
  month: IsoMonth,
): Promise<JournalEntries> => {
  const items = await table.query({ partition: journalPartition(regieId, month), index: true })
  return {
    payments: paymentEntity.pick(items),
    reversals: reversalEntity.pick(items),
    refunds: refundEntity.pick(items),
  }
}

/** The writes of a new payment under the next number of the town's series. */
export const newPaymentWrites = (payment: Payment): Write[] => [
  { kind: 'move-counter', key: SERIES, from: payment.number - 1, to: payment.number },
  { kind: 'put', item: paymentEntity.toItem(payment), when: { kind: 'absent' } },
]

/** The writes of a refund under the next number of the town's series. */
export const newRefundWrites = (refund: Refund): Write[] => [
  { kind: 'move-counter', key: REFUNDS, from: refund.number - 1, to: refund.number },
  { kind: 'put', item: refundEntity.toItem(refund), when: { kind: 'absent' } },
]

/** The write of what has become of a payment: refused when it has changed since it was read. */
export const paymentWrite = (payment: Payment): Write => nextVersion(paymentEntity, payment)

/**
 * The writes of a payment that counts on another day than it was to: it lies elsewhere in the ledger
 * then. Refused when it has changed since it was read.
 */
export const movedPaymentWrites = (payment: Payment, day: Payment['paidOn']): Write[] =>
  payment.paidOn === day
    ? [paymentWrite(payment)]
    : [
        {
          kind: 'delete',
          key: paymentEntity.keyOf({ ...payment, paidOn: day }),
          when: { kind: 'version', version: payment.version - 1 },
        },
        { kind: 'put', item: paymentEntity.toItem(payment), when: { kind: 'absent' } },
      ]

/** The write of a reversal. */
export const reversalWrite = (reversal: Reversal): Write => ({
  kind: 'put',
  item: reversalEntity.toItem(reversal),
  when: { kind: 'absent' },
})

/** The write of a hand-over: refused when the invoice is handed over already, or being paid online. */
export const handOverWrite = (handOver: HandOver): Write => ({
  kind: 'put',
  item: handOverEntity.toItem(handOver),
  when: { kind: 'absent' },
})

/** That a voucher was taken: nobody takes it again. */
export const voucherWrite = (voucher: Voucher): Write => ({
  kind: 'put',
  item: voucherEntity.toItem(voucher),
  when: { kind: 'absent' },
})

/** That a voucher was not taken after all. */
export const voucherEnd = (name: string): Write => ({
  kind: 'delete',
  key: voucherEntity.keyOf({ name }),
})

/**
 * Writes all or nothing.
 *
 * @param others what is written together with it.
 * @param refusal what is thrown when the others alone are refused.
 * @throws StaleReadError when something has changed since it was read.
 */
export const writeLedger = async (
  table: Table,
  own: readonly Write[],
  others: readonly Write[] = [],
  refusal: () => Error = () => new StaleReadError('ledger'),
): Promise<void> => {
  const outcome = await table.transact([...own, ...others])
  if (outcome.done) return
  const isStale = own.some((_, index) => outcome.refused.has(index)) || outcome.refused.size === 0
  throw isStale ? new StaleReadError('ledger') : refusal()
}
