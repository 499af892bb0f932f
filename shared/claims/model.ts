import * as z from 'zod'
import {
  centsSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  LARGEST_NUMBER,
  lineSchema,
  regieIdSchema,
} from '../platform/schemas.ts'

/** Who pays a part of the bills of families: the CAF, the CCAS, as the aids name it. */
export const payerSchema = lineSchema(200).meta({ examples: ['CCAS de Cesson-Sévigné'] })

export const claimPaymentNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/** Money that a third party has paid to the town for a month. */
export const claimPaymentSchema = z.object({
  /** In the order of those of its month. */
  number: claimPaymentNumberSchema,
  payer: z.string(),
  /** In cents. */
  amount: centsSchema.positive(),
  paidOn: isoDateSchema,
  /** What its transfer is known by. */
  reference: lineSchema(60).optional(),
  /** The account of who noted it. */
  notedBy: z.string(),
  notedAt: instantSchema,
  /** The key of the call that noted it: the same call notes nothing more. */
  idempotencyKey: z.string(),
  /** That it should not have been noted. */
  cancelled: z.object({ by: z.string(), at: instantSchema, reason: z.string() }).optional(),
})
export type ClaimPayment = z.infer<typeof claimPaymentSchema>

/** The most payments that are noted for a month of a régie, with those that were cancelled. */
export const MOST_PAYMENTS = 200

/** What third parties have paid of what a régie has billed in a month. */
export const claimPaymentsSchema = z.object({
  regieId: regieIdSchema,
  month: isoMonthSchema,
  /** Raised by each write. */
  version: z.int().positive(),
  payments: z.array(claimPaymentSchema).max(MOST_PAYMENTS),
})
export type ClaimPayments = z.infer<typeof claimPaymentsSchema>
