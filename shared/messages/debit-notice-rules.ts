import { DEBIT_MAILS as WORDS } from '../kernel/debit-texts.ts'
import type { Sender } from './compose.ts'
import { paragraph, type Block } from './layout.ts'
import type { Notice } from './notice-model.ts'

type Content<Kind extends Notice['content']['kind']> = Extract<Notice['content'], { kind: Kind }>

/** What a mail about a debit says between the greeting and the name of the town: never an account. */
interface DebitMail {
  readonly subject: string
  readonly blocks: readonly Block[]
}

const link = (text: string, url: string): Block => ({ kind: 'link', text, url })

/** What will be collected and when, who collects it, by which mandate (pre-notification). */
export const debitAnnounced = (
  { portalUrl }: Sender,
  { amount, collectOn, rum, creditor, invoices }: Content<'debit-announced'>,
): DebitMail => ({
  subject: WORDS.announcedSubject(amount, collectOn),
  blocks: [
    paragraph(WORDS.announcedIntroduction(amount, collectOn)),
    { kind: 'list', items: invoices },
    paragraph(WORDS.announcedMandate(rum, creditor)),
    paragraph(WORDS.announcedElse),
    link(WORDS.ledgerLink, `${portalUrl}/ledger`),
  ],
})

/** That the bank has sent a debit back, why, and that the invoices are to be paid otherwise. */
export const debitRejected = (
  { portalUrl }: Sender,
  { amount, collectOn, code, endedMandate }: Content<'debit-rejected'>,
): DebitMail => ({
  subject: WORDS.rejectedSubject(amount),
  blocks: [
    paragraph(WORDS.rejectedIntroduction(amount, collectOn, code)),
    paragraph(WORDS.rejectedDue),
    ...(endedMandate === undefined ? [] : [paragraph(WORDS.rejectedMandate(endedMandate))]),
    link(WORDS.ledgerLink, `${portalUrl}/ledger`),
  ],
})

/** That a mandate is in force, or has come to its end. */
export const debitMandate = (
  { portalUrl }: Sender,
  { state, rum, day, creditor }: Content<'debit-mandate'>,
): DebitMail => ({
  subject: WORDS.mandateSubject[state],
  blocks: [
    paragraph(WORDS.mandateIntroduction[state](rum, creditor)),
    ...(state === 'active' ? [paragraph(WORDS.mandateDay(day))] : []),
    link(WORDS.mandateLink, `${portalUrl}/debits`),
  ],
})
