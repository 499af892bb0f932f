import type { CreditNote, Invoice, InvoiceLine } from '../billing/model.ts'
import { RUNS } from '../kernel/billing-texts.ts'
import { MAILS } from '../kernel/mail-texts.ts'
import { euros } from '../kernel/money.ts'
import { compose, type Sender } from './compose.ts'
import { paragraph, type Block } from './layout.ts'
import type { Mail } from './model.ts'

const linesTable = (lines: readonly InvoiceLine[]): Block => ({
  kind: 'table',
  head: RUNS.lineColumns,
  rows: lines.map(({ child, activity, label, quantity, unitPrice, amount }) => [
    child ?? '',
    activity === undefined ? label : `${activity} — ${label}`,
    String(quantity),
    euros(unitPrice),
    euros(amount),
  ]),
})

/** One mail to each guardian: none sees the other's address. */
const toEach = (
  sender: Sender,
  { number, familyId, payer }: Invoice | CreditNote,
  subject: string,
  blocks: readonly Block[],
): Mail[] =>
  payer.emails.map((email, place) =>
    compose(sender, { id: `INVOICE-${number}-${String(place)}`, familyId, to: email, subject }, [
      paragraph(MAILS.greeting(MAILS.family(payer.name))),
      ...blocks,
      { kind: 'link', text: RUNS.ledgerLink, url: `${sender.portalUrl}/ledger` },
    ]),
  )

/** The mails that bring a family its invoice [guide 29]: number, lines, total and due day. */
export const mailsOfInvoice = (sender: Sender, invoice: Invoice): Mail[] =>
  toEach(sender, invoice, RUNS.invoiceSubject(invoice.month), [
    paragraph(RUNS.invoiceIntroduction(invoice)),
    linesTable(invoice.lines),
    paragraph(invoice.total === 0 ? RUNS.nothingToPay : RUNS.toPay(invoice.total, invoice.dueOn)),
  ])

/** The mails that bring a family its credit note: number, lines and what it is worth. */
export const mailsOfCreditNote = (sender: Sender, creditNote: CreditNote): Mail[] =>
  toEach(sender, creditNote, RUNS.creditNoteSubject(creditNote.month), [
    paragraph(RUNS.creditNoteIntroduction(creditNote)),
    linesTable(creditNote.lines),
    paragraph(RUNS.credit(-creditNote.total)),
  ])
