import * as z from 'zod'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import { addressSchema } from '../families/model.ts'
import {
  activityIdSchema,
  bookAccountSchema,
  centsSchema,
  childIdSchema,
  decimalSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  lineSchema,
  regieIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

const label = z.string().min(1).max(200)

/** Who granted something or changed it last, and when: it changes what a family owes. */
const noted = {
  /** The account. */
  notedBy: z.string().min(1),
  notedAt: instantSchema,
}

/** What a line is about. */
export const LINE_KINDS = [
  /** Days of a unit, or of units priced together. */
  'unit',
  'supplement',
  'fee',
  'pack',
  /** Days that the family had paid in advance. */
  'day-credit',
  /** What somebody else pays (CCAS, CAF): below zero. */
  'aid',
  'minimum',
  /** What was owed for earlier months and too little for an invoice. */
  'carried',
  /** What an invoice or a credit of the program before came to. */
  'taken-over',
] as const

/** One line of an invoice: so many of one thing at one price. */
export const invoiceLineSchema = z.object({
  kind: z.enum(LINE_KINDS),
  /** The month of the service. */
  month: isoMonthSchema,
  childId: childIdSchema.optional(),
  /** The first name of the child. */
  child: z.string().optional(),
  activityId: activityIdSchema.optional(),
  activity: z.string().optional(),
  unitIds: z.array(unitIdSchema).optional(),
  label,
  /** The days of the month, `1 2 4`. */
  days: z.string().regex(/^(\d{1,2}( \d{1,2})*)?$/),
  /** Below zero where it takes back what an earlier invoice billed. */
  quantity: z.int(),
  /** In cents, rounded once; below zero for an aid. */
  unitPrice: centsSchema,
  /** `quantity` times `unitPrice`, in cents. */
  amount: centsSchema,
  /** The account in the town's books. */
  account: z.string().optional(),
  /** The price list, as parents read it. */
  priceList: z.string(),
  /** Why this price, in French: rule, quotient and its date, category, computation [wish W4]. */
  why: z.string(),
  /** The number of the invoice that it corrects. */
  corrects: z.string().optional(),
})
export type InvoiceLine = z.infer<typeof invoiceLineSchema>

/** Régie, year and a gapless number: 15 characters at most, as PayFiP and the Treasury take it. */
export const invoiceNumberSchema = z.string().regex(/^[A-Z0-9]{2,4}\d{11,12}$/)

/** The number of a credit note: a series of its own, which begins with `AV-`. */
export const creditNoteNumberSchema = z.string().regex(/^AV-[A-Z0-9]{2,4}\d{11,12}$/)

const documentFields = {
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  regie: z.string(),
  /** The month that it bills. */
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  payer: z.object({ name: z.string(), address: addressSchema, emails: z.array(z.email()) }),
  lines: z.array(invoiceLineSchema).min(1),
  /** The sum of the lines, in cents. */
  total: centsSchema,
  /** The edition of the catalogue by which it was issued: it tells who issued it, for ever. */
  edition: z.string().optional(),
  /**
   * The number that the town's program before gave it: it was taken over when the town moved in, and
   * bills no month of the portal.
   */
  former: z.string().min(1).max(40).optional(),
}

/**
 * What the means may pay of an invoice that the act of its régie limits to some services, as it stood
 * when it was issued; a means that is not named may pay all of it [guide 10].
 */
export const limitsSchema = z.object({
  means: z.array(meansOfPaymentSchema),
  /** In cents, which of them may pay how much; each cent is in one part. */
  parts: z.array(
    z.object({ by: z.array(meansOfPaymentSchema).min(1), amount: centsSchema.positive() }),
  ),
})
export type Limits = z.infer<typeof limitsSchema>

const invoiceFields = { dueOn: isoDateSchema, limits: limitsSchema.optional(), ...documentFields }

/** An invoice (facture). Once issued it never changes. */
export const invoiceSchema = z.object({ number: invoiceNumberSchema, ...invoiceFields })
export type Invoice = z.infer<typeof invoiceSchema>

/** A credit note (avoir): what an earlier invoice billed too much. Its total is below zero. */
export const creditNoteSchema = z.object({ number: creditNoteNumberSchema, ...documentFields })
export type CreditNote = z.infer<typeof creditNoteSchema>

/**
 * What a family owes for a month, too little for an invoice. It is no document and has no number: its
 * total is a line of the next one.
 */
export const carriedSchema = z.object(documentFields)
export type Carried = z.infer<typeof carriedSchema>

/** What a run has left in a family's ledger. */
export type IssuedDocument =
  | { readonly kind: 'invoice'; readonly document: Invoice }
  | { readonly kind: 'credit-note'; readonly document: CreditNote }
  | { readonly kind: 'carried'; readonly document: Carried }

/** What waits for a family's next invoice of a régie: the total of the last `Carried`. */
export const carryOverSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  /** The month of the run that left it. */
  month: isoMonthSchema,
  /** In cents. */
  amount: centsSchema.positive(),
})
export type CarryOver = z.infer<typeof carryOverSchema>

