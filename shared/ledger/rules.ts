import type { CreditNote, Invoice } from '../billing/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { Paying } from '../payments/model.ts'
import type { HandOver, Payment, Refund } from './model.ts'
import { mostBy, VOUCHERS } from './scope-rules.ts'

/** The states of an invoice [guide 30]. */
export const INVOICE_STATES = ['awaiting', 'settled', 'unsettled', 'treasury'] as const
export type InvoiceState = (typeof INVOICE_STATES)[number]

type Owed = Pick<Invoice, 'number' | 'regieId' | 'dueOn' | 'total'> &
  Partial<Pick<Invoice, 'limits'>>
type Credited = Pick<CreditNote, 'number' | 'regieId' | 'issuedOn' | 'total'>
type Paid = Pick<Payment, 'number' | 'regieId' | 'paidOn' | 'state' | 'amount' | 'invoices'> &
  Partial<Pick<Payment, 'means'>>

/** All that a family owes and has paid. */
export interface Accounts {
  readonly invoices: readonly Owed[]
  readonly creditNotes: readonly Credited[]
  readonly payments: readonly Paid[]
  /** What was given back to the family. */
  readonly refunds?: readonly Pick<Refund, 'amount' | 'of'>[]
  /** The invoices that the Trésor Public collects, with the day from which on it does. */
  readonly handOvers?: readonly Pick<HandOver, 'invoice' | 'handedOverOn'>[]
  /** The invoices that somebody is paying online: they await that payment. */
  readonly paying?: readonly Paying[]
}

/** A part of a payment or credit note that goes to an invoice. */
export interface Allocation {
  readonly from: 'payment' | 'credit-note' | 'online'
  /** The number of the payment or credit note, the id of what is being paid online. */
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
  /** What was given back to the family. */
  readonly refunded: Cents
  /** What was paid or credited, was not given back and is of no invoice yet. */
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
  /** By which it was paid; a credit note by none. */
  readonly means?: Payment['means'] | undefined
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

const ofPayment = ({ number, regieId, paidOn, state, amount, invoices, means }: Paid): Source => ({
  from: 'payment',
  number: String(number),
  awaited: state === 'awaiting',
  regieId,
  date: paidOn,
  amount,
  names: invoices.toSorted(),
  means,
})

/** Behind every payment that is noted, which is surer than one that is only begun. */
const ofPaying = ({ paymentId, regieId, invoice, amount }: Paying): Source => ({
  from: 'online',
  number: paymentId,
  awaited: true,
  regieId,
  date: '9999-12-31',
  amount,
  names: [invoice],
  means: 'online',
})

/** What is left of each source once something of it was given back: that pays no invoice. */
const lessRefunds = (
  sources: readonly Source[],
  refunds: NonNullable<Accounts['refunds']>,
): Source[] => {
  const back = refunds.flatMap(({ of }) => of)
  return sources.map((source) => {
    const own = back.filter(({ from, number }) => from === source.from && number === source.number)
    return { ...source, amount: source.amount - sum(own.map(({ amount }) => amount)) }
  })
}

/** Smaller than, equal to or greater than zero, as a sort asks for it. */
const compare = <Value extends string | number>(a: Value, b: Value): number =>
  a < b ? -1 : a > b ? 1 : 0

/**
 * The order in which money is given to invoices: what awaits validation last, else by date; of one
 * day the credit notes, then vouchers, which cannot pay everything, then what names fewest invoices,
 * what names none last. Equal payments of one day can change places without any change of the totals.
 */
const inOrder = (sources: readonly Source[]): Source[] => {
  const isVoucher = ({ means }: Source): boolean => means !== undefined && VOUCHERS.includes(means)
  const freedom = ({ names }: Source): number => (names.length === 0 ? Infinity : names.length)
  return sources.toSorted(
    (a, b) =>
      Number(a.awaited) - Number(b.awaited) ||
      compare(a.date, b.date) ||
      compare(a.from, b.from) ||
      Number(isVoucher(b)) - Number(isVoucher(a)) ||
      compare(freedom(a), freedom(b)) ||
      compare(a.names.join(), b.names.join()) ||
      compare(a.means ?? '', b.means ?? '') ||
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

/** What is open of an invoice, and what each means has paid of it. */
interface Room {
  due: Cents
  readonly taken: Map<Payment['means'], Cents>
}

const allocate = (
  sources: readonly Source[],
  invoices: readonly Owed[],
  handedOver: ReadonlyMap<string, IsoDate>,
): Allocation[] => {
  const ordered = byDueDay(invoices)
  const rooms = new Map<string, Room>(
    invoices.map(({ number, total }) => [number, { due: total, taken: new Map() }]),
  )
  return inOrder(sources).flatMap((source) => {
    let left = source.amount
    const { from, number, awaited, means } = source
    return meantFor(source, ordered, handedOver).flatMap((invoice) => {
      const room = rooms.get(invoice.number)
      if (room === undefined) return []
      const amount = Math.min(room.due, left, mostBy(invoice.limits, means, room.taken))
      if (amount === 0) return []
      left -= amount
      room.due -= amount
      if (means !== undefined) room.taken.set(means, (room.taken.get(means) ?? 0) + amount)
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
 * with its régie. A payment pays the invoices that it names, then those due first, of each no more than
 * its means may [guide 10]; a credit note those due first; in the order of their days, so that what
 * comes later leaves what was paid before as it was. Nothing is paid twice: what is left is a credit,
 * which the next invoices use up. A payment that awaits validation pays nothing, but tells which
 * invoices await it; a cancelled one is as if it had never been; what was given back pays nothing. An
 * invoice of 0 € is settled.
 */
export const settle = ({
  invoices,
  creditNotes,
  payments,
  refunds = [],
  handOvers = [],
  paying = [],
}: Accounts): Settlement => {
  const handedOver = new Map(handOvers.map((each) => [each.invoice, each.handedOverOn]))
  const standing = payments.filter(({ state }) => state !== 'cancelled')
  const validated = standing.filter(({ state }) => state === 'validated')
  const sources = lessRefunds(
    [...creditNotes.map(ofCreditNote), ...standing.map(ofPayment), ...paying.map(ofPaying)],
    refunds,
  )
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
  const refunded = sum(refunds.map(({ amount }) => amount))
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
      refunded,
      credit: paid + credited - refunded - amounts(allocations.filter(({ awaited }) => !awaited)),
      awaiting: sum(
        [...standing.filter(({ state }) => state === 'awaiting'), ...paying].map(
          ({ amount }) => amount,
        ),
      ),
    },
  }
}
