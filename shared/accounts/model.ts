import * as z from 'zod'
import { addressSchema, changeSchema, guardianSchema } from '../families/model.ts'
import { ROLES } from '../platform/route.ts'
import {
  emailSchema,
  facilityIdSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  personNameSchema,
  phoneSchema,
  typedPhoneSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** The name of a member of staff. */
export const staffNameSchema = lineSchema(80)

/** The id of an account in the user pool: the `sub` of its tokens. */
export const accountIdSchema = z.string().regex(/^[\w-]{1,64}$/)

/** What members of staff may be: everybody but guardians. */
export const staffRoleSchema = z.enum(ROLES).exclude(['guardian'])
export type StaffRole = z.infer<typeof staffRoleSchema>

/** What the portal knows of somebody who signs in, beside what the user pool keeps. */
export const accountSchema = z.object({
  account: accountIdSchema,
  /** By which they sign in as well as by the e-mail [guide 33]. */
  userName: z.string(),
  email: z.email(),
  roles: z.array(z.enum(ROLES)),
  /** Of a guardian. */
  familyId: familyIdSchema.optional(),
  guardianId: guardianIdSchema.optional(),
  /** Of a member of staff. */
  name: staffNameSchema.optional(),
  /** Those to which staff of a site are limited. */
  facilities: z.array(facilityIdSchema).max(50).optional(),
  /** Since when they may no longer sign in. */
  inactiveSince: instantSchema.optional(),
  /** When they signed in last, and the time before. */
  lastSignIn: instantSchema.optional(),
  previousSignIn: instantSchema.optional(),
  version: versionSchema.optional(),
  changed: changeSchema.optional(),
  /** When an administrator took their second factor away last. */
  totpResetAt: instantSchema.optional(),
})
export type Account = z.infer<typeof accountSchema>

/** Whose user name it is. */
export const userNameSchema = z.object({ userName: z.string(), account: accountIdSchema })

/** A change of the e-mail by which somebody signs in, until the new address is confirmed. */
export const emailChangeSchema = z.object({
  account: accountIdSchema,
  /** The new address. */
  email: z.email(),
  /** The SHA-256 of the secret in the mailed link. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was confirmed. */
  appliedAt: instantSchema.optional(),
  /** When the link ends, in seconds since 1970. */
  expiresAt: z.int(),
})
export type EmailChange = z.infer<typeof emailChangeSchema>

/** What somebody who is not known yet says of themself and of their children. */
export const applicationSchema = z.strictObject({
  guardian: z.strictObject({
    title: guardianSchema.shape.title,
    firstName: personNameSchema,
    lastName: personNameSchema,
    birthName: personNameSchema.optional(),
    birthDate: isoDateSchema.optional(),
    email: emailSchema,
    phone: phoneSchema,
  }),
  address: addressSchema,
  children: z
    .array(
      z.strictObject({
        firstName: personNameSchema,
        lastName: personNameSchema,
        birthDate: isoDateSchema,
      }),
    )
    .min(1)
    .max(12),
})
export type Application = z.infer<typeof applicationSchema>

/** The same as people type it. */
export const typedApplicationSchema = applicationSchema.extend({
  guardian: applicationSchema.shape.guardian.extend({ phone: typedPhoneSchema }),
})

/** The number of an application: the same for the same e-mail, so that there is one at a time. */
export const applicationIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ examples: ['9b74c9897bac770ffc029102a200c5de'] })

/** The place of an application among those that wait: when it was made, and its number. */
export const applicationCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f]{32}$/)
  .meta({ examples: ['2025-07-15T08:41:00.000Z_9b74c9897bac770ffc029102a200c5de'] })

/** Which file a decision gives to the person who asks. */
const outcomeSchema = z.strictObject({
  familyId: familyIdSchema,
  guardianId: guardianIdSchema,
  /** Whether the file is opened for them, or was there. */
  isNew: z.boolean(),
})

/** An application for an account, until staff have decided and some time after. */
export const accountRequestSchema = z.object({
  requestId: applicationIdSchema,
  submittedAt: instantSchema,
  /** When the person agreed to the terms of the portal. */
  agreedAt: instantSchema,
  application: applicationSchema,
  /** `deciding`: accepted, and what follows from it is not all done. */
  state: z.enum(['pending', 'deciding', 'accepted', 'refused']),
  decision: z
    .object({
      at: instantSchema,
      by: z.string(),
      message: z.string().optional(),
      outcome: outcomeSchema.optional(),
    })
    .optional(),
  version: versionSchema,
  /** In seconds since 1970. */
  expiresAt: z.int(),
})
export type AccountRequest = z.infer<typeof accountRequestSchema>

/** A mail about an account that the stream sends, with what it tells of. It holds no secret. */
export const accountMailSchema = z.object({
  /** The same event makes the same id, whenever it is handled again. */
  mailId: z.string(),
  to: z.email(),
  content: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('application-received') }),
    z.object({ kind: z.literal('application-accepted'), message: z.string().optional() }),
    z.object({ kind: z.literal('application-refused'), message: z.string().optional() }),
    z.object({ kind: z.literal('email-moved') }),
  ]),
  sentAt: instantSchema.optional(),
  expiresAt: z.int(),
})
export type AccountMail = z.infer<typeof accountMailSchema>