/** That an invoiced month of a family may have changed since: the next run compares and corrects. */
export const reviewSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  month: isoMonthSchema,
  /** When it changed last; a run that has seen another time leaves it. */
  version: z.int().positive(),
})
export type Review = z.infer<typeof reviewSchema>

/** What somebody else pays of a family's bills (aide d'un tiers: CCAS, CAF), within limits. */
export const aidSchema = z.object({
  familyId: familyIdSchema,
  aidId: z.string().regex(/^[\w-]{1,40}$/),
  payer: lineSchema(200),
  from: isoDateSchema,
  until: isoDateSchema,
  /** All children without. */
  childId: childIdSchema.optional(),
  activityIds: z.array(activityIdSchema).min(1).max(60),
  /** Of each day: so many cents at most, or so many hundredths of its price. */
  perDay: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('amount'), amount: centsSchema.positive() }),
    z.strictObject({ kind: z.literal('percent'), percent: decimalSchema }),
  ]),
  /** In cents, and in days: no more than that from `from` to `until`. */
  mostAmount: centsSchema.positive().optional(),
  mostDays: z.int().positive().optional(),
  ...noted,
})
export type Aid = z.infer<typeof aidSchema>

/** Days that a family has paid in advance (carnet): used up by the days that are due, in their order. */
export const dayCreditSchema = z.object({
  familyId: familyIdSchema,
  creditId: z.string().regex(/^[\w-]{1,40}$/),
  name: lineSchema(200),
  /** Any child without. */
  childId: childIdSchema.optional(),
  activityId: activityIdSchema,
  unitIds: z.array(unitIdSchema).min(1),
  days: z.int().positive().max(400),
  /** In cents, billed with the month of `from`. */
  price: centsSchema.min(0),
  account: bookAccountSchema.optional(),
  from: isoDateSchema,
  until: isoDateSchema,
  ...noted,
})
export type DayCredit = z.infer<typeof dayCreditSchema>

/** What a run makes of a family, before it has a number. */
export const draftSchema = z.object({
  kind: z.enum(['invoice', 'credit-note', 'carried']),
  /** With the day on which it would be due as an invoice. */
  document: z.object(invoiceFields),
  /** The reviews that it takes into account and ends. */
  reviews: z.array(reviewSchema),
  /** What had been carried to it and ends. */
  carryOver: carryOverSchema.optional(),
  /** Of the month itself, by activity and unit, how many are billed. */
  units: z.array(
    z.object({ activityId: activityIdSchema, unitId: unitIdSchema, quantity: z.int() }),
  ),
  /** Meals billed at one euro or less, where the price list claims the State's aid. */
  oneEuroMeals: z.int().min(0),
})
export type Draft = z.infer<typeof draftSchema>

/** Something that kept a family from being billed, for the report of the run. */
export const anomalySchema = z.object({
  familyId: familyIdSchema,
  familyName: z.string(),
  detail: z.string(),
})

/**
 * The states of a run: its families are being divided into pages; they are; all drafts are computed;
 * the accountant has checked them, or the town lets them pass; all are issued; all families have been
 * mailed.
 */
