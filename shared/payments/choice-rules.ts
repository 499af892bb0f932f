import type { Catalogue } from '../catalogue/model.ts'
import type { PayfipSettings, Regie } from '../catalogue/regie-model.ts'
import type { Ledger } from '../ledger/model.ts'
import { openTo } from '../ledger/open-rules.ts'
import { settle } from '../ledger/rules.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { ONLINE } from '../kernel/payment-texts.ts'
import { LEAST, MOST } from '../payfip/model.ts'
import type { Paying, Part } from './model.ts'
import { heldUntil, partsOf } from './rules.ts'

/** What a guardian wants to pay. */
export interface Wish {
  readonly invoices: readonly string[]
  /** In cents; all that is due without. */
  readonly amount?: Cents | undefined
}

/** What is to be paid, worked out from the ledger. */
export interface Choice {
  readonly regie: Regie
  readonly payfip: PayfipSettings
  /** In cents. */
  readonly amount: Cents
  readonly parts: readonly Part[]
  /** The year of the oldest debt. */
  readonly year: string
}

type Invoice = Ledger['invoices'][number]

const fault = (index: number, detail: string) => ({
  pointer: `/body/invoices/${String(index)}`,
  detail,
})

/** The invoices that are meant, the first due first: all of one régie, none twice. */
const invoicesOf = (ledger: Ledger, { invoices: wanted }: Wish): [Invoice, ...Invoice[]] => {
  const found = wanted.map((number) => ledger.invoices.find((each) => each.number === number))
  const unknown = found.flatMap((invoice, index) =>
    invoice === undefined ? [fault(index, ONLINE.unknown)] : [],
  )
  if (unknown.length > 0) throw new PortalError('unknown-invoice', { faults: unknown })
  const [first, ...others] = found.filter((invoice) => invoice !== undefined)
  if (first === undefined) throw new PortalError('unknown-invoice')
  const faults = others.flatMap((invoice, index) => {
    if (invoice.regieId !== first.regieId) return [fault(index + 1, ONLINE.oneRegie)]
    return wanted.indexOf(invoice.number) <= index ? [fault(index + 1, ONLINE.twice)] : []
  })
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  const [earliest = first, ...later] = [first, ...others].toSorted((a, b) =>
    `${a.dueOn} ${a.number}` < `${b.dueOn} ${b.number}` ? -1 : 1,
  )
  return [earliest, ...later]
}

/** How a régie is paid online. */
const settingsOf = (
  { town }: Catalogue,
  { regieId }: Invoice,
  takesTests: boolean,
): Pick<Choice, 'regie' | 'payfip'> & { readonly most: Cents } => {
  const regie = town.regies.find(({ id }) => id === regieId)
  const online = regie?.payableBy.find(({ means }) => means === 'online')
  if (regie?.payfip === undefined || online === undefined) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.notOnline })
  }
  if (regie.payfip.mode === 'test' && !takesTests) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.notOpen })
  }
  return { regie, payfip: regie.payfip, most: Math.min(MOST, online.most ?? MOST) }
}

/** How long until an invoice that is being paid may be paid otherwise, in seconds. */
const secondsUntilFree = (paying: Paying | undefined, now: Date): number =>
  paying === undefined
    ? 60
    : Math.max(1, Math.ceil((new Date(heldUntil(paying)).getTime() - now.getTime()) / 1000))

/**
 * What may be paid online of each of some invoices, in cents: of what is due the services that the act of
 * the régie lets be paid so [guide 10].
 *
 * @throws PortalError `means-not-allowed` for one that the Trésor Public collects, or of which nothing may
 * be paid online; `payment-too-large` for one that is settled; `payment-open` for one that awaits a payment.
 */
const dueOf = (
  ledger: Ledger,
  invoices: readonly Invoice[],
  now: Date,
): { invoice: string; due: Cents }[] => {
  const settlement = settle(ledger)
  return invoices.map(({ number }) => {
    switch (settlement.invoices.get(number)?.state ?? 'settled') {
      case 'treasury':
        throw new PortalError('means-not-allowed', { detail: ONLINE.treasury(number) })
      case 'settled':
        throw new PortalError('payment-too-large', { detail: ONLINE.settled(number) })
      case 'awaiting': {
        const paying = ledger.paying?.find(({ invoice }) => invoice === number)
        const retryAfterSeconds = secondsUntilFree(paying, now)
        throw new PortalError('payment-open', {
          detail: ONLINE.underWay(number),
          retryAfterSeconds,
        })
      }
      case 'unsettled': {
        const due = openTo(ledger, settlement, number, 'online')
        if (due > 0) return { invoice: number, due }
        throw new PortalError('means-not-allowed', { detail: ONLINE.nothingOnline(number) })
      }
    }
  })
}

/**
 * What a guardian pays online [guide 9, 10, 29, 30]: invoices of one régie that takes it, all that is
 * due of them, as far as the act of the régie lets it be paid online, or a part where the régie allows it. The portal works the amount out; nobody pays more
 * than is due.
 *
 * @param takesTests whether a régie that is only tried out may be paid.
 * @throws PortalError `unknown-invoice`, `invalid-request`, `means-not-allowed`, `payment-open`,
 * `payment-too-large`.
 */
export const chooseInvoices = (
  ledger: Ledger,
  wish: Wish,
  about: { readonly catalogue: Catalogue; readonly takesTests: boolean; readonly now: Date },
): Choice => {
  const invoices = invoicesOf(ledger, wish)
  const { regie, payfip, most } = settingsOf(about.catalogue, invoices[0], about.takesTests)
  const due = dueOf(ledger, invoices, about.now)
  const whole = sum(due.map((each) => each.due))
  const amount = wish.amount ?? whole
  if (amount > whole) {
    throw new PortalError('payment-too-large', { detail: ONLINE.moreThanDue(whole) })
  }
  if (amount < whole && !payfip.partial) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.whole })
  }
  if (amount < LEAST) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.atLeast(LEAST) })
  }
  if (amount > most) throw new PortalError('payment-too-large', { detail: ONLINE.atMost(most) })
  const year = invoices[0].issuedOn.slice(0, 4)
  return { regie, payfip, amount, parts: partsOf(due, amount), year }
}
