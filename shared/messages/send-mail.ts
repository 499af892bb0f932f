import { log } from '../platform/log.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { Table } from '../platform/table.ts'
import type { Mail } from './model.ts'
import { isSettled, settleMail } from './store.ts'

/** How long it is remembered that a mail went out, in seconds: a stream repeats for a day at most. */
const RECEIPT_LIFETIME = 30 * 86_400

/**
 * Sends a mail once. A mail already noted as sent is left alone, so the same event delivered again
 * sends nothing. A crash before the mail service answers sends again: no mail is lost. A crash
 * between its answer and our note sends a second one: the one window that SES cannot close, since
 * it takes no idempotency token.
 *
 * @throws whatever the table or the mail service throw for now; the caller tries again.
 */
const sendMail = async (
  { table, mailer }: { table: Table; mailer: Mailer },
  mail: Mail,
  now: Date,
): Promise<void> => {
  const { familyId, id: mailId } = mail
  if (await isSettled(table, { familyId, mailId })) return
  const sent = await mailer(mail)
  if (!sent) log.warn('mail refused for good', { mailId })
  await settleMail(table, {
    familyId,
    mailId,
    at: now.toISOString(),
    outcome: sent ? 'sent' : 'rejected',
    expiresAt: Math.floor(now.getTime() / 1000) + RECEIPT_LIFETIME,
  })
}

/**
 * Sends mails, each of them once; one that cannot go out now does not keep the others.
 *
 * @throws AggregateError when some could not: the caller tries all of them again.
 */
export const sendMails = async (
  deps: { table: Table; mailer: Mailer },
  mails: readonly Mail[],
  now: Date,
): Promise<void> => {
  const failures: unknown[] = []
  for (const mail of mails) {
    try {
      await sendMail(deps, mail, now)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some mails did not go out')
}
