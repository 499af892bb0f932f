import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { invoiceReceipts, keepReceipt } from './store.ts'

/** How long it is remembered that a mail did not arrive, in seconds: staff may have to post it. */
const LIFETIME = 90 * 86_400

/**
 * Notes that a mail has gone out and come back. The same again changes nothing.
 *
 * @param sentAt when it went out (an instant).
 */
export const noteUndelivered = (
  table: Table,
  { familyId, mailId }: { readonly familyId: FamilyId; readonly mailId: string },
  sentAt: string,
): Promise<void> =>
  keepReceipt(table, {
    familyId,
    mailId,
    at: sentAt,
    outcome: 'bounced',
    expiresAt: Math.floor(new Date(sentAt).getTime() / 1000) + LIFETIME,
  })

/** `INVOICE-<number>-<place of the recipient>`. */
const INVOICE_MAIL = /^INVOICE-(.+)-\d+$/

/**
 * The numbers of a family's invoices and credit notes that were mailed to nobody of it with success:
 * they are to be posted. Of the last 30 days, and of the last 90 as far as mails bounced. One Query.
 */
export const invoicesToPost = async (table: Table, familyId: FamilyId): Promise<string[]> => {
  const receipts = (await invoiceReceipts(table, familyId)).flatMap(({ mailId, outcome }) => {
    const number = INVOICE_MAIL.exec(mailId)?.[1]
    return number === undefined ? [] : [{ number, outcome }]
  })
  const arrived = new Set(
    receipts.filter(({ outcome }) => outcome === 'sent').map(({ number }) => number),
  )
  return [...new Set(receipts.map(({ number }) => number))].filter((each) => !arrived.has(each))
}
