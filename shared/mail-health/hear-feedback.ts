import { noteUndelivered } from '../messages/receipts.ts'
import { log } from '../platform/log.ts'
import type { Table } from '../platform/table.ts'
import { wasErased } from '../privacy/was-erased.ts'
import { feedbackOf, kindOfReport } from './feedback-rules.ts'
import type { Use } from './model.ts'
import { noteNews } from './note-news.ts'
import { findAddress } from './store.ts'

/** Whom a mail was for, without families that are erased: nothing of them may come back. */
const withoutErased = async (table: Table, use: Use): Promise<Use> => {
  const erased = await Promise.all(use.families.map((familyId) => wasErased(table, familyId)))
  return { ...use, families: use.families.filter((_, place) => erased[place] !== true) }
}

/**
 * Hears what the mail service reports of mails: bounces and complaints mark their addresses, and a mail
 * that has bounced is noted as not delivered. Reports may come twice and in any order: the marks are the
 * same. What is reported of a mail to a family that was erased meanwhile is dropped, unless the address
 * is known for another use. One read and at most one write for each address, and one read and one write
 * for the mail of a family.
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
  const { emails, news, mailId } = feedback
  const use = await withoutErased(table, feedback.use)
  const isOfErased = feedback.use.families.length > 0 && use.families.length === 0 && !use.isTowns
  for (const email of emails) {
    const isNobodys = isOfErased && (await findAddress(table, email)) === undefined
    if (!isNobodys) await noteNews(table, email, news, use)
  }
  const [familyId] = use.families
  if (news.kind !== 'complaint' && familyId !== undefined && mailId !== undefined) {
    await noteUndelivered(table, { familyId, mailId }, news.report.at)
  }
  log.info('mail feedback', { kind: news.kind, addresses: emails.length, familyId, mailId })
}
