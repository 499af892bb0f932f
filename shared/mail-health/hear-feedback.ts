import { noteUndelivered } from '../messages/receipts.ts'
import { log } from '../platform/log.ts'
import type { Table } from '../platform/table.ts'
import { feedbackOf, kindOfReport } from './feedback-rules.ts'
import { noteNews } from './note-news.ts'

/**
 * Hears what the mail service reports of mails: bounces and complaints mark their addresses, and a mail
 * that has bounced is noted as not delivered. Reports may come twice and in any order: the marks are the
 * same. One read and at most one write for each address, and one write for the mail.
 *
 * @param message what SES publishes, parsed from JSON.
 * @throws when it cannot be read, or the table fails: it is delivered again.
 */
export const hearFeedback = async (table: Table, message: unknown): Promise<void> => {
  const feedback = feedbackOf(message)
  if (feedback === undefined) {
    log.info('mail report without effect', { kind: kindOfReport(message) })
    return
  }
  const { emails, news, use, mailId } = feedback
  for (const email of emails) await noteNews(table, email, news, use)
  const [familyId] = use.families
  if (news.kind !== 'complaint' && familyId !== undefined && mailId !== undefined) {
    await noteUndelivered(table, { familyId, mailId }, news.report.at)
  }
  log.info('mail feedback', { kind: news.kind, addresses: emails.length, familyId, mailId })
}
