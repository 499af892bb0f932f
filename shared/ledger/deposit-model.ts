import * as z from 'zod'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  LARGEST_NUMBER,
  regieIdSchema,
} from '../platform/schemas.ts'
import { paymentNumberSchema, receiptNumberSchema } from './model.ts'

/** What is carried to the bank or to a reimbursement centre; other means credit the account themselves. */
export const DEPOSITED_MEANS = ['cheque', 'cash', 'holiday-voucher', 'cesu', 'caf-voucher'] as const
export const depositedMeansSchema = z.enum(DEPOSITED_MEANS)

/** One transaction writes them all, beside the deposit and the till. */
export const MOST_DEPOSITED = 90

export const depositNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/** A payment as a deposit lists it. */
export const depositedSchema = z.object({
  familyId: familyIdSchema,
  number: paymentNumberSchema,
  paidOn: isoDateSchema,
  receipt: receiptNumberSchema.optional(),
  /** How many vouchers or cheques it is of. */
  titles: z.int().positive(),
  amount: centsSchema.positive(),
})
export type Deposited = z.infer<typeof depositedSchema>

/** Payments of one means that were handed in together (bordereau de remise). It never changes. */
export const depositSchema = z.object({
  regieId: regieIdSchema,
  /** From the gapless series of the régie. */
  number: depositNumberSchema,
  means: depositedMeansSchema,
  depositedOn: isoDateSchema,
  payments: z.array(depositedSchema).min(1).max(MOST_DEPOSITED),
  /** In cents. */
  total: centsSchema.positive(),
  /** The account of who made it. */
  madeBy: z.string(),
  madeAt: instantSchema,
  idempotencyKey: z.string(),
})
export type Deposit = z.infer<typeof depositSchema>

/** Which deposit a key has made: the same key makes no other. */
export const depositKeySchema = z.object({
  regieId: regieIdSchema,
  /** A hash of the key. */
  name: z.string().length(64),
  number: depositNumberSchema,
})
export type DepositKey = z.infer<typeof depositKeySchema>
