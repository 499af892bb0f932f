import * as z from 'zod'
import {
  invoiceNumberSchema,
  type Carried,
  type CreditNote,
  type Invoice,
} from '../billing/model.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  LARGEST_NUMBER,
  regieIdSchema,
} from '../platform/schemas.ts'

/** By what families pay [guide 10]. */
export const MEANS_OF_PAYMENT = [
  'cheque',
  'cash',
  'card',
  'transfer',
  'online',
  /** Chèque-vacances. */
  'holiday-voucher',
  /** Chèque emploi service universel. */
  'cesu',
  /** A voucher of the family allowances (bon CAF). */
  'caf-voucher',
  'direct-debit',
] as const
export const meansOfPaymentSchema = z.enum(MEANS_OF_PAYMENT)

/** What a payment may be [guide 31]; only one that is validated pays anything. */
export const PAYMENT_STATES = ['awaiting', 'validated', 'cancelled'] as const
export const paymentStateSchema = z.enum(PAYMENT_STATES)

/** The place of a payment in the town's series. */
export const paymentNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/**
 * Money that a family gave to a régie. What it pays of which invoice is never stored: `settle` tells
 * it from the documents and payments that there are.
 */
export const paymentSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  number: paymentNumberSchema,
  /** Raised by each write. */
  version: z.int().positive(),
  state: paymentStateSchema,
  /** In cents. */
  amount: centsSchema.positive(),
  paidOn: isoDateSchema,
  means: meansOfPaymentSchema,
  /** The invoices that it is meant for; those that are due first without. */
  invoices: z.array(invoiceNumberSchema).max(60),
  /** What the means itself is known by: the number of a cheque, of a transfer. */
  reference: z.string().max(60).optional(),
  /** The account of who noted it. */
  recordedBy: z.string(),
  recordedAt: instantSchema,
  /** The key of the call that noted it: the same call notes nothing more. */
  idempotencyKey: z.string(),
  cancellation: z.object({ by: z.string(), at: instantSchema, reason: z.string() }).optional(),
})
export type Payment = z.infer<typeof paymentSchema>

/** A family's documents and payments, the oldest first. */
export interface Ledger {
  readonly invoices: readonly Invoice[]
  readonly creditNotes: readonly CreditNote[]
  readonly payments: readonly Payment[]
}

/** A ledger with what was too little for an invoice and is a line of a later one. */
export interface WholeLedger extends Ledger {
  readonly carried: readonly Carried[]
}
