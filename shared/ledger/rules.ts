import type { CreditNote, Invoice } from '../billing/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { Payment } from './model.ts'

/** The states of an invoice [guide 30]. */
export const INVOICE_STATES = ['awaiting', 'settled', 'unsettled', 'treasury'] as const
export type InvoiceState = (typeof INVOICE_STATES)[number]

type Owed = Pick<Invoice, 'number' | 'regieId' | 'dueOn' | 'total'>
type Credited = Pick<CreditNote, 'number' | 'regieId' | 'issuedOn' | 'total'>
type Paid = Pick<Payment, 'number' | 'regieId' | 'paidOn' | 'state' | 'amount' | 'invoices'>

/** All that a family owes and has paid. */
export interface Accounts {
  readonly invoices: readonly Owed[]
  readonly creditNotes: readonly Credited[]
  readonly payments: readonly Paid[]
  /** The invoices that the Trésor Public collects, by number, with the day from which on it does. */
  readonly handedOver?: ReadonlyMap<string, IsoDate>
}

/** A part of a payment or credit note that goes to an invoice. */
export interface Allocation {
  readonly from: 'payment' | 'credit-note'
  /** The number of the payment or credit note. */
  readonly number: string
  readonly invoice: string
  /** In cents, above zero. */
  readonly amount: Cents
  /** Whether the payment awaits its validation: then it pays nothing yet. */
  readonly awaited: boolean
}

/** Where an invoice stands, in cents. */
export interface InvoiceAccount {
  readonly state: InvoiceState
  readonly paid: Cents
  readonly due: Cents
}

/** What is owed, paid and left, in cents, with how many documents it is of. */
export interface Totals {
  readonly invoiced: Cents
  readonly invoices: number
  /** What credit notes take back, above zero. */
  readonly credited: Cents
  readonly creditNotes: number
  /** By validated payments. */
  readonly paid: Cents
  readonly payments: number
  /** What the portal asks for, and of how many invoices. */
  readonly due: Cents
  readonly unpaid: number
  /** What the Trésor Public asks for. */
  readonly treasury: Cents
  /** What was paid or credited and is of no invoice yet. */
  readonly credit: Cents
  /** What was paid and awaits validation. */
  readonly awaiting: Cents
}

/** Which payment pays which invoice, and what it comes to. */
export interface Settlement {
  readonly allocations: readonly Allocation[]
  /** By number of the invoice. */
  readonly invoices: ReadonlyMap<string, InvoiceAccount>
  readonly totals: Totals
}

/** A payment or credit note, as money to be given to invoices. */
interface Source extends Pick<Allocation, 'from' | 'number' | 'awaited'> {
  readonly regieId: Owed['regieId']
  readonly date: IsoDate
  readonly amount: Cents
  readonly names: readonly string[]
}

const ofCreditNote = ({ number, regieId, issuedOn, total }: Credited): Source => ({
  from: 'credit-note',
  number,
  awaited: false,
  regieId,
  date: issuedOn,
  amount: -total,
  names: [],
})

const ofPayment = ({ number, regieId, paidOn, state, amount, invoices }: Paid): Source => ({
  from: 'payment',
  number: String(number),
  awaited: state === 'awaiting',
  regieId,
  date: paidOn,
  amount,
  names: invoices.toSorted(),
})

/** Smaller than, equal to or greater than zero, as a sort asks for it. */
const compare = <Value extends string | number>(a: Value, b: Value): number =>
  a < b ? -1 : a > b ? 1 : 0

/**
 * The order in which money is given to invoices: what awaits validation last, else by date; of one
 * day the credit notes, then what names fewest invoices, what names none last. Equal payments of one
 * day can change places without any change of the totals.
 */
const inOrder = (sources: readonly Source[]): Source[] => {
  const freedom = ({ names }: Source): number => (names.length === 0 ? Infinity : names.length)
  return sources.toSorted(
    (a, b) =>
      Number(a.awaited) - Number(b.awaited) ||
      compare(a.date, b.date) ||
      compare(a.from, b.from) ||
      compare(freedom(a), freedom(b)) ||
      compare(a.names.join(), b.names.join()) ||
      compare(b.amount, a.amount) ||
      compare(a.number, b.number),
  )
}

/** The invoices of a régie, the first due first. */
const byDueDay = (invoices: readonly Owed[]): Owed[] =>
  invoices.toSorted((a, b) => compare(a.dueOn, b.dueOn) || compare(a.number, b.number))

