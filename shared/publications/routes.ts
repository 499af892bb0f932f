import * as z from 'zod'
import { PAGE_IDS, pageSchema } from '../catalogue/information-model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  ifMatchSchema,
  instantSchema,
  isoDateSchema,
  serviceIdSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import {
  announcedDocumentSchema,
  audienceSchema,
  describedSchema,
  newsIdSchema,
  townDocumentIdSchema,
  townDocumentSchema,
  writtenNewsSchema,
} from './model.ts'

/** Those who write for all families. */
const EDITORS = ['agent', 'administrator'] as const

const ifMatch = z.object({ 'if-match': ifMatchSchema })
const limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(100) })

/** The place of news in the list of those who write them: their last day, and their id. */
const newsPlaceSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d_[0-9a-f]{32}$/)
  .meta({ examples: [`2025-09-30_${'0'.repeat(32)}`] })

export const newsReply = z.strictObject({
  newsId: newsIdSchema,
  title: z.string(),
  text: z.string(),
  from: isoDateSchema,
  until: isoDateSchema,
  audienceLabel: z.string().describe('Whom they are for'),
})

const writtenNewsReply = newsReply.extend({
  audience: audienceSchema,
  byMail: z.boolean(),
  publishedAt: instantSchema,
  withdrawnAt: instantSchema.optional(),
  version: versionSchema,
})

export const listNewsRoute = defineRoute({
  id: 'listNews',
  method: 'GET',
  path: '/news',
  function: 'publications',
  access: 'public',
  summary: 'The news of today for everybody, the latest first',
  status: 200,
  reply: z.strictObject({ news: z.array(newsReply) }),
  cacheSeconds: 60,
  errors: [],
})

export const listFamilyNewsRoute = defineRoute({
  id: 'listFamilyNews',
  method: 'GET',
  path: '/family/news',
  function: 'publications',
  access: ['guardian'],
  summary: 'The news of today for everybody and for the schools and activities of my children',
  status: 200,
  reply: z.strictObject({ news: z.array(newsReply) }),
  errors: ['not-found'],
})

export const listWrittenNewsRoute = defineRoute({
  id: 'listWrittenNews',
  method: 'GET',
  path: '/publications/news',
  function: 'publications',
  access: EDITORS,
  summary: 'All news that were not withdrawn, past and to come: those that end last first',
  query: limit.extend({ after: newsPlaceSchema.optional().describe('`next` of the page before') }),
  status: 200,
  reply: z.strictObject({
    news: z.array(writtenNewsReply),
    next: newsPlaceSchema.optional().describe('Where there are more: `after` of the next page'),
  }),
  errors: [],
})

export const publishNewsRoute = defineRoute({
  id: 'publishNews',
  method: 'POST',
  path: '/publications/news',
  function: 'publications',
  access: EDITORS,
  summary: 'Publish news for a period, for everybody or for families of activities or schools',
  headers: idempotencyHeaders,
  body: writtenNewsSchema,
  status: 201,
  reply: writtenNewsReply,
  versioned: true,
  errors: ['idempotency-key-reused', 'concurrent-change'],
})

export const editNewsRoute = defineRoute({
  id: 'editNews',
  method: 'PUT',
  path: '/publications/news/{newsId}',
  function: 'publications',
  access: EDITORS,
  summary: 'Write news anew',
  parameters: z.strictObject({ newsId: newsIdSchema }),
  headers: ifMatch,
  body: writtenNewsSchema,
  status: 200,
  reply: writtenNewsReply,
  versioned: true,
  errors: ['not-found', 'changed-meanwhile'],
})

export const withdrawNewsRoute = defineRoute({
  id: 'withdrawNews',
  method: 'DELETE',
  path: '/publications/news/{newsId}',
  function: 'publications',
  access: EDITORS,
  summary: 'Withdraw news: nobody reads them any more',
  parameters: z.strictObject({ newsId: newsIdSchema }),
  headers: ifMatch,
  status: 200,
  reply: writtenNewsReply,
  versioned: true,
  errors: ['not-found', 'changed-meanwhile'],
})

const documentReply = describedSchema.extend({
  documentId: townDocumentIdSchema,
  kindLabel: z.string(),
  about: z.string().describe('Its decision and its days, as a line'),
  fileName: z.string(),
  mediaType: townDocumentSchema.shape.mediaType,
  size: z.int().describe('Bytes'),
})

const writtenDocumentReply = documentReply.extend({
  state: townDocumentSchema.shape.state,
  stateLabel: z.string(),
  publishedAt: instantSchema.optional(),
  version: versionSchema,
})
export type WrittenDocument = z.input<typeof writtenDocumentReply>

