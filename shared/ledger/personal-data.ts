import { DATA_TITLES, ERASED } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind, type Reader } from '../platform/personal-data.ts'
import type { Payment, Refund } from './model.ts'
import { handOverEntity, paymentEntity, refundEntity, reversalEntity } from './store.ts'

/** Figures alone: a reference may name who paid, `VIR DUPONT 4711`. */
const figuresOf = (reference: string): string => (reference.match(/\d+/g) ?? []).join(' ')

/** A voucher without the number that may lead to who was given it. */
const anonymousInstruments = ({ instruments }: Payment): Pick<Payment, 'instruments'> | undefined =>
  instruments && {
    instruments: instruments.map((each, index) => ({ ...each, number: String(index + 1) })),
  }

/** A payment of which nobody can tell who made it: its number, amount, days, means and invoices stay. */
const anonymousPayment = (payment: Payment): Payment => {
  const { number, reference, cancellation } = payment
  const figures = reference === undefined ? '' : figuresOf(reference)
  return {
    ...payment,
    ...anonymousInstruments(payment),
    reference: figures === '' ? undefined : figures,
    payer: undefined,
    idempotencyKey: `payment-${String(number)}`,
    ...(cancellation === undefined
      ? {}
      : { cancellation: { ...cancellation, reason: ERASED.reason } }),
  }
}

/** A refund of which nobody can tell why it was made. */
const anonymousRefund = (refund: Refund): Refund => ({
  ...refund,
  reason: ERASED.reason,
  idempotencyKey: `refund-${String(refund.number)}`,
})

const showPayment = (payment: Payment, reader: Reader): object => {
  const { number, regieId, state, amount, paidOn, means, invoices, reference } = payment
  const { instruments, payer, receipt, online, debit } = payment
  const { recordedAt, recordedBy, cancellation } = payment
  return {
    ...{ number, regieId, state, amount, paidOn, means, invoices, reference },
    ...{ instruments, payer, receipt },
    ...(online === undefined ? {} : { authorisation: online.authorisation, paidAt: online.at }),
    ...(debit === undefined ? {} : { mandate: debit.mandate }),
    ...{ notedAt: recordedAt, notedBy: reader.author(recordedBy) },
    ...(cancellation === undefined
      ? {}
      : {
          cancellation: {
            kind: cancellation.kind,
            at: cancellation.at,
            by: reader.author(cancellation.by),
            reason: cancellation.reason,
          },
        }),
  }
}

/** What payments and what became of them hold about people. */
export const LEDGER_DATA: readonly DataKind[] = [
  dataKind(paymentEntity, {
    title: DATA_TITLES.Payment,
    retention: 'accounting',
    since: ({ paidOn }) => paidOn,
    anonymise: (item) => paymentEntity.toItem(anonymousPayment(paymentEntity.fromItem(item))),
    show: showPayment,
  }),
  dataKind(reversalEntity, {
    title: DATA_TITLES.Reversal,
    retention: 'accounting',
    since: ({ reversedOn }) => reversedOn,
    anonymise: (item) => reversalEntity.toItem(reversalEntity.fromItem(item)),
    show: ({ regieId, number, reversedOn, amount, means, kind, at, by }, reader) => ({
      ...{ regieId, number, reversedOn, amount, means, kind, at, by: reader.author(by) },
    }),
  }),
  dataKind(refundEntity, {
    title: DATA_TITLES.Refund,
    retention: 'accounting',
    since: ({ refundedOn }) => refundedOn,
    anonymise: (item) => refundEntity.toItem(anonymousRefund(refundEntity.fromItem(item))),
    show: (refund, reader) => {
      const { regieId, number, refundedOn, amount, means, of, reason } = refund
      const { recordedAt, recordedBy } = refund
      return {
        ...{ regieId, number, refundedOn, amount, means, reason },
        refunded: of.map((part) => ({
          drawnFrom: part.from,
          number: part.number,
          amount: part.amount,
        })),
        ...{ notedAt: recordedAt, notedBy: reader.author(recordedBy) },
      }
    },
  }),
  dataKind(handOverEntity, {
    title: DATA_TITLES.HandOver,
    retention: 'accounting',
    since: ({ handedOverOn }) => handedOverOn,
    anonymise: (item) => handOverEntity.toItem(handOverEntity.fromItem(item)),
    show: ({ regieId, invoice, handedOverOn, amount }) => ({
      ...{ regieId, invoice, handedOverOn, amount },
    }),
  }),
]
