import { StaleReadError } from '../kernel/errors.ts'
import { confirmPayment } from '../ledger/confirm-payment.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Debit, DebitRun } from './model.ts'
import { guardiansOf, sendReceipt } from './notices.ts'
import { findRun, listDebits, putDebit, putRun } from './run-store.ts'
import { findMandate } from './store.ts'

/** Validates the payment of a debit and mails its receipt; each step done again changes nothing. */
const confirmDebit = async (table: Table, debit: Debit, now: Date): Promise<void> => {
  const { familyId, sent } = debit
  if (sent === undefined) throw new Error('A debit that was not sent')
  const noted = await confirmPayment(table, { familyId, number: sent.payment, now })
  if (noted.payment.state !== 'validated') return
  const mandate = await findMandate(table, debit)
  if (mandate !== undefined) {
    const guardians = await guardiansOf(table, familyId)
    await sendReceipt(table, { mandate, guardians, now }, noted)
  }
  // Last, so that what was cut off is taken up again. Refused where the bank has sent it back meanwhile.
  await putDebit(table, { ...debit, version: debit.version + 1, state: 'collected' })
}

/**
 * Validates the payments of a run on the day of its collection: each gets its receipt, and the family a
 * mail with its number [guide 31]. What was sent back before stays cancelled. Interrupted or called again
 * it goes on. A bank may still send a debit back afterwards.
 *
 * @returns how many debits were handled by this call.
 */
export const confirmRun = async (table: Table, run: DebitRun, now: Date): Promise<number> => {
  const open = (await listDebits(table, run)).filter(({ state }) => state === 'exported')
  for (const debit of open) await confirmDebit(table, debit, now)
  await again(async () => {
    const held = await findRun(table, run)
    if (held?.state !== 'exported') return
    if (!(await putRun(table, { ...held, version: held.version + 1, state: 'collected' }))) {
      throw new StaleReadError('debit run')
    }
  })
  return open.length
}
