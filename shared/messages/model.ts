import * as z from 'zod'
import { familyIdSchema, instantSchema, versionSchema } from '../platform/schemas.ts'
import type { Topic } from './topics.ts'

/** A mail to send, once: `id` names the event that it tells of. */
export interface Mail {
  /** Unique in the town; the same event makes the same id whenever it is delivered. */
  readonly id: string
  readonly familyId: z.infer<typeof familyIdSchema>
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** What people may do without, and can stop; nothing of what they must know. */
  readonly topic?: Topic | undefined
  /** To a service of the town, about the family. */
  readonly isTowns?: boolean | undefined
}

/** That a mail has gone out, never will (refused, or kept from an address that has problems), or came back. */
export const mailReceiptSchema = z.object({
  familyId: familyIdSchema,
  mailId: z.string(),
  at: instantSchema,
  outcome: z.enum(['sent', 'rejected', 'withheld', 'bounced']),
  expiresAt: z.int(),
})
export type MailReceipt = z.infer<typeof mailReceiptSchema>

/** What a family wants to be told beside what it must know; a family that never said has all of it. */
export const preferencesSchema = z.object({
  familyId: familyIdSchema,
  /** Mails before the deadline of a week in which a child who usually comes has nothing. */
  reminders: z.boolean(),
  /** News of the town; wanted by those who chose before there were any. */
  news: z.boolean().default(true),
  version: versionSchema.optional(),
})
export type Preferences = z.infer<typeof preferencesSchema>

/** In a family's partition: the secret by which its mails can be stopped without signing in. */
export const unsubscribeSecretSchema = z.object({ familyId: familyIdSchema, secret: z.string() })

/** Whose secret it is, found by its SHA-256 in hexadecimal. */
export const unsubscribeLinkSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  familyId: familyIdSchema,
})
export type UnsubscribeLink = z.infer<typeof unsubscribeLinkSchema>
