import * as z from 'zod'
import { creditNoteNumberSchema, invoiceNumberSchema, LINE_KINDS } from '../billing/model.ts'
import { reasonSchema } from '../families/model.ts'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  lineSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import {
  instrumentSchema,
  PAYMENT_STATES,
  paymentStateSchema,
  receiptNumberSchema,
} from './model.ts'
import { INVOICE_STATES } from './rules.ts'

/** Who keeps the accounts; an administrator reads them. */
const BOOKKEEPERS = ['accountant', 'administrator'] as const

const CREDIT_NOTE_STATES = ['used', 'available'] as const

export const entryReply = z.strictObject({
  kind: z.enum(['invoice', 'credit-note', 'carried', 'payment', 'refund']),
  /** What is carried to a later invoice has none. */
  number: z.string().optional(),
  label: z.string(),
  date: isoDateSchema,
  regieId: regieIdSchema,
  amount: centsSchema.describe('In cents; below zero for a credit note'),
  state: z.enum([
    ...new Set([
      ...INVOICE_STATES,
      ...PAYMENT_STATES,
      ...CREDIT_NOTE_STATES,
      'carried',
      'refunded',
    ]),
  ]),
  stateLabel: z.string(),
  /** Of what bills one: the month. */
  month: isoMonthSchema.optional(),
  /** Of an invoice: until when it is to be paid, and what is still due of it. */
  dueOn: isoDateSchema.optional(),
  due: centsSchema.optional(),
  /** Of a payment or refund: by what. */
  means: z.string().optional(),
})

export const ledgerReply = z.strictObject({
  totals: z.strictObject({
    invoiced: centsSchema,
    invoices: z.int(),
    /** What credit notes take back. */
    credited: centsSchema,
    creditNotes: z.int(),
    /** By validated payments. */
    paid: centsSchema,
    payments: z.int(),
    due: centsSchema,
    /** The invoices that are not settled. */
    unpaid: z.int(),
    /** What the Trésor Public collects. */
    treasury: centsSchema,
    /** What was given back. */
    refunded: centsSchema,
    /** What goes to the next invoices. */
    credit: centsSchema,
    /** Payments that await their validation. */
    awaiting: centsSchema,
  }),
  /** How many entries there are on all pages. */
  count: z.int(),
  entries: z.array(entryReply),
  /** Pass as `before` to read on; absent at the end. */
  next: z.string().optional(),
})

const ledgerPage = {
  query: z.strictObject({
    limit: z.coerce.number().int().min(5).max(50).default(5),
    before: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}_[a-z-]{1,11}_[A-Z0-9-]{1,20}$/)
      .optional(),
  }),
  status: 200,
  reply: ledgerReply,
  errors: ['not-found'],
} as const

export const readLedgerRoute = defineRoute({
  id: 'readLedger',
  method: 'GET',
  path: '/ledger',
  function: 'ledger',
  access: ['guardian'],
  summary: 'My invoices, credit notes and payments, newest first, and what they amount to',
  ...ledgerPage,
})

export const readFamilyLedgerRoute = defineRoute({
  id: 'readFamilyLedger',
  method: 'GET',
  path: '/families/{familyId}/ledger',
  function: 'accounting',
  access: BOOKKEEPERS,
  summary: 'The invoices, credit notes and payments of a family, and what they amount to',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  ...ledgerPage,
})

export const lineReply = z.strictObject({
  kind: z.enum(LINE_KINDS),
  month: isoMonthSchema,
  child: z.string().optional(),
  activity: z.string().optional(),
  label: z.string(),
  days: z.string().describe('The days of the month, `1 2 4`'),
  quantity: z.int(),
  unitPrice: centsSchema,
  amount: centsSchema,
  priceList: z.string(),
  why: z.string().describe('Why this price, in French'),
  /** The number of the invoice that it corrects. */
  corrects: z.string().optional(),
})

const documentReply = {
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  regieId: regieIdSchema,
  regie: z.string(),
  lines: z.array(lineReply),
  total: centsSchema,
}