/** The invoices that money may go to, in its order: those that it names, then the first due. */
const meantFor = (
  { regieId, names, date }: Source,
  invoices: readonly Owed[],
  handedOver: ReadonlyMap<string, IsoDate>,
): Owed[] => {
  const own = invoices.filter((invoice) => invoice.regieId === regieId)
  const [named, others] = [true, false].map((isNamed) =>
    own.filter(({ number }) => names.includes(number) === isNamed),
  )
  // From its hand-over on an invoice is paid to the Trésor Public, unless somebody says otherwise.
  const open = (others ?? []).filter(({ number }) => date < (handedOver.get(number) ?? '9999'))
  return [...(named ?? []), ...open]
}

const allocate = (
  sources: readonly Source[],
  invoices: readonly Owed[],
  handedOver: ReadonlyMap<string, IsoDate>,
): Allocation[] => {
  const due = new Map(invoices.map(({ number, total }) => [number, total]))
  const ordered = byDueDay(invoices)
  return inOrder(sources).flatMap((source) => {
    let left = source.amount
    const { from, number, awaited } = source
    return meantFor(source, ordered, handedOver).flatMap((invoice) => {
      const open = due.get(invoice.number) ?? 0
      const amount = Math.min(open, left)
      if (amount === 0) return []
      left -= amount
      due.set(invoice.number, open - amount)
      return [{ from, number, awaited, invoice: invoice.number, amount }]
    })
  })
}

const amounts = (allocations: readonly Allocation[]): Cents =>
  sum(allocations.map(({ amount }) => amount))

const accountOf = (
  { total }: Owed,
  allocations: readonly Allocation[],
  isHandedOver: boolean,
): InvoiceAccount => {
  const paid = amounts(allocations.filter(({ awaited }) => !awaited))
  const due = total - paid
  const ofOpen = (): InvoiceState => {
    if (isHandedOver) return 'treasury'
    return allocations.some(({ awaited }) => awaited) ? 'awaiting' : 'unsettled'
  }
  return { state: due === 0 ? 'settled' : ofOpen(), paid, due }
}

/**
 * Gives the payments and credit notes of a family to its invoices [guide 28, 30, 31, 32]. Money stays
 * with its régie. A payment pays the invoices that it names, then those due first; a credit note those
 * due first; in the order of their days, so that what comes later leaves what was paid before as it
 * was. Nothing is paid twice: what is left is a credit, which the next invoices use up. A payment that
 * awaits validation pays nothing, but tells which invoices await it; a cancelled one is as if it had
 * never been. An invoice of 0 € is settled.
 */
export const settle = ({
  invoices,
  creditNotes,
  payments,
  handedOver = new Map(),
}: Accounts): Settlement => {
  const standing = payments.filter(({ state }) => state !== 'cancelled')
  const validated = standing.filter(({ state }) => state === 'validated')
  const sources = [...creditNotes.map(ofCreditNote), ...standing.map(ofPayment)]
  const allocations = allocate(sources, invoices, handedOver)
  const ofInvoice = Map.groupBy(allocations, ({ invoice }) => invoice)
  const accounts = new Map(
    invoices.map((invoice) => {
      const { number } = invoice
      return [number, accountOf(invoice, ofInvoice.get(number) ?? [], handedOver.has(number))]
    }),
  )
  const dueIn = (isMeant: (state: InvoiceState) => boolean): Cents[] =>
    [...accounts.values()].filter(({ state }) => isMeant(state)).map(({ due }) => due)
  const unpaid = dueIn((state) => state === 'awaiting' || state === 'unsettled')
  const paid = sum(validated.map(({ amount }) => amount))
  const credited = sum(creditNotes.map(({ total }) => -total))
  return {
    allocations,
    invoices: accounts,
    totals: {
      invoiced: sum(invoices.map(({ total }) => total)),
      invoices: invoices.length,
      credited,
      creditNotes: creditNotes.length,
      paid,
      payments: validated.length,
      due: sum(unpaid),
      unpaid: unpaid.length,
      treasury: sum(dueIn((state) => state === 'treasury')),
      credit: paid + credited - amounts(allocations.filter(({ awaited }) => !awaited)),
      awaiting: sum(
        standing.filter(({ state }) => state === 'awaiting').map(({ amount }) => amount),
      ),
    },
  }
}
