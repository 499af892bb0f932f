import * as z from 'zod'
import {
  attachmentIdSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  lineSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** What families prove; nothing of health but that vaccinations were made (standards of CNIL, NS-058). */
export const ATTACHMENT_KINDS = [
  'address',
  'identity',
  'income',
  'insurance',
  'custody',
  'vaccinations',
  'other',
] as const

export const MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

/** The largest file, in bytes: a photograph of a page. */
export const LARGEST_FILE = 5 * 1024 * 1024

/** The most files of a family that are not controlled yet. */
export const MOST_FILES = 50

/** The name under which a file is saved; no path, and nothing that a system takes for more than a name. */
const fileNameSchema = lineSchema(120)
  .regex(/^[^/\\:*?"<>|]*$/)
  .meta({ examples: ['justificatif.pdf'] })

/** What is known of a file before it is posted. */
export const announcedSchema = z.strictObject({
  kind: z.enum(ATTACHMENT_KINDS),
  fileName: fileNameSchema,
  mediaType: z.enum(MEDIA_TYPES),
  /** Bytes. */
  size: z.int().min(1).max(LARGEST_FILE),
})

/** What staff found, and what they say about it. */
export const controlSchema = z.discriminatedUnion('accepted', [
  z.strictObject({ accepted: z.literal(true), message: lineSchema(500).optional() }),
  /** A family learns why its proof does not do. */
  z.strictObject({ accepted: z.literal(false), message: lineSchema(500) }),
])
export type Control = z.infer<typeof controlSchema>

/**
 * A supporting document (pièce justificative) of a family. Its file is deleted once it is controlled: what
 * is kept is that it was, when and by whom.
 */
export const attachmentSchema = z.object({
  ...announcedSchema.shape,
  familyId: familyIdSchema,
  attachmentId: attachmentIdSchema,
  /** `pending`: announced, and perhaps never posted; `controlled`: its file may still be there. */
  state: z.enum(['pending', 'received', 'controlled', 'purged']),
  addedAt: instantSchema,
  addedBy: guardianIdSchema,
  receivedAt: instantSchema.optional(),
  control: z
    .strictObject({
      accepted: z.boolean(),
      message: z.string().optional(),
      /** The account of the member of staff. */
      by: z.string(),
      at: instantSchema,
    })
    .optional(),
  version: versionSchema.min(1),
  /** When what was never posted is forgotten, in seconds since 1970. */
  expiresAt: z.int().optional(),
})
export type Attachment = z.infer<typeof attachmentSchema>
