import * as z from 'zod'
import { invoiceNumberSchema } from '../billing/model.ts'
import { reasonSchema } from '../families/model.ts'
import { clientSchema, idOpSchema, resultSchema } from '../payfip/model.ts'
import {
  centsSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  regieIdSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** An attempt to pay online, by the hash of the call that began it. */
export const paymentIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ examples: ['0123456789abcdef0123456789abcdef'] })

/**
 * What an attempt to pay may be.
 *
 * - `opening`: kept before PayFiP is asked to open it. `failed`: PayFiP did not; nobody could pay.
 * - `open`: somebody may be paying. `paid`, `refused`: by the bank. `abandoned`: given up.
 * - `expired`: nothing has come of it in time.
 * - `review`: PayFiP told something that a person must look at; its invoices stay as they are.
 */
export const ATTEMPT_STATES = [
  'opening',
  'failed',
  'open',
  'paid',
  'refused',
  'abandoned',
  'expired',
  'review',
] as const

/**
 * Why a person must look at an attempt.
 *
 * - `unknown-result`: a code that nobody has told of; money may have moved.
 * - `other-payment`: the answer is about another reference, amount, régie or mode.
 * - `test`: it was a test, and tests pay nothing here.
 * - `unanswered`: PayFiP has told nothing of it for days.
 */
export const REVIEW_REASONS = ['unknown-result', 'other-payment', 'test', 'unanswered'] as const
export type ReviewReason = (typeof REVIEW_REASONS)[number]

/** A part of an invoice that is to be paid. */
export const partSchema = z.strictObject({
  invoice: invoiceNumberSchema,
  /** In cents. */
  amount: centsSchema.positive(),
})
export type Part = z.infer<typeof partSchema>

export const attemptSchema = z.object({
  familyId: familyIdSchema,
  paymentId: paymentIdSchema,
  regieId: regieIdSchema,
  version: versionSchema.min(1),
  state: z.enum(ATTEMPT_STATES),
  /** Whether its invoices are held: nothing else may be begun for them. */
  holds: z.boolean(),
  /** In cents. */
  amount: centsSchema.positive(),
  /** What of it is for which invoice, the first due first. */
  parts: z.array(partSchema).min(1).max(20),
  /** The hash of what was asked: the same key may ask nothing else. */
  asked: z.string(),
  /** What PayFiP was told: the number of the régie, the reference, the year of the debt. */
  client: clientSchema,
  reference: z.string(),
  year: z.string(),
  mode: z.enum(['test', 'activation', 'production']),
  /** Who pays, and where PayFiP and the portal write to them. */
  guardianId: guardianIdSchema,
  payer: z.object({ name: z.string(), email: z.string() }),
  /** The account of who pays. */
  account: z.string(),
  createdAt: instantSchema,
  /** When PayFiP opened it, and as what. */
  openedAt: instantSchema.optional(),
  idOp: idOpSchema.optional(),
  /** From when on PayFiP may be asked again; what is over for good is asked no more. */
  askAfter: instantSchema.optional(),
  /** What PayFiP told at last. */
  result: resultSchema.optional(),
  review: z.enum(REVIEW_REASONS).optional(),
  endedAt: instantSchema.optional(),
  /** What stands in the ledger: the number of the payment and of its receipt. */
  paid: z.object({ number: z.int().positive(), receipt: z.string().optional() }).optional(),
  /** What an accountant made of it. */
  resolution: z
    .object({
      outcome: z.enum(['validated', 'dismissed']),
      reason: reasonSchema,
      by: z.string(),
      at: instantSchema,
    })
    .optional(),
})
export type Attempt = z.infer<typeof attemptSchema>

/** An attempt that PayFiP has opened. */
export type OpenedAttempt = Attempt & { readonly idOp: string; readonly openedAt: string }

/**
 * That an invoice is being paid: there is one attempt at a time, since two would be two payments. It is
 * part of the ledger as long as the attempt is under way or under review.
 */
export const payingSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  invoice: invoiceNumberSchema,
  /** In cents: what of it is being paid. */
  amount: centsSchema.positive(),
  paymentId: paymentIdSchema,
  since: instantSchema,
})
export type Paying = z.infer<typeof payingSchema>
