import type { Change } from '../platform/stream.ts'
import { submissionIn } from '../reservations/image.ts'
import type { Sender } from './compose.ts'
import type { Mail } from './model.ts'
import { mailsOfNotice } from './notice-rules.ts'
import { noticeIn } from './notices.ts'
import { mailsOfSubmission } from './rules.ts'
import { sendMails, type Mailing } from './send-mail.ts'

/** Only what is new is told: what becomes of it later is a notice of its own. */
const mailsOf = (sender: Sender, { before, after }: Change): Mail[] => {
  if (before !== undefined || after === undefined) return []
  const submission = submissionIn(after)
  if (submission !== undefined) return mailsOfSubmission(sender, submission)
  const notice = noticeIn(after)
  return notice === undefined ? [] : mailsOfNotice(sender, notice)
}

/**
 * Tells people by mail of a change of the table [guide 47]: a submission, a notice.
 * The same change again sends nothing more; a mail that cannot go out now does not keep the others.
 *
 * @throws when the table or the mail service fail for now: the stream delivers the change again.
 */
export const tellChange = async (
  { sender, ...mailing }: Required<Mailing> & { readonly sender: Sender },
  change: Change,
): Promise<void> => {
  await sendMails(mailing, mailsOf(sender, change), change.at)
}
