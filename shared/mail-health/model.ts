import * as z from 'zod'
import { familyIdSchema, instantSchema, versionSchema } from '../platform/schemas.ts'

/** What stands against an address: mails do not arrive there, or somebody there has called them spam. */
const MAIL_PROBLEMS = ['undeliverable', 'complained'] as const

/** The problem of an address, and since when. */
export const standingSchema = z.strictObject({
  problem: z
    .enum(MAIL_PROBLEMS)
    .describe(
      '`undeliverable`: no mail is sent to it any more; `complained`: only what a family must be told',
    ),
  since: instantSchema,
})
export type Standing = z.infer<typeof standingSchema>

/** One report of the mail service about one mail to one address. */
const reportSchema = z.object({
  /** When the mail went out: what was sent before an address was put right says nothing of it. */
  at: instantSchema,
  /** The same report always has the same. */
  feedbackId: z.string().max(256),
})
export type Report = z.infer<typeof reportSchema>

/** The SHA-256 of an address, in hexadecimal: the key under which it is found. */
export const addressIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ examples: ['0'.repeat(64)] })

/** The most families that are remembered of one address. */
export const MOST_FAMILIES = 20

/** What the mail service has said of an address, whatever came first. */
export const mailAddressSchema = z.object({
  addressId: addressIdSchema,
  /** In small letters. */
  email: z.string().max(320),
  /** The last permanent bounce. */
  bounced: reportSchema.optional(),
  /** The last complaint. */
  complained: reportSchema.optional(),
  /** The last transient bounces, the newest first. */
  transients: z.array(reportSchema),
  /** When somebody last said, or showed, that mails arrive. */
  confirmedAt: instantSchema.optional(),
  /** The families to which mails for this address were. */
  families: z.array(familyIdSchema).max(MOST_FAMILIES),
  /** Whether a service of the town is written to by it. */
  isTowns: z.boolean(),
  version: versionSchema,
  /** In seconds since 1970. */
  expiresAt: z.int(),
})
export type MailAddress = z.infer<typeof mailAddressSchema>

/** What an address is known to be used for, as the mails to it say. */
export interface Use {
  readonly families: readonly z.infer<typeof familyIdSchema>[]
  readonly isTowns: boolean
}

/** What somebody has to say of an address: the mail service of a mail, or a person of the address. */
export type News =
  | { readonly kind: 'bounce' | 'transient' | 'complaint'; readonly report: Report }
  | { readonly kind: 'confirmation'; readonly at: string }
  /** A mail was not even tried. */
  | { readonly kind: 'withheld' }
