import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { onceHeaders } from '../ledger/routes.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  childIdSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { claimPaymentSchema, payerSchema } from './model.ts'
import { CLAIM_STATES } from './rules.ts'

const ofRun = {
  function: 'accounting',
  // Aids tell of hardship: they are for those who bill.
  access: ['accountant'],
  parameters: z.strictObject({ month: isoMonthSchema, regieId: regieIdSchema }),
  status: 200,
} as const

const paymentReply = z.strictObject(
  claimPaymentSchema.pick({
    number: true,
    payer: true,
    amount: true,
    paidOn: true,
    reference: true,
  }).shape,
)

const claimReply = z.strictObject({
  payer: payerSchema,
  state: z.enum(CLAIM_STATES),
  stateLabel: z.string(),
  families: z.int(),
  children: z.int(),
  days: z.int(),
  amount: centsSchema.describe('Below zero where corrections take back more than the month adds'),
  paid: centsSchema,
  payments: z.array(paymentReply.extend({ cancelled: z.string().optional() })),
})

/** What third parties owe and have paid. */
const claimsReply = z.strictObject({
  month: isoMonthSchema,
  regieId: regieIdSchema,
  claims: z.array(claimReply),
})

const pageReply = claimsReply.extend({
  /** By payer, file, child and month, a page of them. */
  lines: z.array(
    z.strictObject({
      payer: payerSchema,
      document: z.string().optional(),
      familyId: familyIdSchema,
      family: z.string(),
      childId: childIdSchema.optional(),
      child: z.string().optional(),
      month: isoMonthSchema.describe('Of the service: a correction is of an earlier one'),
      activity: z.string().optional(),
      days: z.string().describe('Of the month of the service, `1 2 4`'),
      count: z.int(),
      amount: centsSchema,
    }),
  ),
  /** Pass as `after` to read on; absent at the end. */
  next: z.string().optional(),
})

const reading = { ...ofRun, method: 'GET', errors: ['not-found', 'run-not-ready'] } as const

export const listClaimsRoute = defineRoute({
  ...reading,
  id: 'listClaims',
  path: '/billing-runs/{month}/{regieId}/claims',
  summary:
    'What third parties owe by the invoices of a month (CAF, CCAS), and have paid; its lines by pages',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(500).default(100),
    after: z
      .string()
      .max(120)
      .regex(/^[\w-]+~[\w-]+~\d{1,4}$/)
      .optional(),
  }),
  reply: pageReply,
})

export const exportClaimsRoute = defineRoute({
  ...reading,
  id: 'exportClaims',
  path: '/billing-runs/{month}/{regieId}/claims.csv',
  summary: 'What third parties owe by the invoices of a month, for a spreadsheet',
  reply: { mediaType: 'text/csv; charset=utf-8' },
})

export const noteClaimPaymentRoute = defineRoute({
  ...ofRun,
  id: 'noteClaimPayment',
  method: 'POST',
  path: '/billing-runs/{month}/{regieId}/claims/payments',
  summary: 'Note what a third party has paid of what it owes for a month',
  headers: onceHeaders,
  body: z.strictObject({
    payer: payerSchema,
    amount: centsSchema.positive().max(100_000_000),
    paidOn: isoDateSchema,
    reference: claimPaymentSchema.shape.reference,
  }),
  status: 201,
  reply: claimsReply,
  errors: [
    'not-found',
    'run-not-ready',
    'period-out-of-range',
    'payment-too-large',
    'request-too-large',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const cancelClaimPaymentRoute = defineRoute({
  ...ofRun,
  id: 'cancelClaimPayment',
  method: 'POST',
  path: '/billing-runs/{month}/{regieId}/claims/payments/{number}/cancel',
  summary: 'Cancel a payment of a third party that should not have been noted',
  parameters: ofRun.parameters.extend({ number: numberInTextSchema }),
  body: z.strictObject({ reason: reasonSchema }),
  reply: claimsReply,
  errors: ['not-found', 'run-not-ready', 'concurrent-change'],
})
