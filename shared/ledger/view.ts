import type * as z from 'zod'
import type { Carried, CreditNote, Invoice, InvoiceLine } from '../billing/model.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Ledger, Payment, Refund, WholeLedger } from './model.ts'
import type {
  creditNoteReply,
  entryReply,
  invoiceReply,
  ledgerReply,
  lineReply,
  paymentReply,
} from './routes.ts'
import { refundedOf } from './refund-rules.ts'
import { openTo } from './open-rules.ts'
import { settle, type Allocation, type Settlement } from './rules.ts'

type Entry = z.input<typeof entryReply>

/** The invoices that a payment or credit note goes to. */
const usesOf = (
  { allocations }: Settlement,
  from: Allocation['from'],
  number: string,
): { invoice: string; amount: number }[] =>
  allocations
    .filter((each) => each.from === from && each.number === number)
    .map(({ invoice, amount }) => ({ invoice, amount }))

/** What a credit note goes to, and what is left of it. */
const standOf = (
  { settlement, refunds }: { settlement: Settlement; refunds: Ledger['refunds'] },
  { number, total }: Pick<CreditNote, 'number' | 'total'>,
): Pick<z.input<typeof creditNoteReply>, 'state' | 'stateLabel' | 'usedFor' | 'left'> => {
  const usedFor = usesOf(settlement, 'credit-note', number)
  const used = sum(usedFor.map(({ amount }) => amount))
  const left = -total - used - refundedOf(refunds, 'credit-note', number)
  const state = left === 0 ? 'used' : 'available'
  return { state, stateLabel: LEDGER.states['credit-note'][state], usedFor, left }
}

const accountOf = (
  settlement: Settlement,
  number: string,
): Pick<z.input<typeof invoiceReply>, 'state' | 'stateLabel' | 'paid' | 'due'> => {
  const account = settlement.invoices.get(number)
  if (account === undefined) throw new Error('An invoice without an account')
  return { ...account, stateLabel: LEDGER.states.invoice[account.state] }
}

/** What a document is called: what was taken over from another program, by both of its numbers. */
const labelOf = (label: string, { former }: Pick<Invoice, 'former'>): string =>
  former === undefined ? label : LEDGER.labels.former(label, former)

const invoiceEntry = (settlement: Settlement, invoice: Invoice): Entry => {
  const { number, regieId, issuedOn, dueOn, month, total } = invoice
  const { state, stateLabel, due } = accountOf(settlement, number)
  const label = labelOf(LEDGER.labels.invoice(number), invoice)
  const about = { number, label, date: issuedOn, regieId, amount: total, state, stateLabel }
  return { kind: 'invoice', ...about, month, dueOn, due }
}

const creditNoteEntry = (
  standing: Parameters<typeof standOf>[0],
  creditNote: CreditNote,
): Entry => {
  const { number, regieId, issuedOn, month, total } = creditNote
  const { state, stateLabel } = standOf(standing, creditNote)
  const label = labelOf(LEDGER.labels['credit-note'](number), creditNote)
  const about = { number, label, date: issuedOn, regieId, amount: total, state, stateLabel }
  return { kind: 'credit-note', ...about, month }
}

const paymentEntry = ({ number, regieId, paidOn, amount, state, means }: Payment): Entry => ({
  kind: 'payment',
  number: String(number),
  label: LEDGER.labels.payment(String(number)),
  date: paidOn,
  regieId,
  amount,
  state,
  stateLabel: LEDGER.states.payment[state],
  means: LEDGER.means[means],
})

const refundEntry = ({ number, regieId, refundedOn, amount, means }: Refund): Entry => ({
  kind: 'refund',
  number: String(number),
  label: LEDGER.labels.refund(String(number)),
  date: refundedOn,
  regieId,
  amount,
  state: 'refunded',
  stateLabel: LEDGER.states.refund.refunded,
  means: LEDGER.means[means],
})

/** What waits for a later invoice has no number, and is due with that invoice. */
const carriedEntry = ({ regieId, issuedOn, month, total }: Carried): Entry => ({
  kind: 'carried',
  label: LEDGER.labels.carried(month),
  date: issuedOn,
  regieId,
  amount: total,
  state: 'carried',
  stateLabel: LEDGER.states.carried.carried,
  month,
})

/**
 * Where an entry stands in the list: by day, of one day the payments last. It is the cursor of the
 * pages, too: entries that come in between move nobody's place.
 */
const placeOf = ({ date, kind, number, regieId, month }: Entry): string =>
  `${date}_${kind}_${number?.padStart(9, '0') ?? `${regieId}-${month ?? ''}`}`

/**
 * A page of a family's ledger, newest first, and what all of it amounts to [guide 28, 29]. What is
 * carried to a later invoice is shown, and counts in the totals with that invoice only.
 */
