import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { reasonSchema } from '../families/model.ts'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  centsSchema,
  familyIdSchema,
  isoDateSchema,
  isoMonthSchema,
  numberInTextSchema,
  regieIdSchema,
} from '../platform/schemas.ts'
import {
  depositedMeansSchema,
  depositedSchema,
  depositNumberSchema,
  MOST_DEPOSITED,
} from './deposit-model.ts'
import { paymentNumberSchema, refundSchema } from './model.ts'
import { onceHeaders } from './routes.ts'

const desk = { function: 'cash-desk' } as const

export const refundReply = z.strictObject({
  number: paymentNumberSchema,
  regieId: regieIdSchema,
  amount: centsSchema,
  refundedOn: isoDateSchema,
  means: meansOfPaymentSchema,
  meansLabel: z.string(),
  of: z.array(z.strictObject(refundSchema.shape.of.element.shape)),
  reason: z.string(),
})

export const refundCreditRoute = defineRoute({
  ...desk,
  id: 'refundCredit',
  method: 'POST',
  path: '/families/{familyId}/refunds',
  access: ['accountant'],
  summary: 'Give back what a family paid and is of no invoice',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: onceHeaders,
  body: z.strictObject({
    regieId: regieIdSchema,
    amount: centsSchema.positive().max(100_000_000),
    means: refundSchema.shape.means,
    reason: reasonSchema,
  }),
  status: 201,
  reply: refundReply,
  errors: ['not-found', 'payment-too-large', 'idempotency-key-reused', 'concurrent-change'],
})

const regie = z.strictObject({ regieId: regieIdSchema })

/** Who keeps the books; an administrator reads them. */
const READERS = ['accountant', 'administrator'] as const

const depositedReply = z.strictObject(depositedSchema.shape)

export const listUndepositedRoute = defineRoute({
  ...desk,
  id: 'listUndeposited',
  method: 'GET',
  path: '/regies/{regieId}/undeposited-payments',
  access: READERS,
  summary: 'Validated payments of a means that are in no deposit yet, the oldest first',
  parameters: regie,
  query: z.strictObject({
    means: depositedMeansSchema,
    /** The two months before this one without. */
    since: isoMonthSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({ payments: z.array(depositedReply), total: centsSchema }),
  errors: ['period-out-of-range'],
})

const headReply = {
  regieId: regieIdSchema,
  number: depositNumberSchema,
  means: depositedMeansSchema,
  meansLabel: z.string(),
  depositedOn: isoDateSchema,
  count: z.int(),
  total: centsSchema,
}

export const depositReply = z.strictObject({ ...headReply, payments: z.array(depositedReply) })

export const makeDepositRoute = defineRoute({
  ...desk,
  id: 'makeDeposit',
  method: 'POST',
  path: '/regies/{regieId}/deposits',
  access: ['accountant'],
  summary:
    'Hand in payments of one means together; none of them can be cancelled as a mistake then',
  parameters: regie,
  headers: onceHeaders,
  body: z.strictObject({
    means: depositedMeansSchema,
    payments: z
      .array(
        z.strictObject({
          familyId: familyIdSchema,
          number: paymentNumberSchema,
          paidOn: isoDateSchema,
        }),
      )
      .min(1)
      .max(MOST_DEPOSITED)
      .describe('As the list of undeposited payments names them'),
  }),
  status: 201,
  reply: depositReply,
  errors: ['not-found', 'payment-locked', 'idempotency-key-reused', 'concurrent-change'],
})

export const listDepositsRoute = defineRoute({
  ...desk,
  id: 'listDeposits',
  method: 'GET',
  path: '/regies/{regieId}/deposits',
  access: READERS,
  summary: 'The deposits of a régie, the newest first',
  parameters: regie,
  query: z.strictObject({ before: numberInTextSchema.optional() }),
  status: 200,
  reply: z.strictObject({
    deposits: z.array(z.strictObject(headReply)),
    /** Pass as `before` to read on; absent at the end. */
    next: z.int().optional(),
  }),
  errors: [],
})

const oneDeposit = {
  method: 'GET',
  access: READERS,
  parameters: z.strictObject({ regieId: regieIdSchema, number: numberInTextSchema }),
  status: 200,
  errors: ['not-found'],
} as const

export const readDepositRoute = defineRoute({
  ...desk,
  ...oneDeposit,
  id: 'readDeposit',
  path: '/regies/{regieId}/deposits/{number}',
  summary: 'A deposit with its payments',
  reply: depositReply,
})

export const exportDepositRoute = defineRoute({
  ...desk,
  ...oneDeposit,
  id: 'exportDeposit',
  path: '/regies/{regieId}/deposits/{number}/csv',
  summary: 'A deposit for a spreadsheet',
  reply: { mediaType: 'text/csv; charset=utf-8' },
})

export const printDepositRoute = defineRoute({
  ...letterRoute,
  ...oneDeposit,
  id: 'printDeposit',
  path: '/regies/{regieId}/deposits/{number}/document',
  summary: 'A deposit on paper, to go with what is handed in',
})
