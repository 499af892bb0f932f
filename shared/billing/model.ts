import * as z from 'zod'
import { addressSchema } from '../families/model.ts'
import {
  activityIdSchema,
  centsSchema,
  childIdSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  regieIdSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

/** What a child had of one unit in a month, at one price. */
export const invoiceLineSchema = z.object({
  childId: childIdSchema,
  child: z.string(),
  activityId: activityIdSchema,
  activity: z.string(),
  unitId: unitIdSchema,
  unit: z.string(),
  quantity: z.int().positive(),
  /** In cents. */
  unitPrice: centsSchema,
  /** `quantity` times `unitPrice`, in cents. */
  amount: centsSchema,
  priceList: z.string(),
})
export type InvoiceLine = z.infer<typeof invoiceLineSchema>

/** An invoice (facture). Once issued it never changes. */
export const invoiceSchema = z.object({
  familyId: familyIdSchema,
  /** Régie, year and a gapless number: 15 characters at most, as PayFiP and the Treasury take it. */
  number: z.string().regex(/^[A-Z0-9]{2,4}\d{12}$/),
  regieId: regieIdSchema,
  regie: z.string(),
  /** The month that it bills. */
  month: isoMonthSchema,
  issuedOn: isoDateSchema,
  dueOn: isoDateSchema,
  payer: z.object({
    name: z.string(),
    address: addressSchema,
    emails: z.array(z.email()),
  }),
  lines: z.array(invoiceLineSchema).min(1),
  /** The sum of the lines, in cents. */
  total: centsSchema,
})
export type Invoice = z.infer<typeof invoiceSchema>

/** Something that kept a family from being billed, for the report of the run. */
export const anomalySchema = z.object({
  familyId: familyIdSchema,
  familyName: z.string(),
  detail: z.string(),
})
export type Anomaly = z.infer<typeof anomalySchema>

/** The billing of a month (campagne de facturation), divided into slices of families. */
export const billingRunSchema = z.object({
  month: isoMonthSchema,
  /** The due time that opened it last. */
  openedAt: instantSchema,
  families: z.int().min(0),
  slices: z.int().min(0),
})
export type BillingRun = z.infer<typeof billingRunSchema>

/** What became of a slice. */
export const sliceReportSchema = z.object({
  month: isoMonthSchema,
  slice: z.int().min(0),
  invoices: z.int().min(0),
  total: centsSchema,
  anomalies: z.array(anomalySchema),
})
export type SliceReport = z.infer<typeof sliceReportSchema>

/** The work of one message: bill these families for this month. */
export const billingJobSchema = z.strictObject({
  month: isoMonthSchema,
  slice: z.int().min(0),
  /** The day on which the invoices are issued: the business date of the schedule. */
  issuedOn: isoDateSchema,
  familyIds: z.array(familyIdSchema).min(1).max(99),
})
export type BillingJob = z.infer<typeof billingJobSchema>
