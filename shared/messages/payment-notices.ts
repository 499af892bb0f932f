import type { Cents } from '../kernel/money.ts'
import type { MeansOfPayment } from '../catalogue/regie-model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Write } from '../platform/expressions.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Notice } from './notice-model.ts'
import { noticeWrite } from './notices.ts'

/** Money for an invoice. */
interface Part {
  readonly invoice: string
  /** In cents. */
  readonly amount: Cents
}

/** A payment as its mail tells of it. */
export interface ReceivedPayment {
  readonly familyId: FamilyId
  readonly regieId: RegieId
  readonly number: number
  /** In cents. */
  readonly amount: Cents
  readonly means: MeansOfPayment
  readonly paidOn: IsoDate
  readonly receipt?: string | undefined
}

/**
 * The write that has people told that a payment was received, with its receipt [guide 31]: to be put into
 * the transaction that notes it. The same payment makes the same notice.
 *
 * @param about what the payment goes to; what goes to no invoice is told as a credit.
 */
export const receivedNotice = (
  payment: ReceivedPayment,
  about: { readonly to: Notice['to']; readonly parts: readonly Part[] },
  now: Date,
): Write => {
  const { familyId, regieId, number, amount, means, paidOn, receipt } = payment
  return noticeWrite(
    {
      familyId,
      noticeId: `PAYMENT-${String(number)}`,
      to: about.to,
      content: {
        kind: 'payment-received',
        ...{ number, regieId, amount, means, paidOn },
        ...(receipt === undefined ? {} : { receipt }),
        parts: [...about.parts],
      },
    },
    now,
  )
}

/** The write that has who paid online told that the bank refused it: nothing was taken. */
export const refusedNotice = (
  attempt: {
    readonly familyId: FamilyId
    readonly paymentId: string
    readonly regieId: RegieId
    readonly amount: Cents
    readonly parts: readonly Part[]
  },
  to: Notice['to'],
  now: Date,
): Write => {
  const { familyId, paymentId, regieId, amount, parts } = attempt
  return noticeWrite(
    {
      familyId,
      noticeId: `ONLINE-${paymentId}-refused`,
      to,
      content: { kind: 'payment-refused', regieId, amount, parts: [...parts] },
    },
    now,
  )
}