export const listTownDocumentsRoute = defineRoute({
  id: 'listTownDocuments',
  method: 'GET',
  path: '/documents',
  function: 'publications',
  access: 'public',
  summary: 'The documents of the town: tariffs, forms, menus, planning sheets',
  status: 200,
  reply: z.strictObject({ documents: z.array(documentReply) }),
  cacheSeconds: 60,
  errors: [],
})

export const linkTownDocumentRoute = defineRoute({
  id: 'linkTownDocument',
  method: 'GET',
  path: '/documents/{documentId}/link',
  function: 'publications',
  access: 'public',
  summary: 'An address to save a document of the town from, for some minutes',
  parameters: z.strictObject({ documentId: townDocumentIdSchema }),
  status: 200,
  reply: z.strictObject({ url: z.string(), until: instantSchema }),
  errors: ['not-found'],
})

export const listWrittenDocumentsRoute = defineRoute({
  id: 'listWrittenDocuments',
  method: 'GET',
  path: '/publications/documents',
  function: 'publications',
  access: EDITORS,
  summary: 'All documents that were not withdrawn, announced and past ones as well',
  query: limit,
  status: 200,
  reply: z.strictObject({ documents: z.array(writtenDocumentReply) }),
  errors: [],
})

export const announceDocumentRoute = defineRoute({
  id: 'announceDocument',
  method: 'POST',
  path: '/publications/documents',
  function: 'publications',
  access: EDITORS,
  summary: 'Announce a document of the town, and get the form to post its file with',
  body: announcedDocumentSchema,
  status: 201,
  reply: z.strictObject({
    document: writtenDocumentReply,
    /** A form of `multipart/form-data`: these fields, then the file as `file`, until `until`. */
    upload: z.strictObject({
      url: z.string(),
      fields: z.record(z.string(), z.string()),
      until: instantSchema,
    }),
  }),
  errors: [],
})

export const publishDocumentRoute = defineRoute({
  id: 'publishDocument',
  method: 'POST',
  path: '/publications/documents/{documentId}/publication',
  function: 'publications',
  access: EDITORS,
  summary: 'Say that the file of a document is posted: it is checked, and published',
  parameters: z.strictObject({ documentId: townDocumentIdSchema }),
  status: 200,
  reply: writtenDocumentReply,
  versioned: true,
  errors: ['not-found', 'file-missing', 'file-refused', 'concurrent-change'],
})

export const editDocumentRoute = defineRoute({
  id: 'editDocument',
  method: 'PUT',
  path: '/publications/documents/{documentId}',
  function: 'publications',
  access: EDITORS,
  summary: 'Describe a document anew; its file stays',
  parameters: z.strictObject({ documentId: townDocumentIdSchema }),
  headers: ifMatch,
  body: describedSchema,
  status: 200,
  reply: writtenDocumentReply,
  versioned: true,
  errors: ['not-found', 'changed-meanwhile'],
})

export const withdrawDocumentRoute = defineRoute({
  id: 'withdrawDocument',
  method: 'DELETE',
  path: '/publications/documents/{documentId}',
  function: 'publications',
  access: EDITORS,
  summary: 'Withdraw a document; its file is deleted',
  parameters: z.strictObject({ documentId: townDocumentIdSchema }),
  headers: ifMatch,
  status: 200,
  reply: writtenDocumentReply,
  versioned: true,
  errors: ['not-found', 'changed-meanwhile'],
})

/** An entry of the menu: what it is called, and whether there is anything behind it. */
export const menuReply = z.array(
  z.strictObject({ entry: z.string(), label: z.string(), available: z.boolean() }),
)

export const readInformationRoute = defineRoute({
  id: 'readInformation',
  method: 'GET',
  path: '/information',
  function: 'publications',
  access: 'public',
  summary: 'The services of the town with their addresses and hours, its pages, and the menu',
  status: 200,
  reply: z.strictObject({
    services: z.array(
      z.strictObject({
        serviceId: serviceIdSchema,
        name: z.string(),
        email: z.string(),
        phone: z.string().optional(),
        phoneLabel: z.string().optional(),
        address: z.string().optional(),
        openingHours: z.array(z.string()),
      }),
    ),
    pages: z.array(z.strictObject({ pageId: z.enum(PAGE_IDS), title: z.string() })),
    menu: menuReply,
  }),
  cacheSeconds: 300,
  errors: [],
})

export const readPageRoute = defineRoute({
  id: 'readPage',
  method: 'GET',
  path: '/information/{pageId}',
  function: 'publications',
  access: 'public',
  summary: 'A page of the town: practical information, help, contacts, terms, legal notice',
  parameters: z.strictObject({ pageId: z.enum(PAGE_IDS) }),
  status: 200,
  reply: z.strictObject({
    pageId: z.enum(PAGE_IDS),
    title: pageSchema.shape.title,
    paragraphs: z.array(z.string()),
  }),
  cacheSeconds: 300,
  errors: ['not-found'],
})
