import {
  carriedSchema,
  creditNoteSchema,
  invoiceSchema,
  type CreditNote,
  type Invoice,
  type InvoiceLine,
  type Limits,
} from '../../shared/billing/model.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { addDays, addMonths, monthOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { closeMonth } from '../../shared/bookkeeping/close-month.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { endPayment } from '../../shared/ledger/cancel-payment.ts'
import { makeDepositRoute } from '../../shared/ledger/desk-routes.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { recordPayment } from '../../shared/ledger/record-payment.ts'
import { recordPaymentRoute } from '../../shared/ledger/routes.ts'
import { VOUCHERS } from '../../shared/ledger/scope-rules.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'

/** An accountant as the edge hands them over. */
export const ACCOUNTANT: Actor = {
  account: 'account-of-the-accountant',
  roles: ['accountant'],
  family: undefined,
}

let last = 0

/** A line of meals that comes to an amount. */
const mealLine = (issuedOn: IsoDate, amount: number): InvoiceLine => ({
  kind: 'unit',
  month: addMonths(monthOf(issuedOn), -1),
  child: 'Léo',
  activity: 'Restauration scolaire',
  label: 'Repas',
  days: '2',
  quantity: Math.sign(amount),
  unitPrice: Math.abs(amount),
  amount,
  account: '7067',
  priceList: 'Tarifs 2013',
  why: 'Tarifs 2013 : repas, prix unique.',
})

const fieldsOf = (familyId: FamilyId, issuedOn: IsoDate, total: number) => ({
  familyId,
  regieId: 'ENF',
  regie: 'Régie Enfance',
  month: addMonths(monthOf(issuedOn), -1),
  issuedOn,
  payer: {
    name: 'Famille',
    address: { street: '1 rue de la Paix', postcode: '35510', town: 'Cesson-Sévigné' },
    emails: [],
  },
  lines: [mealLine(issuedOn, total)],
  total,
})

/**
 * Puts an invoice into a family's ledger, past every run; due within thirty days.
 *
 * @param limits what vouchers may pay of it; everything without.
 */
export const storeInvoice = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
  limits?: Limits,
): Promise<Invoice> => {
  last += 1
  const document = invoiceSchema.parse({
    ...fieldsOf(familyId, issuedOn, total),
    limits,
    number: `ENF${issuedOn.slice(0, 4)}${String(last).padStart(8, '0')}`,
    dueOn: addDays(issuedOn, 30),
  })
  await table.put(documentItem({ kind: 'invoice', document }))
  return document
}

/** Puts a credit note into a family's ledger, past every run. */
export const storeCreditNote = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
): Promise<CreditNote> => {
  last += 1
  const document = creditNoteSchema.parse({
    ...fieldsOf(familyId, issuedOn, total),
    number: `AV-ENF${issuedOn.slice(0, 4)}${String(last).padStart(8, '0')}`,
  })
  await table.put(documentItem({ kind: 'credit-note', document }))
  return document
}

/** Puts what is too little for an invoice into a family's ledger, past every run. */
export const storeCarried = async (
  table: Table,
  familyId: FamilyId,
  issuedOn: IsoDate,
  total: number,
): Promise<void> => {
  const document = carriedSchema.parse(fieldsOf(familyId, issuedOn, total))
  await table.put(documentItem({ kind: 'carried', document }))
}

type Body = Parameters<typeof recordPayment>[1]['body']

let lastKey = 0

/** What is noted at a desk: a cheque to the régie ENF on 12 November 2013 unless it says otherwise. */
export interface AtDesk extends Partial<Body> {
  readonly key?: string
  readonly now?: Date
}

/** Notes a payment at the desk, under a key of its own unless one is given; of vouchers one title. */
export const payAtDesk = (
  deps: Parameters<typeof recordPayment>[0],
  familyId: FamilyId,
  amount: number,
  { key, now = new Date('2013-11-20T09:00:00Z'), ...about }: AtDesk = {},
): ReturnType<typeof recordPayment> => {
  lastKey += 1
  const { body } = recordPaymentRoute
  const plain = { regieId: 'ENF', amount, paidOn: '2013-11-12', means: 'cheque' }
  const { means, paidOn = plain.paidOn } = about
  const title = {
    number: `T${String(lastKey)}`,
    ...(means === 'holiday-voucher' ? {} : { issuer: 'Edenred' }),
    value: amount,
    vintage: Number(paidOn.slice(0, 4)),
  }
  const isVoucher = means !== undefined && VOUCHERS.includes(means)
  return recordPayment(deps, {
    parameters: { familyId },
    headers: { 'idempotency-key': key ?? `payment-${String(lastKey)}` },
    body: {
      ...body.parse(plain),
      ...(isVoucher ? { instruments: [title] } : {}),
      ...about,
    },
    actor: ACCOUNTANT,
    now,
  })
}

/** Leaves one of each thing that a desk and its books hold, for a family that has nothing else to pay. */
export const useTheDesk = async (
  deps: Parameters<typeof recordPayment>[0],
  familyId: FamilyId,
  now: Date,
): Promise<void> => {
  const { table } = deps
  const paidOn = parisDate(now)
  const regieId = regieIdSchema.parse('ENF')
  const vintage = Number(paidOn.slice(0, 4))
  const voucher = { number: 'A-1', issuer: 'Edenred', value: 100, vintage }
  const about = { paidOn, now }
  const taken = await payAtDesk(deps, familyId, 100, {
    ...{ means: 'cesu', instruments: [voucher], ...about },
  })
  const end = { kind: 'bounced', reason: 'Refusé', by: ACCOUNTANT.account, now } as const
  await endPayment(table, { familyId, number: taken.number, ...end })
  const { number } = await payAtDesk(deps, familyId, 5000, { means: 'cash', ...about })
  const headers = { 'idempotency-key': 'of-the-desk' }
  await makeDeposit(table, {
    ...{ parameters: { regieId }, headers, actor: ACCOUNTANT, now },
    body: makeDepositRoute.body.parse({ means: 'cash', payments: [{ familyId, number, paidOn }] }),
  })
  await refundCredit(table, {
    ...{ parameters: { familyId }, headers, actor: ACCOUNTANT, now },
    body: { regieId, amount: 100, means: 'transfer', reason: 'Trop payé' },
  })
  const month = addMonths(monthOf(paidOn), -1)
  await closeMonth(deps, { parameters: { regieId }, body: { month }, actor: ACCOUNTANT, now })
}
