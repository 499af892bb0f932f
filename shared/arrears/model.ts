import * as z from 'zod'
import { invoiceNumberSchema } from '../billing/model.ts'
import { addressSchema } from '../families/model.ts'
import {
  centsSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  LARGEST_NUMBER,
  regieIdSchema,
} from '../platform/schemas.ts'

/** An invoice that is not settled. */
export const unpaidSchema = z.object({
  number: invoiceNumberSchema,
  month: isoMonthSchema,
  dueOn: isoDateSchema,
  /** In cents: what is left to pay of it. */
  due: centsSchema.positive(),
  /** In cents: how much of that was paid and awaits its validation. */
  awaited: centsSchema.min(0),
})
export type Unpaid = z.infer<typeof unpaidSchema>

/**
 * What a family owes to a régie: a copy of what its ledger says, in the family file, where booking
 * reads it. Those who decide about money read the ledger itself.
 */
export const debtSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  /** Raised by each write. */
  version: z.int().positive(),
  /** The family, as its last invoice names it. */
  name: z.string(),
  /** The sum of `invoices`, in cents. */
  due: centsSchema.positive(),
  /** When the first of them was due. */
  oldestDueOn: isoDateSchema,
  /** The first due first. */
  invoices: z.array(unpaidSchema).min(1),
})
export type Debt = z.infer<typeof debtSchema>

/** A part of a payment plan. */
export const instalmentSchema = z.object({
  /** The last day on which it can be paid. */
  on: isoDateSchema,
  /** In cents. */
  amount: centsSchema.positive(),
})

/** The number of a payment plan, in the order of the family's. */
export const planNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/**
 * A payment plan (échéancier): by when an accountant and a family have agreed that invoices are paid.
 * Whether it is kept is never stored: what is due and the day tell it.
 */
export const planSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  number: planNumberSchema,
  version: z.int().positive(),
  agreedOn: isoDateSchema,
  /** The account of who agreed. */
  agreedBy: z.string(),
  agreedAt: instantSchema,
  /** The invoices, with what was due of each on that day. */
  invoices: z
    .array(z.object({ number: invoiceNumberSchema, due: centsSchema.positive() }))
    .min(1)
    .max(60),
  /** In rising order of their days; their sum is what was due. */
  instalments: z.array(instalmentSchema).min(1).max(36),
  /** The key of the call that agreed it: the same call agrees nothing more. */
  idempotencyKey: z.string(),
  /** That it counts no more: the accountant ended it, or its invoices were handed over. */
  ended: z
    .object({
      kind: z.enum(['cancelled', 'handed-over']),
      at: instantSchema,
      by: z.string(),
      reason: z.string().optional(),
    })
    .optional(),
})
export type Plan = z.infer<typeof planSchema>

/** How a plan stands. */
export const PLAN_STATES = ['kept', 'broken', 'done', 'ended'] as const
export type PlanState = (typeof PLAN_STATES)[number]

/** An invoice of which a family was reminded. */
export const remindedSchema = z.object({
  regieId: regieIdSchema,
  number: invoiceNumberSchema,
  month: isoMonthSchema,
  dueOn: isoDateSchema,
  /** In cents: what was due of it. */
  due: centsSchema.positive(),
  /** Days since the due day. */
  days: z.int().positive(),
  /** The step of the régie that it had reached: the same step is not told twice. */
  step: z.int().positive(),
})
export type Reminded = z.infer<typeof remindedSchema>

/** That a family was reminded of what it owes: once a day at most, by one mail. */
export const reminderSchema = z.object({
  familyId: familyIdSchema,
  /** In the order of the family's: each is decided knowing all before it. */
  number: z.int().positive().max(LARGEST_NUMBER),
  remindedOn: isoDateSchema,
  /** The first due first. */
  invoices: z.array(remindedSchema).min(1),
})
export type Reminder = z.infer<typeof reminderSchema>

/** The number of a list of invoices for the Treasury, gapless for each régie. */
export const transferNumberSchema = z.int().positive().max(LARGEST_NUMBER)

/** The most families on a list: its files are sent as one answer each. What is left is on the next. */
export const MOST_DEBTORS = 2000

/**
 * A list by which invoices are handed over to the Treasury. It names the families when it is opened,
 * and is carried out in parts, however often it breaks off.
 */
export const transferSchema = z.object({
  regieId: regieIdSchema,
  number: transferNumberSchema,
  version: z.int().positive(),
  state: z.enum(['open', 'done']),
  openedOn: isoDateSchema,
  openedAt: instantSchema,
  /** The account of who handed over. */
  openedBy: z.string(),
  /** The rules by which it was drawn up: days from the due day, and cents of a debtor. */
  afterDays: z.int(),
  least: centsSchema,
  families: z.array(familyIdSchema).max(MOST_DEBTORS),
  /** How many of them are done. */
  done: z.int().min(0),
  /** What was handed over of these: families, invoices and cents. */
  debtors: z.int().min(0),
  invoices: z.int().min(0),
  amount: centsSchema.min(0),
})
export type Transfer = z.infer<typeof transferSchema>

/** An invoice as it was handed over. */
export const transferredSchema = z.object({
  number: invoiceNumberSchema,
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  dueOn: isoDateSchema,
  /** In cents, as it was issued and as it was due on the day of the list. */
  total: centsSchema,
  due: centsSchema.positive(),
  /** What `due` is of, by account of the lines, in cents; without the name for lines of no account. */
  accounts: z
    .array(z.object({ account: z.string().optional(), amount: centsSchema.positive() }))
    .min(1),
})
export type Transferred = z.infer<typeof transferredSchema>

/** A debtor of a list: one natural person, whom the Treasury pursues, with the invoices. */
export const debtorSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  transfer: transferNumberSchema,
  handedOverOn: isoDateSchema,
  person: z.object({
    title: z.enum(['M.', 'Mme']).optional(),
    firstName: z.string(),
    lastName: z.string(),
    address: addressSchema,
  }),
  invoices: z.array(transferredSchema).min(1),
})
export type Debtor = z.infer<typeof debtorSchema>

/** What a family owes, and what was agreed about it. */
export interface Owing {
  readonly debts: readonly Debt[]
  readonly plans: readonly Plan[]
}
