import { tellPage } from '../billing/tell-page.ts'
import type { BillingJob, IssuedDocument } from '../billing/model.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { Table } from '../platform/table.ts'
import type { Sender } from './compose.ts'
import { mailsOfCreditNote, mailsOfInvoice } from './invoice-rules.ts'
import type { Mail } from './model.ts'
import { sendMails } from './send-mail.ts'

/** Nothing is told of what is carried over: the next invoice says it. */
const mailsOf = (sender: Sender, issued: IssuedDocument): Mail[] => {
  switch (issued.kind) {
    case 'invoice':
      return mailsOfInvoice(sender, issued.document)
    case 'credit-note':
      return mailsOfCreditNote(sender, issued.document)
    case 'carried':
      return []
  }
}

/**
 * Mails the documents of a page of a run to their families [guide 29], each mail once; with the last
 * page the run is mailed. Done again it sends what has not gone out yet.
 *
 * @param now when the mailing was asked for.
 * @returns how many mails there are; nothing when there was nothing to do.
 * @throws AggregateError when some mails cannot go out for now: the queue delivers the job again.
 */
export const mailInvoices = async (
  { table, mailer, sender }: { table: Table; mailer: Mailer; sender: Sender },
  job: BillingJob,
  now: Date,
): Promise<number | undefined> => {
  let mails: Mail[] | undefined
  await tellPage(table, job, async (documents) => {
    mails = documents.flatMap((issued) => mailsOf(sender, issued))
    await sendMails({ table, mailer }, mails, now)
  })
  return mails?.length
}
