import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { attachmentIdSchema, familyIdSchema, instantSchema } from '../platform/schemas.ts'
import { announcedSchema, attachmentSchema, controlSchema } from './model.ts'

/** Those who check what families prove. */
const CONTROLLERS = ['agent', 'administrator'] as const

const parameters = z.strictObject({ attachmentId: attachmentIdSchema })
const ofFamily = z.strictObject({ familyId: familyIdSchema })
const oneOfFamily = ofFamily.extend({ attachmentId: attachmentIdSchema })

export const attachmentReply = announcedSchema.extend({
  attachmentId: attachmentIdSchema,
  /** What the kind is called. */
  label: z.string(),
  state: attachmentSchema.shape.state,
  stateLabel: z.string(),
  addedAt: instantSchema,
  receivedAt: instantSchema.optional(),
  control: z
    .strictObject({ accepted: z.boolean(), message: z.string().optional(), at: instantSchema })
    .optional(),
})

const staffReply = attachmentReply.extend({ familyId: familyIdSchema })

export const offerUploadRoute = defineRoute({
  id: 'offerUpload',
  method: 'POST',
  path: '/family/attachments',
  function: 'attachments',
  access: ['guardian'],
  summary: 'Announce a supporting document, and get the form to post its file with',
  body: announcedSchema,
  status: 201,
  reply: z.strictObject({
    attachment: attachmentReply,
    /** A form of `multipart/form-data`: these fields, then the file as `file`, until `until`. */
    upload: z.strictObject({
      url: z.string(),
      fields: z.record(z.string(), z.string()),
      until: instantSchema,
    }),
  }),
  errors: ['not-found', 'too-many-files'],
})

export const confirmUploadRoute = defineRoute({
  id: 'confirmUpload',
  method: 'POST',
  path: '/family/attachments/{attachmentId}/received',
  function: 'attachments',
  access: ['guardian'],
  summary: 'Say that the file of a supporting document is posted, and have it checked',
  parameters,
  status: 200,
  reply: attachmentReply,
  errors: ['not-found', 'file-missing', 'file-refused', 'concurrent-change'],
})

export const listAttachmentsRoute = defineRoute({
  id: 'listAttachments',
  method: 'GET',
  path: '/family/attachments',
  function: 'attachments',
  access: ['guardian'],
  summary: 'The supporting documents of my family, newest first, and what staff said of them',
  status: 200,
  reply: z.strictObject({ attachments: z.array(attachmentReply) }),
  errors: ['not-found'],
})

export const listReceivedAttachmentsRoute = defineRoute({
  id: 'listReceivedAttachments',
  method: 'GET',
  path: '/attachments',
  function: 'attachments',
  access: CONTROLLERS,
  summary: 'The supporting documents of all families that await their control, oldest first',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
  status: 200,
  reply: z.strictObject({ attachments: z.array(staffReply) }),
  errors: [],
})

export const listFamilyAttachmentsRoute = defineRoute({
  id: 'listFamilyAttachments',
  method: 'GET',
  path: '/families/{familyId}/attachments',
  function: 'attachments',
  access: CONTROLLERS,
  summary: 'The supporting documents of a family, newest first',
  parameters: ofFamily,
  status: 200,
  reply: z.strictObject({ attachments: z.array(staffReply) }),
  errors: [],
})

export const linkAttachmentRoute = defineRoute({
  id: 'linkAttachment',
  method: 'GET',
  path: '/families/{familyId}/attachments/{attachmentId}/link',
  function: 'attachments',
  access: CONTROLLERS,
  summary: 'An address to save the file of a supporting document from, for some minutes; noted',
  parameters: oneOfFamily,
  status: 200,
  reply: z.strictObject({ url: z.string(), until: instantSchema }),
  errors: ['not-found', 'file-missing'],
})

export const controlAttachmentRoute = defineRoute({
  id: 'controlAttachment',
  method: 'POST',
  path: '/families/{familyId}/attachments/{attachmentId}/control',
  function: 'attachments',
  access: CONTROLLERS,
  summary: 'Accept or refuse a supporting document; its file is deleted',
  parameters: oneOfFamily,
  body: controlSchema,
  status: 200,
  reply: staffReply,
  errors: ['not-found', 'file-missing', 'already-decided', 'concurrent-change'],
})
