import { mayMail } from '../mail-health/may-mail.ts'
import { TAGS, TOWN } from '../mail-health/names.ts'
import { log } from '../platform/log.ts'
import type { Letter, Mailer } from '../platform/mailer.ts'
import type { Table } from '../platform/table.ts'
import type { Mail, MailReceipt } from './model.ts'
import { findPreferences, isSettled, settleMail } from './store.ts'
import { unsubscribeUrl, type UnsubscribeLinks } from './unsubscribe.ts'

/** How long it is remembered that a mail went out, in seconds: a stream repeats for a day at most. */
const RECEIPT_LIFETIME = 30 * 86_400

/** What mails are sent with. */
export interface Mailing {
  readonly table: Table
  readonly mailer: Mailer
  /** What informational mails need; who sends none has none. */
  readonly links?: UnsubscribeLinks
}

/** A mail as it goes out, or why it does not. */
type Prepared = { readonly letter: Letter } | { readonly withheld: 'unwanted' | 'address' }

const prepare = async ({ table, links }: Mailing, mail: Mail): Promise<Prepared> => {
  const { id, familyId, to, topic, isTowns = false, subject, text, html } = mail
  if (topic !== undefined && !(await findPreferences(table, familyId))[topic]) {
    return { withheld: 'unwanted' }
  }
  const owner = isTowns ? undefined : familyId
  if (!(await mayMail(table, { to, familyId: owner, isInformational: topic !== undefined }))) {
    return { withheld: 'address' }
  }
  const tags = {
    [TAGS.mail]: id,
    ...(isTowns ? { [TAGS.audience]: TOWN } : { [TAGS.family]: familyId }),
  }
  const letter = { to, subject, text, html, tags }
  if (topic === undefined) return { letter }
  if (links === undefined) throw new Error('An informational mail without the means to stop it')
  return {
    letter: { ...letter, unsubscribe: await unsubscribeUrl(table, links, { familyId, topic }) },
  }
}

const outcomeOf = async (mailing: Mailing, mail: Mail): Promise<MailReceipt['outcome']> => {
  const prepared = await prepare(mailing, mail)
  if ('withheld' in prepared) {
    log.info('mail withheld', { mailId: mail.id, reason: prepared.withheld })
    return 'withheld'
  }
  if (await mailing.mailer(prepared.letter)) return 'sent'
  log.warn('mail refused for good', { mailId: mail.id })
  return 'rejected'
}

/**
 * Sends a mail once, unless its address has problems or the family does not want it. A mail already
 * noted as dealt with is left alone, so the same event delivered again sends nothing. A crash before
 * the mail service answers sends again: no mail is lost. A crash between its answer and our note sends
 * a second one: the one window that SES cannot close, since it takes no idempotency token.
 *
 * @throws whatever the table or the mail service throw for now; the caller tries again.
 */
const sendMail = async (mailing: Mailing, mail: Mail, now: Date): Promise<void> => {
  const { table } = mailing
  const { familyId, id: mailId } = mail
  if (await isSettled(table, { familyId, mailId })) return
  await settleMail(table, {
    familyId,
    mailId,
    outcome: await outcomeOf(mailing, mail),
    at: now.toISOString(),
    expiresAt: Math.floor(now.getTime() / 1000) + RECEIPT_LIFETIME,
  })
}

/**
 * Sends mails, each of them once; one that cannot go out now does not keep the others.
 *
 * @throws AggregateError when some could not: the caller tries all of them again.
 */
export const sendMails = async (
  mailing: Mailing,
  mails: readonly Mail[],
  now: Date,
): Promise<void> => {
  const failures: unknown[] = []
  for (const mail of mails) {
    try {
      await sendMail(mailing, mail, now)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some mails did not go out')
}
