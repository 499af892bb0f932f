import * as z from 'zod'
import { instalmentSchema, planNumberSchema, reminderSchema } from '../arrears/model.ts'
import { meansOfPaymentSchema } from '../catalogue/regie-model.ts'
import { fieldOutcomeSchema } from '../changes/model.ts'
import { enquiryContents } from '../enquiries/notice-model.ts'
import {
  activityIdSchema,
  centsSchema,
  familyIdSchema,
  groupIdSchema,
  instantSchema,
  isoDateSchema,
  regieIdSchema,
  requestNumberSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { authorisationChangeSchema } from '../authorisations/model.ts'
import { requestSchema } from '../reservations/model.ts'

/** Days of a child in an activity, as a notice speaks of them. */
const daysOfChild = {
  /** The first name of the child. */
  child: z.string(),
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  days: z.array(z.object({ date: isoDateSchema, unitIds: z.array(unitIdSchema) })).min(1),
}

/** What of a payment is for which invoice, in cents. */
const paymentPartsSchema = z.array(z.object({ invoice: z.string(), amount: centsSchema }))

/** Who debits, as its mandates name it. */
const creditorSchema = z.object({ name: z.string(), ics: z.string() })

const contentSchema = z.discriminatedUnion('kind', [
  /** Somebody has written to a service of the town, which has answered. */
  ...enquiryContents,
  /** Staff have decided requests. */
  z.object({ kind: z.literal('decided'), requests: z.array(requestSchema).min(1) }),
  /** From the waiting list: the child has the places. */
  z.object({ kind: z.literal('given'), number: requestNumberSchema, ...daysOfChild }),
  /** From the waiting list: the places are kept until the family answers. */
  z.object({
    kind: z.literal('offered'),
    number: requestNumberSchema,
    until: instantSchema,
    ...daysOfChild,
  }),
  /** The time to answer an offer is over. */
  z.object({ kind: z.literal('offer-over'), number: requestNumberSchema, ...daysOfChild }),
  /** The deadline for adding the days has passed while the child waited. */
  z.object({ kind: z.literal('wait-over'), number: requestNumberSchema, ...daysOfChild }),
  /** The town has closed days on which the child was booked or waited. */
  z.object({ kind: z.literal('closed'), reason: z.string(), ...daysOfChild }),
  /** A guardian has allowed and forbidden. */
  z.object({
    kind: z.literal('authorised'),
    number: requestNumberSchema,
    changes: z.array(authorisationChangeSchema).min(1),
  }),
  /** What has become of a request for an enrolment. */
  z.object({
    kind: z.literal('enrolment'),
    number: requestNumberSchema,
    state: z.enum(['pending', 'accepted', 'refused']),
    child: z.string(),
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    from: isoDateSchema,
    until: isoDateSchema,
    message: z.string().optional(),
  }),
  /** Staff have ended an enrolment, or cancelled it before it began. */
  z.object({
    kind: z.literal('enrolment-ended'),
    child: z.string(),
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    from: isoDateSchema,
    until: isoDateSchema.optional(),
    reason: z.string(),
  }),
  /** Staff have checked changes of the family file: which fields, never what they hold. */
  z.object({
    kind: z.literal('file-checked'),
    number: requestNumberSchema,
    /** Whom the changes are about, `Léo DUPONT`. */
    about: z.string(),
    outcomes: z.array(fieldOutcomeSchema.pick({ field: true, outcome: true })).min(1),
    message: z.string().optional(),
  }),
  /** The family's request to be erased is refused. */
  z.object({ kind: z.literal('erasure-refused'), number: requestNumberSchema, reason: z.string() }),
  /** Money has come, by whatever means. */
  z.object({
    kind: z.literal('payment-received'),
    number: z.int(),
    regieId: regieIdSchema,
    amount: centsSchema,
    means: meansOfPaymentSchema,
    paidOn: isoDateSchema,
    receipt: z.string().optional(),
    parts: paymentPartsSchema,
  }),
  /** The bank has refused an online payment. */
  z.object({
    kind: z.literal('payment-refused'),
    regieId: regieIdSchema,
    amount: centsSchema,
    parts: paymentPartsSchema,
  }),
  /** Invoices are overdue. */
  z.object({
    kind: z.literal('payment-reminder'),
    remindedOn: isoDateSchema,
    invoices: reminderSchema.shape.invoices,
  }),
  /** The accountant has agreed by when invoices are paid. */
  z.object({
    kind: z.literal('plan-agreed'),
    number: planNumberSchema,
    regieId: regieIdSchema,
    invoices: z.array(z.string()).min(1),
    instalments: z.array(instalmentSchema).min(1),
  }),
  /** No child was enrolled for long: the file will be erased from a day on. */
  z.object({ kind: z.literal('file-ending'), until: isoDateSchema }),
  /** What will be collected from an account, and when (pre-notification of SEPA). */
  z.object({
    kind: z.literal('debit-announced'),
    amount: centsSchema,
    collectOn: isoDateSchema,
    rum: z.string(),
    creditor: creditorSchema,
    invoices: z.array(z.string()).min(1),
  }),
  /** A bank has sent a debit back. */
  z.object({
    kind: z.literal('debit-rejected'),
    amount: centsSchema,
    collectOn: isoDateSchema,
    /** The code of the bank. */
    code: z.string(),
    /** The mandate, where it ended with the debit. */
    endedMandate: z.string().optional(),
  }),
  /** A mandate was signed, or has come to its end. */
  z.object({
    kind: z.literal('debit-mandate'),
    state: z.enum(['active', 'revoked', 'lapsed']),
    rum: z.string(),
    /** The day of the month. */
    day: z.int(),
    creditor: creditorSchema,
  }),
  /** The town has news for families such as this one. */
  z.object({
    kind: z.literal('news'),
    title: z.string(),
    text: z.string(),
    from: isoDateSchema,
    until: isoDateSchema,
  }),
  /** Children who usually come have nothing in a week whose deadline is near. */
  z.object({
    kind: z.literal('reminder'),
    monday: isoDateSchema,
    activities: z
      .array(
        z.object({
          child: z.string(),
          activityId: activityIdSchema,
          groupId: groupIdSchema,
          /** Until when the first day of the week can be booked. */
          until: instantSchema,
        }),
      )
      .min(1),
  }),
])

/** Something that a family is told by mail. It is stored with what it tells of, and sent by the stream. */
export const noticeSchema = z.object({
  familyId: familyIdSchema,
  /** The same event makes the same id, whenever it is handled again. */
  noticeId: z.string(),
  to: z.array(z.object({ name: z.string(), email: z.email() })).min(1),
  content: contentSchema,
  expiresAt: z.int(),
})
export type Notice = z.infer<typeof noticeSchema>
