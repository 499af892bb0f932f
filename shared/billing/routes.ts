import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { centsSchema, familyIdSchema, isoDateSchema, isoMonthSchema } from '../platform/schemas.ts'

const invoiceReply = z.strictObject({
  number: z.string(),
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  dueOn: isoDateSchema,
  regie: z.string(),
  total: centsSchema,
  lines: z.array(
    z.strictObject({
      child: z.string(),
      activity: z.string(),
      unit: z.string(),
      quantity: z.int().positive(),
      unitPrice: centsSchema,
      amount: centsSchema,
      priceList: z.string(),
    }),
  ),
})

export const readLedgerRoute = defineRoute({
  id: 'readLedger',
  method: 'GET',
  path: '/ledger',
  function: 'family',
  access: ['guardian'],
  summary: 'My invoices with their lines, newest first, and what they amount to',
  status: 200,
  reply: z.strictObject({
    totals: z.strictObject({ invoiced: centsSchema, invoices: z.int() }),
    invoices: z.array(invoiceReply),
  }),
  errors: [],
})

export const readBillingRunRoute = defineRoute({
  id: 'readBillingRun',
  method: 'GET',
  path: '/billing-runs/{month}',
  function: 'staff',
  access: ['accountant', 'administrator'],
  summary: 'How the billing of a month went: invoices, amounts, anomalies',
  parameters: z.strictObject({ month: isoMonthSchema }),
  status: 200,
  reply: z.strictObject({
    month: isoMonthSchema,
    openedAt: z.string(),
    /** The slices into which the families were divided, and those that are done. */
    slices: z.int(),
    slicesDone: z.int(),
    families: z.int(),
    invoices: z.int(),
    total: centsSchema,
    anomalies: z.array(
      z.strictObject({ familyId: familyIdSchema, familyName: z.string(), detail: z.string() }),
    ),
  }),
  errors: ['not-found'],
})
