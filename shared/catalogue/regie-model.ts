import * as z from 'zod'
import {
  activityIdSchema,
  bookAccountSchema,
  centsSchema,
  regieIdSchema,
} from '../platform/schemas.ts'

const label = z.string().min(1).max(120)

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
export type MeansOfPayment = z.infer<typeof meansOfPaymentSchema>

/** Services that a means of payment may pay, such as a CESU the leisure centre of children under six. */
const scopeSchema = z.strictObject({
  activityIds: z.array(activityIdSchema).min(1).max(60),
  /** For children younger than that on the day of the service. */
  below: z.int().min(1).max(18).optional(),
  /** On days of school holidays only. */
  season: z.literal('school-holidays').optional(),
})
export type Scope = z.infer<typeof scopeSchema>

/**
 * A means of payment that the act of the régie allows. What an act does not name may not be cashed
 * (CGCT, R1617-6), so a régie that names none takes no payment.
 */
const payableSchema = z.strictObject({
  means: meansOfPaymentSchema,
  /** As invoices name it, `CESU (accueils de loisirs et garderie)`; by its usual name without. */
  label: label.optional(),
  /** In cents: the most of one payment, such as 300 € of cash. */
  most: centsSchema.positive().optional(),
  /** What it may pay; everything without. */
  scopes: z.array(scopeSchema).min(1).max(20).optional(),
})
export type Payable = z.infer<typeof payableSchema>

/** Whether a régie takes a means of payment. */
export const takes = (
  { payableBy }: { readonly payableBy: readonly Payable[] },
  means: MeansOfPayment,
): boolean => payableBy.some((each) => each.means === means)

/** How invoices are paid online: the web service of PayFiP for régies. */
const payfipSchema = z.strictObject({
  /** The number of the régie at PayFiP (numcli): it is no secret. */
  client: z.string().regex(/^\d{6}$/),
  /** `test` moves no money; `activation` proves each means once before the opening. */
  mode: z.enum(['test', 'activation', 'production']),
  /** Whether an invoice may be paid in part. */
  partial: z.boolean().default(false),
})
export type PayfipSettings = z.infer<typeof payfipSchema>

/** How families are debited (SEPA Core). */
const debitSchema = z.strictObject({
  /** Who collects, as mandates and banks name it. */
  creditor: z.strictObject({
    name: z.string().min(1).max(70),
    /** The SEPA creditor identifier (ICS). */
    ics: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$/),
    iban: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/),
    bic: z
      .string()
      .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/)
      .optional(),
  }),
  format: z.enum(['pain.008.001.02', 'pain.008.001.08']).default('pain.008.001.08'),
  /** The sequence of a mandate's first collection: banks take either. */
  first: z.enum(['FRST', 'RCUR']).default('RCUR'),
  /** The days of the month among which families choose theirs. */
  days: z.array(z.int().min(1).max(28)).min(1).max(6),
  /** By how many days the date and amount are announced before. */
  noticeDays: z.int().min(1).max(30).default(14),
  /** By how many days before the file for the bank is made by itself; the accountant has it made without. */
  exportDays: z.int().min(1).max(10).optional(),
})
export type DebitSettings = z.infer<typeof debitSchema>

/** What is done about invoices that nobody pays. */
const arrearsSchema = z.strictObject({
  /** After how many days from the due day a family is reminded, in rising order. */
  remindAfter: z.array(z.int().min(1).max(365)).max(6).default([]),
  /** In cents: from so much overdue on, a family can book nothing more; never without. */
  blockFrom: centsSchema.positive().optional(),
  /** When invoices may be handed over to the Trésor Public. */
  treasury: z
    .strictObject({
      /** Days from the due day. */
      afterDays: z.int().min(1).max(365).default(60),
      /** In cents: a debtor who owes less is not pursued (CGCT, D1611-1). */
      least: centsSchema.min(0).default(1500),
      /** What the file for Hélios (PES, flow ORMC) needs; only a list is exported without. */
      pes: z
        .strictObject({
          /** The post of the accountant (codique). */
          post: z.string().regex(/^\d{1,7}$/),
          /** The body in its books. */
          body: z.string().regex(/^\d{1,3}$/),
          budget: z.string().regex(/^[A-Z0-9]{1,10}$/),
          /** The local product and the account of the budget, by account of the lines. */
          products: z
            .array(
              z.strictObject({
                account: bookAccountSchema,
                product: z.string().regex(/^[A-Z0-9]{1,4}$/),
                nature: z.string().regex(/^\d{1,12}$/),
              }),
            )
            .max(60),
          /** The same for lines of other accounts, and of none; there may be no such line without. */
          otherwise: z
            .strictObject({
              product: z.string().regex(/^[A-Z0-9]{1,4}$/),
              nature: z.string().regex(/^\d{1,12}$/),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
})
export type ArrearsSettings = z.infer<typeof arrearsSchema>

/** The office that collects (régie de recettes), which issues the invoices. */
export const regieSchema = z
  .strictObject({
    id: regieIdSchema,
    name: label,
    contact: z.email(),
    phone: z
      .string()
      .regex(/^\+33\d{9}$/)
      .optional(),
    /** Days from the issue of an invoice to its due date. */
    daysToPay: z.int().min(0).max(120),
    /** In cents: what is owed below it waits for the next invoice (CGCT, D1611-1 names 15 €). */
    minimum: centsSchema.min(0).default(0),
    /** Whether invoices are issued at once, or after the accountant has checked the drafts. */
    issue: z.enum(['automatic', 'checked']).default('automatic'),
    /** By which day of the month last month must have been billed; somebody is alarmed else. */
    billedByDay: z.int().min(2).max(28).default(5),
    /** The means of payment that its act allows. */
    payableBy: z.array(payableSchema).max(12).default([]),
    payfip: payfipSchema.optional(),
    debit: debitSchema.optional(),
    arrears: arrearsSchema.prefault({}),
    /** Where exports book what no price list names an account for. */
    accounts: z
      .strictObject({
        /** What others pay of the bills of families (CCAS, CAF). */
        aids: bookAccountSchema.optional(),
        /** What is too little for an invoice, from the month that leaves it to the invoice that bills it. */
        carried: bookAccountSchema.optional(),
      })
      .optional(),
  })
  .refine((regie) => regie.payfip !== undefined || !takes(regie, 'online'), {
    path: ['payfip'],
  })
  .refine((regie) => regie.debit !== undefined || !takes(regie, 'direct-debit'), {
    path: ['debit'],
  })
  .refine(
    ({ payableBy }) => new Set(payableBy.map(({ means }) => means)).size === payableBy.length,
    {
      path: ['payableBy'],
    },
  )
export type Regie = z.infer<typeof regieSchema>
