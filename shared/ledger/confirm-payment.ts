import type { Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { changePayment } from './change-payment.ts'
import type { Payment } from './model.ts'
import type { Noted } from './note-payment.ts'
import { nextReceipt, openDay, withPayment } from './till-rules.ts'

/**
 * Validates a payment that was awaited [guide 31]: it gets the next receipt of its régie and pays from
 * its day on; from the first open day when the month of its day is closed meanwhile. A payment that is
 * validated or cancelled already is returned as it is: its state tells.
 *
 * @param more what is written together with it.
 * @throws PortalError `not-found` for a payment that the family does not have; StaleReadError when
 * others keep coming first.
 */
export const confirmPayment = async (
  table: Table,
  about: { familyId: FamilyId; number: number; now: Date },
  more: (payment: Payment) => readonly Write[] = () => [],
): Promise<Noted> =>
  changePayment(
    table,
    about,
    ({ payment, till, today }) => {
      if (payment.state !== 'awaiting') return undefined
      const next = nextReceipt(till, today)
      const confirmed: Payment = {
        ...payment,
        version: payment.version + 1,
        state: 'validated',
        paidOn: openDay(till, payment.paidOn),
        receipt: next.receipt,
      }
      return { till: withPayment(next.till, confirmed), payment: confirmed, writes: [] }
    },
    more,
  )
