import * as z from 'zod'
import {
  invoiceNumberSchema,
  type Carried,
  type CreditNote,
  type Invoice,
} from '../billing/model.ts'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import type { Paying } from '../payments/model.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  LARGEST_NUMBER,
  lineSchema,
  regieIdSchema,
} from '../platform/schemas.ts'

/** What a payment may be [guide 31]; only one that is validated pays anything. */
export const PAYMENT_STATES = ['awaiting', 'validated', 'cancelled'] as const
export const paymentStateSchema = z.enum(PAYMENT_STATES)

/** The place of a payment in the town's series. */
export const paymentNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/** The number of a receipt: régie, year and a gapless number, `ENF-2026-000042`. */
export const receiptNumberSchema = z.string().regex(/^[A-Z0-9]{2,4}-\d{4}-\d{6,9}$/)

/** What a voucher or cheque says of itself: a voucher has a face value, of which no change is given. */
export const instrumentSchema = z.object({
  number: lineSchema(60),
  /** Who made it: Edenred, ANCV, CAF… */
  issuer: lineSchema(60).optional(),
  /** In cents. */
  value: centsSchema.positive(),
  /** The year for which it is good. */
  vintage: z.int().min(2000).max(2199).optional(),
})
export type Instrument = z.infer<typeof instrumentSchema>

/** That a voucher was taken, by which payment. */
export const voucherSchema = z.object({
  /** A hash of its means, issuer and number. */
  name: z.string().length(64),
  number: paymentNumberSchema,
})
export type Voucher = z.infer<typeof voucherSchema>

/** Why a payment was cancelled: it should not have been noted, it bounced, the bank sent it back. */
export const CANCELLATION_KINDS = ['mistake', 'bounced', 'rejected'] as const

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
  /** The day on which it counts: of a debit the day of its collection. */
  paidOn: isoDateSchema,
  means: meansOfPaymentSchema,
  /** The invoices that it is meant for; those that are due first without. */
  invoices: z.array(invoiceNumberSchema).max(60),
  /** What the means itself is known by: the number of a cheque, of a transfer. */
  reference: z.string().max(60).optional(),
  /** The vouchers that it is made of. */
  instruments: z.array(instrumentSchema).max(60).optional(),
  /** Who paid, if it was not the family. */
  payer: lineSchema(120).optional(),
  /**
   * The number of its receipt (quittance), from the gapless series of the régie and year; without as
   * long as it awaits its validation.
   */
  receipt: receiptNumberSchema.optional(),
  /** The number of the deposit (bordereau de remise) that it is part of: it is locked. */
  deposit: z.int().positive().max(LARGEST_NUMBER).optional(),
  /** Of an online payment: what PayFiP said of it. */
  online: z
    .object({
      idOp: z.string(),
      /** The code of the result, as it came. */
      result: z.string(),
      /** The number of the authorisation (numauto). */
      authorisation: z.string().optional(),
      /** When it was paid. */
      at: instantSchema,
    })
    .optional(),
  /** Of a debit: its mandate, and what banks know it by. */
  debit: z.object({ mandate: z.string(), endToEndId: z.string() }).optional(),
  /** The account of who noted it. */
  recordedBy: z.string(),
  recordedAt: instantSchema,
  /** The key of the call that noted it: the same call notes nothing more. */
  idempotencyKey: z.string(),
  cancellation: z
    .object({
      kind: z.enum(CANCELLATION_KINDS).default('mistake'),
      by: z.string(),
      at: instantSchema,
      reason: z.string(),
    })
    .optional(),
})
export type Payment = z.infer<typeof paymentSchema>

/** That a payment was cancelled, in the journal of the day on which it was. */
export const reversalSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  /** The number of the payment. */
  number: paymentNumberSchema,
  reversedOn: isoDateSchema,
  /** In cents, as the payment had it, above zero. */
  amount: centsSchema.positive(),
  means: meansOfPaymentSchema,
  kind: z.enum(CANCELLATION_KINDS),
  by: z.string(),
  at: instantSchema,
})
export type Reversal = z.infer<typeof reversalSchema>

/** Money that a régie gave back to a family: a credit that it will not use. */
export const refundSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  /** From the town's series of refunds. */
  number: paymentNumberSchema,
  /** In cents. */
  amount: centsSchema.positive(),
  refundedOn: isoDateSchema,
  means: z.enum(['transfer', 'cheque', 'cash']),
  /** Of which payments and credit notes it gives back how much, in cents. */
  of: z
    .array(
      z.object({
        from: z.enum(['payment', 'credit-note']),
        number: z.string(),
        amount: centsSchema.positive(),
      }),
    )
    .min(1),
  reason: z.string(),
  recordedBy: z.string(),
  recordedAt: instantSchema,
  idempotencyKey: z.string(),
})
export type Refund = z.infer<typeof refundSchema>

/** That an invoice was handed over to the Trésor Public, which collects it from that day on [guide 30]. */
export const handOverSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  invoice: invoiceNumberSchema,
  handedOverOn: isoDateSchema,
  /** The number of the list that it is on. */
  transfer: z.int().positive().max(LARGEST_NUMBER),
  /** In cents: what was due of it on that day. */
  amount: centsSchema.positive(),
})
export type HandOver = z.infer<typeof handOverSchema>

/** What moves money in the accounts of a régie: it comes, it did not come after all, it is given back. */
export const MOVEMENTS = ['payment', 'reversal', 'refund'] as const
export const movementSchema = z.enum(MOVEMENTS)
export type Movement = z.infer<typeof movementSchema>

/** What some movements of one kind and means come to. */
export const movementSumSchema = z.object({
  kind: movementSchema,
  means: meansOfPaymentSchema,
  count: z.int().positive(),
  /** In cents, above zero for each kind. */
  amount: centsSchema.positive(),
})
export type MovementSum = z.infer<typeof movementSumSchema>

/**
 * The till of a régie: where its series of receipts and deposits stand, what its open months come to,
 * and through which month its accounts are closed. Whatever moves money moves it, so that nothing can
 * slip into a month that is being closed, and sums are exact without a search.
 */
export const tillSchema = z.object({
  regieId: regieIdSchema,
  version: z.int().positive(),
  /** The year of the series of receipts. */
  year: z.string().regex(/^\d{4}$/),
  receipts: z.int().min(0),
  deposits: z.int().min(0),
  /** By month that is not closed, in no order. */
  sums: z.array(movementSumSchema.extend({ month: isoMonthSchema })).default([]),
  /** The last month that is closed: nothing can be dated in it or before. */
  closedThrough: isoMonthSchema.optional(),
})
export type Till = z.infer<typeof tillSchema>

/** One movement of money in the accounts of a régie. */
export interface Entry extends Pick<Payment, 'familyId' | 'number' | 'means'> {
  readonly kind: Movement
  readonly date: z.infer<typeof isoDateSchema>
  /** When it was noted. */
  readonly at: string
  /** In cents: below zero for what did not come after all or was given back. */
  readonly amount: number
  readonly receipt?: string
  /** Of a reversal. */
  readonly why?: Reversal['kind']
}

/** A family's documents and payments, the oldest first. */
export interface Ledger {
  readonly invoices: readonly Invoice[]
  readonly creditNotes: readonly CreditNote[]
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly handOvers: readonly HandOver[]
  /** The invoices that somebody is paying online. */
  readonly paying?: readonly Paying[]
}

/** A ledger with what was too little for an invoice and is a line of a later one. */
export interface WholeLedger extends Ledger {
  readonly carried: readonly Carried[]
}