export const RUN_STATES = [
  'opening',
  'prepared',
  'computed',
  'checked',
  'issued',
  'mailed',
] as const
export const runStateSchema = z.enum(RUN_STATES)
export type RunState = z.infer<typeof runStateSchema>

/** What is done to each page in turn. */
const stepSchema = z.enum(['compute', 'issue', 'mail'])
export type Step = z.infer<typeof stepSchema>

/** The billing of a month by a régie (campagne de facturation). */
export const billingRunSchema = z.object({
  month: isoMonthSchema,
  regieId: regieIdSchema,
  /** Raised when it is run anew: work of an earlier revision comes to nothing. */
  revision: z.int().positive(),
  state: runStateSchema,
  version: z.int().positive(),
  /** The due time of the schedule, or the time of the call, that opened it. */
  openedAt: instantSchema,
  /** The day on which its invoices are issued. */
  issuedOn: isoDateSchema,
  /** The account of who opened it; nobody when the schedule did. */
  openedBy: z.string().optional(),
  checkedBy: z.string().optional(),
  families: z.int().min(0),
  pages: z.int().min(0),
  excluded: z.array(familyIdSchema).max(2000),
  /** The job that moved it on: delivered again, it sends the work of the next step again. */
  movedBy: z.object({ step: stepSchema, page: z.int().min(0) }).optional(),
})
export type BillingRun = z.infer<typeof billingRunSchema>

/** What a run comes to for some families, or for all. */
export const tallySchema = z.object({
  invoices: z.int().min(0),
  creditNotes: z.int().min(0),
  /** Families whose amount waits for the next invoice. */
  carried: z.int().min(0),
  /** In cents: the sum of invoices and credit notes. */
  total: centsSchema,
  /** Meals billed at one euro or less, where a price list claims the State's aid. */
  oneEuroMeals: z.int().min(0),
  /** By activity and unit, how many were billed for the month itself. */
  units: z.array(
    z.object({ activityId: activityIdSchema, unitId: unitIdSchema, quantity: z.int() }),
  ),
})
export type Tally = z.infer<typeof tallySchema>

/** Some of the families of a run, and what became of them. */
export const billingPageSchema = z.object({
  month: isoMonthSchema,
  regieId: regieIdSchema,
  revision: z.int().positive(),
  page: z.int().min(0),
  state: z.enum(['prepared', 'computed', 'issued', 'mailed']),
  version: z.int().positive(),
  familyIds: z.array(familyIdSchema).min(1).max(50),
  /** Those of them that have a draft. */
  billed: z.array(familyIdSchema),
  tally: tallySchema,
  anomalies: z.array(anomalySchema),
  /** Once it has numbers: where those of its invoices and of its credit notes begin, in which series. */
  numbers: z
    .object({ issuedOn: isoDateSchema, invoice: z.int().min(0), creditNote: z.int().min(0) })
    .optional(),
})
export type BillingPage = z.infer<typeof billingPageSchema>

/** What a page has come to, frozen before its documents have numbers. */
export const pageDraftsSchema = z.object({
  drafts: z.array(draftSchema),
  anomalies: z.array(anomalySchema),
  /** Reviews of families that have nothing to be billed for them. */
  settled: z.array(reviewSchema),
})
export type PageDrafts = z.infer<typeof pageDraftsSchema>

/** Which month a régie bills: one at a time, since a run corrects the months before. */
export const regieTurnSchema = z.object({
  regieId: regieIdSchema,
  /** The newest month that it has begun to bill. */
  month: isoMonthSchema,
  /** The month that it bills now, or has billed last: an older one when it had been forgotten. */
  open: isoMonthSchema,
  /** Those that were due while another was open, the oldest first: the daily check opens them. */
  waiting: z.array(isoMonthSchema).default([]),
  version: z.int().positive(),
})
export type RegieTurn = z.infer<typeof regieTurnSchema>

/** The work of one message: a step of a page. */
export const billingJobSchema = z.object({
  step: stepSchema,
  month: isoMonthSchema,
  regieId: regieIdSchema,
  revision: z.int().positive(),
  page: z.int().min(0),
})
export type BillingJob = z.infer<typeof billingJobSchema>
