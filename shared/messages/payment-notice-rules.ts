import { LEDGER } from '../kernel/billing-texts.ts'
import { sum } from '../kernel/money.ts'
import { PAYMENT_MAILS } from '../kernel/payment-texts.ts'
import type { Sender } from './compose.ts'
import { paragraph, type Block } from './layout.ts'
import type { Notice } from './notice-model.ts'

type Content<Kind extends Notice['content']['kind']> = Extract<Notice['content'], { kind: Kind }>

/** What a mail about a payment says between the greeting and the name of the town. */
interface PaymentMail {
  readonly subject: string
  readonly blocks: readonly Block[]
}

const ledgerLink = ({ portalUrl }: Sender): Block => ({
  kind: 'link',
  text: PAYMENT_MAILS.ledgerLink,
  url: `${portalUrl}/ledger`,
})

const regieName = ({ catalogue }: Sender, { regieId }: { readonly regieId: string }): string =>
  catalogue.town.regies.find(({ id }) => id === regieId)?.name ?? regieId

/** That money has come: how much, its receipt, and what it pays [guide 29, 31]. */
export const paymentReceived = (
  sender: Sender,
  content: Content<'payment-received'>,
): PaymentMail => {
  const { amount, means, paidOn, receipt, parts } = content
  const left = amount - sum(parts.map((part) => part.amount))
  const about = { amount, means: LEDGER.means[means], paidOn, regie: regieName(sender, content) }
  return {
    subject: PAYMENT_MAILS.receivedSubject(amount),
    blocks: [
      paragraph(PAYMENT_MAILS.received(about)),
      ...(receipt === undefined ? [] : [paragraph(PAYMENT_MAILS.receipt(receipt))]),
      ...(parts.length === 0
        ? []
        : [
            paragraph(PAYMENT_MAILS.paidFor),
            {
              kind: 'list' as const,
              items: parts.map((part) => PAYMENT_MAILS.part(part.invoice, part.amount)),
            },
          ]),
      ...(left > 0 ? [paragraph(PAYMENT_MAILS.credit(left))] : []),
      ledgerLink(sender),
    ],
  }
}

/** That the bank has refused: nothing was taken, and the invoices are still to be paid [guide 31]. */
export const paymentRefused = (
  sender: Sender,
  { amount, parts }: Content<'payment-refused'>,
): PaymentMail => ({
  subject: PAYMENT_MAILS.refusedSubject(amount),
  blocks: [
    paragraph(
      PAYMENT_MAILS.refused(
        amount,
        parts.map(({ invoice }) => invoice),
      ),
    ),
    ledgerLink(sender),
  ],
})