export const invoiceReply = z.strictObject({
  number: invoiceNumberSchema,
  dueOn: isoDateSchema,
  ...documentReply,
  state: z.enum(INVOICE_STATES),
  stateLabel: z.string(),
  paid: centsSchema,
  due: centsSchema,
  /** What the means may still pay of it that are for some services only. */
  limited: z.array(
    z.strictObject({ means: meansOfPaymentSchema, meansLabel: z.string(), most: centsSchema }),
  ),
  paidBy: z.array(
    z.strictObject({
      kind: z.enum(['payment', 'credit-note', 'online']),
      number: z.string(),
      label: z.string(),
      date: isoDateSchema,
      amount: centsSchema,
      means: z.string().optional(),
      /** Whether it awaits its validation: then it pays nothing yet. */
      awaited: z.boolean(),
    }),
  ),
})

const usedFor = z.array(z.strictObject({ invoice: invoiceNumberSchema, amount: centsSchema }))

export const creditNoteReply = z.strictObject({
  number: creditNoteNumberSchema,
  ...documentReply,
  state: z.enum(CREDIT_NOTE_STATES),
  stateLabel: z.string(),
  /** The invoices that it goes to, and what is left for the next ones. */
  usedFor,
  left: centsSchema,
})

export const readInvoiceRoute = defineRoute({
  id: 'readInvoice',
  method: 'GET',
  path: '/ledger/invoices/{number}',
  function: 'ledger',
  access: ['guardian'],
  summary: 'One of my invoices: the reason of each line, and what pays it',
  parameters: z.strictObject({ number: invoiceNumberSchema }),
  status: 200,
  reply: invoiceReply,
  errors: ['not-found'],
})

export const readCreditNoteRoute = defineRoute({
  id: 'readCreditNote',
  method: 'GET',
  path: '/ledger/credit-notes/{number}',
  function: 'ledger',
  access: ['guardian'],
  summary: 'One of my credit notes: the reason of each line, and the invoices that it goes to',
  parameters: z.strictObject({ number: creditNoteNumberSchema }),
  status: 200,
  reply: creditNoteReply,
  errors: ['not-found'],
})

export const paymentReply = z.strictObject({
  number: z.int(),
  regieId: regieIdSchema,
  state: paymentStateSchema,
  stateLabel: z.string(),
  amount: centsSchema,
  paidOn: isoDateSchema,
  means: meansOfPaymentSchema,
  meansLabel: z.string(),
  /** Those that it is meant for. */
  invoices: z.array(invoiceNumberSchema),
  reference: z.string().optional(),
  instruments: z.array(instrumentSchema).optional(),
  payer: z.string().optional(),
  /** The number of its receipt, once it is validated. */
  receipt: receiptNumberSchema.optional(),
  /** The number of the deposit that it is part of. */
  deposit: z.int().optional(),
  /** Those that it goes to, and what is left for the next ones. */
  paidFor: usedFor,
  left: centsSchema,
})

/** The key under which a call is made once. */
export const onceHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
})

export const recordPaymentRoute = defineRoute({
  id: 'recordPayment',
  method: 'POST',
  path: '/families/{familyId}/payments',
  function: 'accounting',
  access: ['accountant'],
  summary: 'Note what a family paid at the desk; it is validated at once',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: onceHeaders,
  body: z.strictObject({
    regieId: regieIdSchema,
    amount: centsSchema.positive().max(100_000_000),
    paidOn: isoDateSchema,
    means: meansOfPaymentSchema.exclude(['online', 'direct-debit']),
    /** The invoices that it is meant for; those that are due first without. */
    invoices: z.array(invoiceNumberSchema).max(60).default([]),
    /** The number of the cheque or transfer. */
    reference: lineSchema(60).optional(),
    /** The vouchers or cheques; their values come to the amount. */
    instruments: z.array(instrumentSchema).min(1).max(60).optional(),
    /** Who paid, if it was not the family. */
    payer: lineSchema(120).optional(),
  }),
  status: 201,
  reply: paymentReply,
  errors: [
    'not-found',
    'unknown-invoice',
    'means-not-allowed',
    'payment-too-large',
    'voucher-used',
    'month-closed',
    'period-out-of-range',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const cancelPaymentRoute = defineRoute({
  id: 'cancelPayment',
  method: 'POST',
  path: '/families/{familyId}/payments/{number}/cancel',
  function: 'accounting',
  access: ['accountant'],
  summary: 'Cancel a payment, such as a cheque that bounced: its invoices are due again',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
  body: z.strictObject({
    reason: reasonSchema,
    /** Noted wrongly, or refused by the bank. */
    kind: z.enum(['mistake', 'bounced']).default('mistake'),
  }),
  status: 200,
  reply: paymentReply,
  errors: ['not-found', 'payment-locked', 'concurrent-change'],
})
