import { DATA_TITLES, ERASED } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import type { Attempt } from './model.ts'
import { attemptEntity, payingEntity } from './store.ts'

/** An attempt of which nobody can tell whose it was: what was asked and told, and the money, stay. */
const anonymousAttempt = (attempt: Attempt): Attempt => ({
  ...attempt,
  payer: { name: ERASED.family, email: '' },
  asked: '',
  ...(attempt.resolution === undefined
    ? {}
    : { resolution: { ...attempt.resolution, reason: ERASED.reason } }),
})

/** What online payments hold about people. */
export const PAYMENT_DATA: readonly DataKind[] = [
  dataKind(attemptEntity, {
    title: DATA_TITLES.OnlineAttempt,
    retention: 'accounting',
    since: ({ createdAt }) => dayOf(createdAt),
    anonymise: (item) => attemptEntity.toItem(anonymousAttempt(attemptEntity.fromItem(item))),
    show: ({ createdAt, guardianId, payer, parts, amount, state, endedAt, paid }, reader) => ({
      at: createdAt,
      by: reader.nameOf('guardianId', guardianId),
      ...(reader.mayReadGuardian(guardianId) ? { email: payer.email } : {}),
      ...{ parts, amount, state, endedAt },
      payment: paid?.number,
    }),
  }),
  dataKind(payingEntity, {
    title: DATA_TITLES.PayingInvoice,
    retention: 'technical',
    show: { notShown: 'That an invoice is being paid: the attempt itself is shown.' },
  }),
]
