import { DATA_TITLES, ERASED } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import type { Payment } from './model.ts'
import { paymentEntity } from './store.ts'

/** Figures alone: a reference may name who paid, `VIR DUPONT 4711`. */
const figuresOf = (reference: string): string => (reference.match(/\d+/g) ?? []).join(' ')

/** A payment of which nobody can tell who made it: its number, amount, days, means and invoices stay. */
const anonymousPayment = (payment: Payment): Payment => {
  const { number, reference, cancellation } = payment
  const figures = reference === undefined ? '' : figuresOf(reference)
  return {
    ...payment,
    reference: figures === '' ? undefined : figures,
    idempotencyKey: `payment-${String(number)}`,
    ...(cancellation === undefined
      ? {}
      : { cancellation: { ...cancellation, reason: ERASED.reason } }),
  }
}

/** What payments hold about people. */
export const LEDGER_DATA: readonly DataKind[] = [
  dataKind(paymentEntity, {
    title: DATA_TITLES.Payment,
    retention: 'accounting',
    since: ({ paidOn }) => paidOn,
    anonymise: (item) => paymentEntity.toItem(anonymousPayment(paymentEntity.fromItem(item))),
    show: (payment, reader) => {
      const { number, regieId, state, amount, paidOn, means, invoices, reference } = payment
      const { recordedAt, recordedBy, cancellation } = payment
      return {
        ...{ number, regieId, state, amount, paidOn, means, invoices, reference },
        ...{ notedAt: recordedAt, notedBy: reader.author(recordedBy) },
        ...(cancellation === undefined
          ? {}
          : {
              cancellation: {
                at: cancellation.at,
                by: reader.author(cancellation.by),
                reason: cancellation.reason,
              },
            }),
      }
    },
  }),
]
