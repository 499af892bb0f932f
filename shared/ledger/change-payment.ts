import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Payment, Till, WholeLedger } from './model.ts'
import type { Noted } from './note-payment.ts'
import { findTill, loadLedger, movedPaymentWrites, tillWrite, writeLedger } from './store.ts'
import { emptyTill, moved } from './till-rules.ts'

/** What becomes of a payment is decided from that. */
export interface PaymentStanding {
  readonly ledger: WholeLedger
  readonly payment: Payment
  readonly till: Till
  /** The day in Paris. */
  readonly today: IsoDate
}

/** What becomes of a payment, with the till after it and what is written beside both. */
export interface PaymentChange {
  readonly payment: Payment
  readonly till: Till
  readonly writes: readonly Write[]
}

const paymentOf = (ledger: WholeLedger, number: number): Payment => {
  const payment = ledger.payments.find((each) => each.number === number)
  if (payment === undefined) throw new PortalError('not-found')
  return payment
}

/**
 * Changes a payment together with the till of its régie, in one transaction: what was decided from
 * either is decided again when it has moved. A closing of a month, a refund and a second change move it.
 *
 * @param decide nothing leaves the payment as it is.
 * @param more what is written together with it.
 * @throws PortalError `not-found` for a payment that the family does not have; StaleReadError when
 * others keep coming first.
 */
export const changePayment = async (
  table: Table,
  { familyId, number, now }: { familyId: FamilyId; number: number; now: Date },
  decide: (standing: PaymentStanding) => PaymentChange | undefined,
  more: (payment: Payment) => readonly Write[],
): Promise<Noted> =>
  again(async () => {
    const today = parisDate(now)
    const { regieId } = paymentOf(await loadLedger(table, familyId), number)
    const till = (await findTill(table, regieId)) ?? emptyTill(regieId, today.slice(0, 4))
    // Behind the till: what moves it after this reading keeps the change from being written.
    const ledger = await loadLedger(table, familyId)
    const payment = paymentOf(ledger, number)
    const change = decide({ ledger, payment, till, today })
    if (change === undefined) return { ledger, payment }
    await writeLedger(table, [
      ...movedPaymentWrites(change.payment, payment.paidOn),
      tillWrite(moved(change.till)),
      ...change.writes,
      ...more(change.payment),
    ])
    const others = ledger.payments.filter((each) => each.number !== number)
    return {
      ledger: { ...ledger, payments: [...others, change.payment] },
      payment: change.payment,
    }
  })
