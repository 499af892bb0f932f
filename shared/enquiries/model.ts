import * as z from 'zod'
import {
  emailSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  lineSchema,
  paragraphsSchema,
  personNameSchema,
  requestNumberSchema,
  serviceIdSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { enquiryContents } from './notice-model.ts'

/** The most messages of an enquiry, which is one item. */
export const MOST_MESSAGES = 30

/** The most enquiries of somebody that await an answer: whoever writes more waits for one. */
export const MOST_OPEN = { guardian: 10, visitor: 3 } as const

/** What somebody writes, in plain text. */
export const messageSchema = paragraphsSchema(3000)

/** What is written to a service. */
export const writtenSchema = z.strictObject({
  serviceId: serviceIdSchema,
  subject: lineSchema(120),
  message: messageSchema,
})

/** What a visitor says of themself. */
export const visitorSchema = z.strictObject({
  name: personNameSchema,
  email: emailSchema,
})

/** A visitor, by the hash of their e-mail. */
export const visitorIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ examples: ['5d41402abc4b2a76b9719d911017c592'] })

const person = { name: z.string(), email: z.email() }

/** Who writes: a guardian, or somebody whom the town does not know. */
export const writerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('guardian'),
    familyId: familyIdSchema,
    guardianId: guardianIdSchema,
    ...person,
  }),
  z.object({
    kind: z.literal('visitor'),
    visitorId: visitorIdSchema,
    /** The hash of the key of the call: the same call writes nothing more. */
    key: z.string(),
    ...person,
  }),
])
export type Writer = z.infer<typeof writerSchema>

/** What somebody has written to a service of the town, under a follow-up number [guide 4]. */
export const enquirySchema = z.object({
  number: requestNumberSchema,
  writer: writerSchema,
  serviceId: serviceIdSchema,
  /** The name of the service, as it was. */
  service: z.string(),
  subject: z.string(),
  messages: z
    .array(
      z.object({
        at: instantSchema,
        from: z.enum(['writer', 'service']),
        /** The account of the member of staff. */
        by: z.string().optional(),
        text: z.string(),
      }),
    )
    .min(1)
    .max(MOST_MESSAGES),
  state: z.enum(['open', 'answered', 'closed']),
  /** When it was written, answered, or written on last. */
  movedAt: instantSchema,
  /** The hash of what the first call wrote. */
  hash: z.string(),
  version: versionSchema.min(1),
  /** When that of a visitor is forgotten, in seconds since 1970. */
  expiresAt: z.int().optional(),
})
export type Enquiry = z.infer<typeof enquirySchema>

/** A mail to or about a visitor, who has no family for a notice to lie with. */
export const visitorMailSchema = z.object({
  /** The same event makes the same id, whenever it is handled again. */
  mailId: z.string(),
  to: z.email(),
  content: z.discriminatedUnion('kind', enquiryContents),
  sentAt: instantSchema.optional(),
  expiresAt: z.int(),
})
export type VisitorMail = z.infer<typeof visitorMailSchema>
