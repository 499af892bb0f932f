import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  familyIdSchema,
  ifMatchSchema,
  instantSchema,
  numberInTextSchema,
  placeInInboxSchema,
  requestNumberSchema,
  serviceIdSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import {
  enquirySchema,
  messageSchema,
  visitorIdSchema,
  visitorSchema,
  writtenSchema,
} from './model.ts'

/** Those who may answer for a service; which of them do, its entry in the town's file says. */
const OFFICE = ['agent', 'accountant', 'administrator'] as const

const byNumber = z.strictObject({ number: numberInTextSchema })

/**
 * The most enquiries of one reply: of the longest, with messages of signs that are four bytes once they are
 * escaped twice, so many are 5.4 MB, and Lambda answers with no more than six.
 */
export const MOST_LISTED = 15

const limit = z.coerce.number().int().min(1).max(MOST_LISTED).default(MOST_LISTED)

/** A page of what one family has written. */
const pageOfFamily = z.strictObject({
  limit,
  after: numberInTextSchema.optional().describe('`next` of the page before'),
})

const nextOfFamily = requestNumberSchema
  .optional()
  .describe('Where there is more: `after` of the next page')

export const enquiryReply = z.strictObject({
  number: requestNumberSchema,
  serviceId: serviceIdSchema,
  service: z.string(),
  subject: z.string(),
  state: enquirySchema.shape.state,
  stateLabel: z.string(),
  messages: z.array(
    z.strictObject({ at: instantSchema, from: z.enum(['writer', 'service']), text: z.string() }),
  ),
})

const staffReply = enquiryReply.extend({
  writer: z.strictObject({
    kind: z.enum(['guardian', 'visitor']),
    name: z.string(),
    email: z.string(),
    familyId: familyIdSchema.optional(),
    visitorId: visitorIdSchema.optional(),
  }),
  version: versionSchema,
})
export type StaffEnquiry = z.input<typeof staffReply>

export const writeEnquiryRoute = defineRoute({
  id: 'writeEnquiry',
  method: 'POST',
  path: '/family/enquiries',
  function: 'enquiries',
  access: ['guardian'],
  summary: 'Write to a service of the town; the reply has a follow-up number',
  headers: idempotencyHeaders,
  body: writtenSchema,
  status: 201,
  reply: enquiryReply,
  errors: ['not-found', 'too-many-attempts', 'idempotency-key-reused', 'concurrent-change'],
})

export const listEnquiriesRoute = defineRoute({
  id: 'listEnquiries',
  method: 'GET',
  path: '/family/enquiries',
  function: 'enquiries',
  access: ['guardian'],
  summary: 'What I have written to services of the town and what they answered, newest first',
  query: pageOfFamily,
  status: 200,
  reply: z.strictObject({ enquiries: z.array(enquiryReply), next: nextOfFamily }),
  errors: ['not-found'],
})

export const continueEnquiryRoute = defineRoute({
  id: 'continueEnquiry',
  method: 'POST',
  path: '/family/enquiries/{number}/messages',
  function: 'enquiries',
  access: ['guardian'],
  summary: 'Write on under the same number; it awaits an answer again',
  parameters: byNumber,
  headers: idempotencyHeaders,
  body: z.strictObject({ message: messageSchema }),
  status: 201,
  reply: enquiryReply,
  errors: ['not-found', 'file-full', 'idempotency-key-reused', 'concurrent-change'],
})

export const writeAsVisitorRoute = defineRoute({
  id: 'writeAsVisitor',
  method: 'POST',
  path: '/enquiries',
  function: 'enquiries',
  access: 'public',
  summary: 'Write to a service of the town without an account; the answer comes by mail',
  headers: idempotencyHeaders,
  body: writtenSchema.extend(visitorSchema.shape),
  status: 201,
  reply: z.strictObject({ number: requestNumberSchema }),
  errors: ['too-many-attempts', 'idempotency-key-reused', 'concurrent-change'],
})

export const listOpenEnquiriesRoute = defineRoute({
  id: 'listOpenEnquiries',
  method: 'GET',
  path: '/enquiries',
  function: 'enquiries',
  access: OFFICE,
  summary: 'What awaits the answer of the services that I answer for, or of one; oldest first',
  query: z.strictObject({
    serviceId: serviceIdSchema.optional(),
    limit,
    after: placeInInboxSchema.optional().describe('`next` of the page before'),
  }),
  status: 200,
  reply: z.strictObject({
    enquiries: z.array(staffReply),
    next: placeInInboxSchema.optional().describe('Where more wait: `after` of the next page'),
  }),
  errors: ['not-found'],
})

export const listFamilyEnquiriesRoute = defineRoute({
  id: 'listFamilyEnquiries',
  method: 'GET',
  path: '/families/{familyId}/enquiries',
  function: 'enquiries',
  access: OFFICE,
  summary: 'What a family has written to the services that I answer for, newest first',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  query: pageOfFamily,
  status: 200,
  reply: z.strictObject({ enquiries: z.array(staffReply), next: nextOfFamily }),
  errors: [],
})

/** What staff make of an enquiry: they answer it, or close it without a word. */
const answerBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), message: messageSchema }),
  z.strictObject({ kind: z.literal('close') }),
])

const answering = {
  method: 'POST',
  function: 'enquiries',
  access: OFFICE,
  headers: z.object({ 'if-match': ifMatchSchema }),
  body: answerBody,
  status: 200,
  reply: staffReply,
  versioned: true,
  errors: ['not-found', 'file-full', 'changed-meanwhile'],
} as const

export const answerEnquiryRoute = defineRoute({
  ...answering,
  id: 'answerEnquiry',
  path: '/families/{familyId}/enquiries/{number}/answer',
  summary: 'Answer a family, or close what it wrote; of the version that was read',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
})

export const answerVisitorRoute = defineRoute({
  ...answering,
  id: 'answerVisitor',
  path: '/visitors/{visitorId}/enquiries/{number}/answer',
  summary: 'Answer a visitor by mail, or close what they wrote; of the version that was read',
  parameters: z.strictObject({ visitorId: visitorIdSchema, number: numberInTextSchema }),
})
