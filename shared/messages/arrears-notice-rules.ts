import { regiesOf } from '../arrears/reminder-rules.ts'
import { payableLabels } from '../catalogue/payable-labels.ts'
import { ARREARS_MAILS as WORDS } from '../kernel/arrears-texts.ts'
import { sum } from '../kernel/money.ts'
import type { Sender } from './compose.ts'
import { paragraph, type Block } from './layout.ts'
import type { Notice } from './notice-model.ts'

type Content<Kind extends Notice['content']['kind']> = Extract<Notice['content'], { kind: Kind }>

/** What a notice says, between the greeting and the name of the town. */
interface Message {
  readonly subject: string
  readonly blocks: readonly Block[]
}

const ledgerLink = (text: string, { portalUrl }: Sender): Block => ({
  kind: 'link',
  text,
  url: `${portalUrl}/ledger`,
})

/** The overdue invoices with their amounts and days, how to pay them, and what follows if nobody does. */
export const paymentReminder = (
  sender: Sender,
  { invoices }: Content<'payment-reminder'>,
): Message => {
  const total = sum(invoices.map(({ due }) => due))
  return {
    subject: WORDS.reminderSubject(total),
    blocks: [
      paragraph(WORDS.reminderIntroduction),
      {
        kind: 'table',
        head: WORDS.reminderHead,
        rows: invoices.map(({ days, ...invoice }) => WORDS.reminderRow({ ...invoice, late: days })),
      },
      paragraph(WORDS.reminderTotal(total)),
      ...regiesOf(sender.catalogue.town, { invoices }).map((regie) =>
        paragraph(WORDS.reminderMeans(regie.name, payableLabels(regie), regie.contact)),
      ),
      ledgerLink(WORDS.reminderLink, sender),
      paragraph(WORDS.reminderCrossed),
      paragraph(WORDS.reminderConsequence),
    ],
  }
}

/** A payment plan: for which invoices, and how much is to be paid by when. */
export const planAgreed = (
  sender: Sender,
  { number, invoices, instalments }: Content<'plan-agreed'>,
): Message => ({
  subject: WORDS.planSubject(number),
  blocks: [
    paragraph(WORDS.planIntroduction(invoices, sum(instalments.map(({ amount }) => amount)))),
    {
      kind: 'list',
      items: instalments.map(({ on, amount }) => WORDS.instalment(on, amount)),
    },
    paragraph(WORDS.planEffect),
    ledgerLink(WORDS.planLink, sender),
  ],
})
