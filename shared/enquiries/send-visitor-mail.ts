import { ENQUIRIES } from '../kernel/enquiry-texts.ts'
import { enquiryMessage } from '../messages/enquiry-notice-rules.ts'
import { paragraph, written } from '../messages/layout.ts'
import { sendLetter } from '../messages/send-letter.ts'
import type { Letter, Mailer } from '../platform/mailer.ts'
import type { Change } from '../platform/stream.ts'
import type { Table } from '../platform/table.ts'
import type { VisitorMail } from './model.ts'
import { isVisitorMailSent, noteVisitorMail, visitorMailIn } from './store.ts'

/** In whose name, and to which portal, the mails lead. */
export interface Head {
  readonly portalName: string
  /** Where people open the portal, without a slash at its end. */
  readonly portalUrl: string
}

/** The letter of a mail to or about a visitor. */
export const letterOf = (
  { portalName, portalUrl }: Head,
  { to, content }: Pick<VisitorMail, 'to' | 'content'>,
): Letter => {
  const { subject, blocks } = enquiryMessage(portalUrl, content, false)
  return { to, ...written(subject, [paragraph(ENQUIRIES.greeting), ...blocks], portalName) }
}

/**
 * Sends the mail about a visitor's enquiry that a change of the table brings; the same change again sends
 * nothing more, and nothing goes to an address at which mails do not arrive. A crash between the mail
 * service's answer and our note sends a second one.
 *
 * @throws when the table or the mail service fail for now: the stream delivers the change again.
 */
export const sendVisitorMail = async (
  { table, mailer, head }: { table: Table; mailer: Mailer; head: Head },
  { before, after, at }: Change,
): Promise<void> => {
  const mail = before === undefined && after !== undefined ? visitorMailIn(after) : undefined
  if (mail === undefined || (await isVisitorMailSent(table, mail.mailId))) return
  await sendLetter({ table, mailer }, mail.mailId, letterOf(head, mail))
  await noteVisitorMail(table, mail, at)
}
