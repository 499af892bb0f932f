import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  attachmentIdSchema,
  familyIdSchema,
  ifMatchSchema,
  instantSchema,
  LARGEST_NUMBER,
  numberInTextSchema,
  requestNumberSchema,
  versionSchema,
} from '../platform/schemas.ts'
import {
  askedFieldSchema,
  fieldDecisionSchema,
  fieldOutcomeSchema,
  MOST_FIELDS,
  targetSchema,
} from './model.ts'

/** A request for changes of a file as people read it. */
export const changeReply = z.strictObject({
  familyId: familyIdSchema,
  familyName: z.string(),
  number: requestNumberSchema,
  version: versionSchema,
  target: targetSchema,
  about: z.string(),
  asked: z.array(askedFieldSchema.extend({ label: z.string() })),
  attachmentIds: z.array(attachmentIdSchema),
  askedAt: instantSchema,
  askedBy: z.string(),
  state: z.enum(['pending', 'decided', 'withdrawn']),
  decision: z
    .strictObject({
      at: instantSchema,
      message: z.string().optional(),
      outcomes: z.array(fieldOutcomeSchema.extend({ label: z.string() })),
    })
    .optional(),
})

/** The most requests for changes that one call lists. */
const MOST_LISTED = 100

export const listMyChangesRoute = defineRoute({
  id: 'listMyChanges',
  method: 'GET',
  path: '/family/changes',
  function: 'files',
  access: ['guardian'],
  summary: 'The changes of my file that staff check or have checked, the newest first',
  status: 200,
  reply: z.strictObject({ changes: z.array(changeReply) }),
  errors: ['not-found'],
})

export const withdrawChangeRoute = defineRoute({
  id: 'withdrawChange',
  method: 'POST',
  path: '/family/changes/{number}/withdrawal',
  function: 'files',
  access: ['guardian'],
  summary: 'Withdraw changes of my file that staff have not checked yet; what it holds stays',
  parameters: z.strictObject({ number: numberInTextSchema }),
  status: 200,
  versioned: true,
  reply: changeReply,
  errors: ['not-found', 'file-inactive', 'already-decided', 'concurrent-change'],
})

export const listChangesRoute = defineRoute({
  id: 'listChanges',
  method: 'GET',
  path: '/changes',
  function: 'files',
  access: ['agent', 'administrator'],
  summary: 'The changes of family files that await staff, the oldest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(50),
    /** The number of the last one of the page before. */
    after: numberInTextSchema.max(LARGEST_NUMBER - 1).optional(),
  }),
  status: 200,
  reply: z.strictObject({
    changes: z.array(changeReply),
    /** Where to read on; nothing behind the last page. */
    next: z.int().optional(),
  }),
  errors: [],
})

export const decideChangeRoute = defineRoute({
  id: 'decideChange',
  method: 'POST',
  path: '/families/{familyId}/changes/{number}/decision',
  function: 'files',
  access: ['agent', 'administrator'],
  summary: 'Accept or refuse changes of a family file, field by field; the family is told by mail',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
  headers: z.object({ 'if-match': ifMatchSchema }),
  body: z.strictObject({
    /** One for each field that is asked. */
    decisions: z.array(fieldDecisionSchema).min(1).max(MOST_FIELDS),
    /** What the family is told; needed to refuse. */
    message: reasonSchema.optional(),
  }),
  status: 200,
  versioned: true,
  reply: changeReply,
  errors: [
    'not-found',
    'already-decided',
    'request-withdrawn',
    'changed-meanwhile',
    'concurrent-change',
  ],
})
