import { sendLetter } from '../messages/send-letter.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import { letterOf, type LetterHead } from './letters.ts'
import { accountMailIn, isMailSent, noteMailSent } from './store.ts'

/**
 * Sends the mail about an account that a change of the table brings; the same change again sends
 * nothing more, and nothing goes to an address at which mails do not arrive. A crash between the mail
 * service's answer and our note sends a second one.
 *
 * @throws when the table or the mail service fail for now: the stream delivers the change again.
 */
export const sendAccountMail = async (
  { table, mailer, head }: { table: Table; mailer: Mailer; head: LetterHead },
  { before, after, at }: Change,
): Promise<void> => {
  const mail = before === undefined && after !== undefined ? accountMailIn(after) : undefined
  if (mail === undefined || (await isMailSent(table, mail.mailId))) return
  await sendLetter({ table, mailer }, mail.mailId, letterOf(head, mail))
  await noteMailSent(table, mail, at)
}
