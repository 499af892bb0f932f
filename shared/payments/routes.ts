import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { invoiceNumberSchema } from '../billing/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { ATTEMPT_STATES, partSchema, paymentIdSchema, REVIEW_REASONS } from './model.ts'

export const onlinePaymentReply = z.strictObject({
  paymentId: paymentIdSchema,
  regieId: regieIdSchema,
  amount: centsSchema,
  /** What of it is for which invoice, the first due first. */
  parts: z.array(partSchema),
  state: z.enum(ATTEMPT_STATES),
  stateLabel: z.string(),
  createdAt: instantSchema,
  /** While it can be paid: the page of PayFiP, and until when it opens. */
  pay: z.strictObject({ url: z.string(), until: instantSchema }).optional(),
  /** Once it is paid: what stands in the ledger. */
  paid: z.strictObject({ number: z.int(), receipt: z.string().optional() }).optional(),
})

const parameters = z.strictObject({ paymentId: paymentIdSchema })

const common = { function: 'payments', status: 200 } as const

export const startPaymentRoute = defineRoute({
  ...common,
  id: 'startPayment',
  method: 'POST',
  path: '/online-payments',
  access: ['guardian'],
  summary: 'Begin to pay invoices of one régie online; the reply says where to pay',
  headers: idempotencyHeaders,
  body: z.strictObject({
    invoices: z.array(invoiceNumberSchema).min(1).max(20),
    amount: centsSchema
      .positive()
      .optional()
      .describe('In cents, where the régie takes a part; all that is due without'),
  }),
  status: 201,
  reply: onlinePaymentReply,
  errors: [
    'not-found',
    'unknown-invoice',
    'means-not-allowed',
    'payment-open',
    'payment-too-large',
    'online-refused',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const listPaymentsRoute = defineRoute({
  ...common,
  id: 'listPayments',
  method: 'GET',
  path: '/online-payments',
  access: ['guardian'],
  summary: 'The latest attempts of my family to pay online, newest first',
  reply: z.strictObject({ payments: z.array(onlinePaymentReply) }),
  errors: ['not-found'],
})

export const readPaymentRoute = defineRoute({
  ...common,
  id: 'readPayment',
  method: 'GET',
  path: '/online-payments/{paymentId}',
  access: ['guardian'],
  summary: 'What has become of an attempt to pay online; PayFiP is asked if need be',
  parameters,
  reply: onlinePaymentReply,
  errors: ['not-found', 'concurrent-change'],
})

export const notifyPaymentRoute = defineRoute({
  ...common,
  id: 'notifyPayment',
  method: 'POST',
  path: '/payfip/notifications',
  access: 'public',
  summary: 'For PayFiP: something happened to an operation. It is only a hint and tells nothing',
  query: z.object({}).catchall(z.string()),
  form: z.object({}).catchall(z.string()),
  reply: { mediaType: 'text/plain' },
  errors: [],
})

const back = {
  function: 'payments',
  path: '/payfip/return/{paymentId}',
  access: 'public',
  parameters,
  status: 303,
  reply: { redirect: true },
  errors: [],
} as const

export const returnFromPaymentRoute = defineRoute({
  ...back,
  id: 'returnFromPayment',
  method: 'GET',
  summary: 'For browsers that PayFiP sends back: on to the page of the portal',
})

export const returnByFormRoute = defineRoute({
  ...back,
  id: 'returnByForm',
  method: 'POST',
  summary: 'The same for browsers that PayFiP sends back by a form',
})

const reviewReply = onlinePaymentReply.extend({
  familyId: familyIdSchema,
  payer: z.string(),
  reason: z.enum(REVIEW_REASONS),
  reasonLabel: z.string(),
  /** What PayFiP was told, and what it told. */
  asked: z.strictObject({
    idOp: z.string().optional(),
    reference: z.string(),
    client: z.string(),
    mode: z.string(),
  }),
  told: z
    .strictObject({
      code: z.string(),
      reference: z.string().optional(),
      client: z.string().optional(),
      amount: z.string().optional(),
      mode: z.string().optional(),
      authorisation: z.string().optional(),
      at: instantSchema.optional(),
    })
    .optional(),
})

export const listReviewsRoute = defineRoute({
  ...common,
  id: 'listPaymentReviews',
  method: 'GET',
  path: '/payment-reviews',
  access: ['accountant', 'administrator'],
  summary: 'The online payments that somebody must look at, the oldest of each régie first',
  reply: z.strictObject({ payments: z.array(reviewReply) }),
  errors: [],
})

export const resolvePaymentRoute = defineRoute({
  ...common,
  id: 'resolvePayment',
  method: 'POST',
  path: '/families/{familyId}/online-payments/{paymentId}/resolution',
  access: ['accountant'],
  summary: 'Say what became of an online payment under review: the money came, or it did not',
  parameters: z.strictObject({ familyId: familyIdSchema, paymentId: paymentIdSchema }),
  body: z.discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('validated'),
      reason: reasonSchema,
      /** What came, and when; what was asked, on the day that PayFiP told, without. */
      amount: centsSchema.positive().max(100_000_000).optional(),
      paidOn: isoDateSchema.optional(),
    }),
    z.strictObject({ outcome: z.literal('dismissed'), reason: reasonSchema }),
  ]),
  reply: onlinePaymentReply.extend({ familyId: familyIdSchema }),
  errors: [
    'not-found',
    'already-decided',
    'means-not-allowed',
    'period-out-of-range',
    'concurrent-change',
  ],
})

export const checkRegieRoute = defineRoute({
  ...common,
  id: 'checkPayfip',
  method: 'GET',
  path: '/regies/{regieId}/payfip',
  access: ['accountant', 'administrator'],
  summary: 'Ask PayFiP whether it knows a régie of the town, and by which name',
  parameters: z.strictObject({ regieId: regieIdSchema }),
  reply: z.strictObject({
    regieId: regieIdSchema,
    client: z.string(),
    mode: z.enum(['test', 'activation', 'production']),
    label: z.string().optional(),
  }),
  errors: ['not-found', 'means-not-allowed', 'online-refused'],
})
