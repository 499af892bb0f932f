import * as z from 'zod'
import { announcedSchema } from '../attachments/model.ts'
import { changeSchema } from '../families/model.ts'
import {
  activityIdSchema,
  facilityIdSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  lineSchema,
  paragraphsSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** Whom news are for [guide 35]: everybody, or families with a child in an activity or at a school. */
export const audienceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({
    kind: z.literal('activities'),
    activityIds: z.array(activityIdSchema).min(1).max(60),
  }),
  z.strictObject({
    kind: z.literal('schools'),
    schoolIds: z.array(facilityIdSchema).min(1).max(60),
  }),
])
export type NewsAudience = z.infer<typeof audienceSchema>

/** News as staff write them. `from` and `until` are days of Paris, both included. */
export const writtenNewsSchema = z.strictObject({
  title: lineSchema(120),
  text: paragraphsSchema(4000),
  from: isoDateSchema,
  until: isoDateSchema,
  audience: audienceSchema,
  byMail: z
    .boolean()
    .optional()
    .describe('Whether families whom they are for also get them by mail, once their period begins'),
})

/** What everything that is published carries beside what staff write. */
const kept = {
  version: versionSchema.min(1),
  changed: changeSchema,
  /** Since when nobody but the table has it. */
  withdrawnAt: instantSchema.optional(),
  /** When it is forgotten, in seconds since 1970: what was withdrawn, or never posted. */
  expiresAt: z.int().optional(),
}

export const newsIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ examples: ['9b74c9897bac770ffc029102a200c5de'] })

export const newsSchema = z.object({
  ...writtenNewsSchema.shape,
  newsId: newsIdSchema,
  /** The hash of what the call that published them said. */
  hash: z.string(),
  publishedAt: instantSchema,
  ...kept,
})
export type News = z.infer<typeof newsSchema>

/** How far the mails of news have gone: over all families, in the order of their numbers. */
export const newsMailingSchema = z.object({
  newsId: newsIdSchema,
  /** The last family that was considered; nobody at the beginning, and once all were. */
  after: familyIdSchema.optional(),
  /** When the first and the last page of families were done. */
  begunAt: instantSchema,
  endedAt: instantSchema.optional(),
  version: versionSchema.min(1),
})
export type NewsMailing = z.infer<typeof newsMailingSchema>

/** What a town publishes as files [guide 6]. */
export const DOCUMENT_KINDS = ['tariffs', 'form', 'menu', 'planning', 'other'] as const

/** A document as staff describe it. Days are of Paris. */
export const describedSchema = z.strictObject({
  kind: z.enum(DOCUMENT_KINDS),
  title: lineSchema(120),
  /** The day on which the council decided; tariffs have one. */
  decidedOn: isoDateSchema.optional(),
  /** From when on it holds; tariffs have one. */
  from: isoDateSchema.optional(),
  /** The last day on which it is listed; without it, until it is withdrawn. */
  until: isoDateSchema.optional(),
})

/** The same with what is known of its file before that is posted. */
export const announcedDocumentSchema = describedSchema.extend(
  announcedSchema.omit({ kind: true }).shape,
)

export const townDocumentIdSchema = z
  .string()
  .regex(/^[\w-]{20,48}$/)
  .meta({ examples: ['tarifs-2025-0123456789'] })

export const townDocumentSchema = z.object({
  ...announcedDocumentSchema.shape,
  documentId: townDocumentIdSchema,
  /** `pending`: announced, and perhaps never posted. */
  state: z.enum(['pending', 'published', 'withdrawn']),
  /** Which of the files that were looked at is its own; without it the only one, of the first documents. */
  file: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  publishedAt: instantSchema.optional(),
  ...kept,
})
export type TownDocument = z.infer<typeof townDocumentSchema>