export const viewLedger = (
  ledger: WholeLedger,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): z.input<typeof ledgerReply> => {
  const settlement = settle(ledger)
  const standing = { settlement, refunds: ledger.refunds }
  const entries = [
    ...ledger.invoices.map((invoice) => invoiceEntry(settlement, invoice)),
    ...ledger.creditNotes.map((creditNote) => creditNoteEntry(standing, creditNote)),
    ...ledger.carried.map(carriedEntry),
    ...ledger.payments.map(paymentEntry),
    ...ledger.refunds.map(refundEntry),
  ]
    .map((entry) => ({ entry, place: placeOf(entry) }))
    .toSorted((a, b) => (a.place < b.place ? 1 : -1))
  const open = before === undefined ? entries : entries.filter(({ place }) => place < before)
  const page = open.slice(0, limit)
  const last = page.at(-1)
  return {
    totals: settlement.totals,
    count: entries.length,
    entries: page.map(({ entry }) => entry),
    ...(open.length > limit && last !== undefined ? { next: last.place } : {}),
  }
}

const viewLine = ({
  kind,
  month,
  child,
  activity,
  label,
  days,
  quantity,
  unitPrice,
  amount,
  priceList,
  why,
  corrects,
}: InvoiceLine): z.input<typeof lineReply> => ({
  kind,
  month,
  ...(child === undefined ? {} : { child }),
  ...(activity === undefined ? {} : { activity }),
  label,
  days,
  quantity,
  unitPrice,
  amount,
  priceList,
  why,
  ...(corrects === undefined ? {} : { corrects }),
})

/** When a payment was made or a credit note issued, and by what it was paid. */
const sourceOf = (
  { payments, creditNotes, paying = [] }: Ledger,
  { from, number }: Allocation,
): { date: Payment['paidOn']; label: string; means?: string } => {
  const begun = paying.find(({ paymentId }) => paymentId === number)
  if (from === 'online' && begun !== undefined) {
    const date = parisDate(new Date(begun.since))
    return { date, label: LEDGER.onlineUnderWay, means: LEDGER.means.online }
  }
  const label = LEDGER.labels[from === 'credit-note' ? from : 'payment'](number)
  const payment = payments.find((each) => String(each.number) === number)
  if (from === 'payment' && payment !== undefined) {
    return { date: payment.paidOn, label, means: LEDGER.means[payment.means] }
  }
  const creditNote = creditNotes.find((each) => each.number === number)
  if (creditNote === undefined) throw new Error('An allocation of nothing')
  return { date: creditNote.issuedOn, label }
}

/** What each means may still pay of an invoice that is for some services only [guide 10]. */
const limitedOf = (
  ledger: Ledger,
  settlement: Settlement,
  { number, limits }: Invoice,
): z.input<typeof invoiceReply>['limited'] =>
  (limits?.means ?? []).map((means) => ({
    means,
    meansLabel: LEDGER.means[means],
    most: openTo(ledger, settlement, number, means),
  }))

/** An invoice with the reason of each line [wish W4], and what pays it. */
export const viewInvoice = (ledger: Ledger, invoice: Invoice): z.input<typeof invoiceReply> => {
  const settlement = settle(ledger)
  const { number, month, issuedOn, dueOn, regieId, regie, total, lines } = invoice
  return {
    number,
    month,
    issuedOn,
    dueOn,
    regieId,
    regie,
    lines: lines.map(viewLine),
    total,
    ...accountOf(settlement, number),
    limited: limitedOf(ledger, settlement, invoice),
    paidBy: settlement.allocations
      .filter((each) => each.invoice === number)
      .map((allocation) => ({
        kind: allocation.from,
        number: allocation.number,
        ...sourceOf(ledger, allocation),
        amount: allocation.amount,
        awaited: allocation.awaited,
      })),
  }
}

/** A credit note with the reason of each line, and the invoices that it goes to. */
export const viewCreditNote = (
  ledger: Ledger,
  creditNote: CreditNote,
): z.input<typeof creditNoteReply> => {
  const { number, month, issuedOn, regieId, regie, total, lines } = creditNote
  return {
    number,
    month,
    issuedOn,
    regieId,
    regie,
    lines: lines.map(viewLine),
    total,
    ...standOf({ settlement: settle(ledger), refunds: ledger.refunds }, creditNote),
  }
}

/** A payment as staff read it, with the invoices that it goes to. */
export const viewPayment = (ledger: Ledger, payment: Payment): z.input<typeof paymentReply> => {
  const { number, regieId, state, amount, paidOn, means, invoices } = payment
  const { reference, instruments, payer, receipt, deposit } = payment
  const paidFor = usesOf(settle(ledger), 'payment', String(number))
  const used = sum(paidFor.map((each) => each.amount))
  const left = amount - used - refundedOf(ledger.refunds, 'payment', String(number))
  return {
    number,
    regieId,
    state,
    stateLabel: LEDGER.states.payment[state],
    amount,
    paidOn,
    means,
    meansLabel: LEDGER.means[means],
    invoices,
    ...(reference === undefined ? {} : { reference }),
    ...(instruments === undefined ? {} : { instruments }),
    ...(payer === undefined ? {} : { payer }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(deposit === undefined ? {} : { deposit }),
    paidFor,
    left: state === 'cancelled' ? 0 : left,
  }
}
