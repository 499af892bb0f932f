import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Payment, Till, WholeLedger } from './model.ts'
import {
  findTill,
  lastPaymentNumber,
  loadLedger,
  newPaymentWrites,
  tillWrite,
  writeLedger,
} from './store.ts'
import { emptyTill, isClosed, moved, nextReceipt, withPayment } from './till-rules.ts'

/** A payment before it has its numbers. */
export type NewPayment = Omit<Payment, 'familyId' | 'regieId' | 'number' | 'version' | 'receipt'>

/** What a payment is decided from. */
interface Standing {
  readonly ledger: WholeLedger
  readonly till: Till
}

/** A family's ledger with a payment in it. */
export interface Noted {
  readonly ledger: WholeLedger
  readonly payment: Payment
}

/**
 * Notes a payment once: under the next number of the town and, if it is validated, with the next
 * receipt of its régie, in one transaction with both series and with what else hangs on it. A payment
 * that was noted under the same key before is returned as it is.
 *
 * @param decide tells the payment from the family's ledger and the régie's till; it is asked again when
 * they have moved meanwhile.
 * @param more what is written together with it, from the ledger with the payment in it.
 * @param refusal what is thrown when nothing but that stands in the way; others came first without it.
 * @throws PortalError `month-closed` when its day lies in a month whose accounts are closed;
 * StaleReadError when others keep coming first.
 */
export const notePayment = async (
  table: Table,
  { familyId, regieId, now }: { familyId: FamilyId; regieId: RegieId; now: Date },
  decide: (standing: Standing) => NewPayment,
  more: (payment: Payment, after: WholeLedger) => readonly Write[] = () => [],
  refusal?: () => PortalError,
): Promise<Noted> =>
  again(async () => {
    const today = parisDate(now)
    // In this order: a twin of this call that is not in the ledger yet will move the series after they
    // were read here, and so keep this call from noting the payment a second time.
    const [last, held] = await Promise.all([lastPaymentNumber(table), findTill(table, regieId)])
    const till = held ?? emptyTill(regieId, today.slice(0, 4))
    const ledger = await loadLedger(table, familyId)
    const wanted = decide({ ledger, till })
    const known = ledger.payments.find((each) => each.idempotencyKey === wanted.idempotencyKey)
    if (known !== undefined) return { ledger, payment: known }
    if (isClosed(till, wanted.paidOn)) throw new PortalError('month-closed')
    const next = wanted.state === 'validated' ? nextReceipt(till, today) : { till }
    const payment: Payment = {
      ...wanted,
      familyId,
      regieId,
      number: last + 1,
      version: 1,
      ...('receipt' in next ? { receipt: next.receipt } : {}),
    }
    const { till: after } = next
    const own = [
      ...newPaymentWrites(payment),
      tillWrite(moved(payment.state === 'validated' ? withPayment(after, payment) : after)),
    ]
    const noted = { ...ledger, payments: [...ledger.payments, payment] }
    await writeLedger(table, own, more(payment, noted), refusal)
    return { ledger: noted, payment }
  })
