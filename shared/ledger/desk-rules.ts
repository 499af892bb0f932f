import { takes, type MeansOfPayment, type Regie } from '../catalogue/regie-model.ts'
import { DESK } from '../kernel/desk-texts.ts'
import { LEDGER } from '../kernel/billing-texts.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { hashOf } from '../platform/hash.ts'
import type { Instrument, Ledger, Payment } from './model.ts'
import { VOUCHERS } from './scope-rules.ts'
import { vintageFault } from './vintage-rules.ts'

/** What somebody brings to the desk. */
export type Brought = Pick<Payment, 'means' | 'amount' | 'paidOn' | 'invoices'> &
  Partial<Pick<Payment, 'instruments'>>

/**
 * Refuses what the act of the régie does not allow [guide 10]: what it does not name may not be cashed
 * (CGCT, R1617-6), nor more of it than it says.
 *
 * @throws PortalError `means-not-allowed`; `payment-too-large`.
 */
export const checkMeans = ({ payableBy }: Regie, { means, amount }: Brought): void => {
  if (!takes({ payableBy }, means)) {
    throw new PortalError('means-not-allowed', { detail: DESK.notOfRegie(LEDGER.means[means]) })
  }
  const most = payableBy.find((each) => each.means === means)?.most
  if (most !== undefined && amount > most) {
    throw new PortalError('payment-too-large', { detail: DESK.atMost(most) })
  }
}

const fault = (pointer: string, detail: string): Fault => ({ pointer, detail })

/** Whether there are several issuers of a voucher, each with numbers of its own. */
const isOfIssuer = (means: MeansOfPayment): boolean =>
  VOUCHERS.includes(means) && means !== 'holiday-voucher'

/** What a voucher is known by at its issuer, however it was typed. */
const nameOf = (means: MeansOfPayment, { number, issuer = '' }: Instrument): string =>
  [isOfIssuer(means) ? issuer : '', number]
    .map((text) => text.toUpperCase().replaceAll(/[^\p{L}\d]/gu, ''))
    .join(' ')

const faultsOf = ({ means, amount, paidOn, instruments = [] }: Brought): Fault[] => {
  const pointer = '/body/instruments'
  if (instruments.length === 0) {
    // Without its titles nobody could tell whether one is taken twice, or too late.
    return VOUCHERS.includes(means) ? [fault(pointer, DESK.noTitles)] : []
  }
  if (means !== 'cheque' && !VOUCHERS.includes(means)) return [fault(pointer, DESK.noInstruments)]
  const worth = sum(instruments.map(({ value }) => value))
  const names = instruments.map((each) => nameOf(means, each))
  return [
    ...(worth === amount ? [] : [fault('/body/amount', DESK.otherSum(worth))]),
    ...instruments.flatMap(({ number }, index) =>
      names.indexOf(names[index] ?? '') === index
        ? []
        : [fault(`${pointer}/${String(index)}/number`, DESK.usedTwice(number))],
    ),
    ...instruments.flatMap(({ issuer, vintage }, index) => {
      const at = `${pointer}/${String(index)}`
      const detail = vintageFault(means, vintage, paidOn)
      return [
        // Without its issuer the same voucher would have two names, and be taken under both.
        ...(isOfIssuer(means) && issuer === undefined
          ? [fault(`${at}/issuer`, DESK.noIssuer)]
          : []),
        ...(detail === undefined ? [] : [fault(`${at}/vintage`, detail)]),
      ]
    }),
  ]
}

/**
 * Refuses vouchers and cheques that do not come to the amount: no change is given, so a payment is
 * worth what its vouchers are. Refuses vouchers that are not good on the day on which they are brought.
 *
 * @throws PortalError `invalid-request`.
 */
export const checkInstruments = (brought: Brought): void => {
  const faults = faultsOf(brought)
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

/**
 * What the vouchers of a payment are known by, as hashes: they may bear names. A cheque may have the
 * number of another bank's.
 */
export const voucherNames = ({ means, instruments = [] }: Brought): string[] =>
  VOUCHERS.includes(means) ? instruments.map((each) => hashOf([means, nameOf(means, each)])) : []

/**
 * Refuses invoices that the family does not have from the régie, and those of which the means may pay
 * nothing at all: a CESU no meals [guide 10].
 *
 * @throws PortalError `unknown-invoice`; `means-not-allowed`.
 */
export const checkInvoices = (
  { invoices }: Pick<Ledger, 'invoices'>,
  regieId: Regie['id'],
  { invoices: named, means }: Brought,
): void => {
  const known = invoices.filter((invoice) => invoice.regieId === regieId)
  const of = named.map((number) => known.find((invoice) => invoice.number === number))
  const at = (index: number): string => `/body/invoices/${String(index)}`
  const unknown = of.flatMap((invoice, index) =>
    invoice === undefined ? [fault(at(index), LEDGER.unknownInvoice)] : [],
  )
  if (unknown.length > 0) throw new PortalError('unknown-invoice', { faults: unknown })
  const mayPay = (
    limits: NonNullable<(typeof of)[number]>['limits'],
    by: MeansOfPayment,
  ): boolean =>
    limits?.means.includes(by) !== true || limits.parts.some((part) => part.by.includes(by))
  const closed = of.flatMap((invoice, index) =>
    mayPay(invoice?.limits, means)
      ? []
      : [fault(at(index), DESK.nothingToPay(LEDGER.means[means]))],
  )
  if (closed.length > 0) throw new PortalError('means-not-allowed', { faults: closed })
}
