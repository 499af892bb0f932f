import { mayMail } from '../mail-health/may-mail.ts'
import { log } from '../platform/log.ts'
import type { Letter, Mailer } from '../platform/mailer.ts'
import type { Table } from '../platform/table.ts'

/**
 * Sends a letter that somebody must have and that is of no family, unless mails do not arrive at its
 * address. The caller notes that it is dealt with.
 *
 * @throws whatever the table or the mail service throw for now.
 */
export const sendLetter = async (
  { table, mailer }: { readonly table: Table; readonly mailer: Mailer },
  mailId: string,
  letter: Letter,
): Promise<void> => {
  if (!(await mayMail(table, { to: letter.to, isInformational: false }))) {
    log.info('mail withheld', { mailId, reason: 'address' })
    return
  }
  if (!(await mailer(letter))) log.warn('mail refused for good', { mailId })
}
