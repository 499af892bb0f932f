import * as z from 'zod'
import { familyIdSchema, instantSchema } from '../platform/schemas.ts'

/** A mail to send, once: `id` names the event that it tells of. */
export interface Mail {
  /** Unique in the town; the same event makes the same id whenever it is delivered. */
  readonly id: string
  readonly familyId: z.infer<typeof familyIdSchema>
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** That a mail has gone out, or never will. */
export const mailReceiptSchema = z.object({
  familyId: familyIdSchema,
  mailId: z.string(),
  at: instantSchema,
  outcome: z.enum(['sent', 'rejected']),
  expiresAt: z.int(),
})
export type MailReceipt = z.infer<typeof mailReceiptSchema>

/** What a family wants to be told beside what it must know; a family that never said has all of it. */
export const preferencesSchema = z.object({
  familyId: familyIdSchema,
  /** Mails before the deadline of a week in which a child who usually comes has nothing. */
  reminders: z.boolean(),
})
export type Preferences = z.infer<typeof preferencesSchema>
