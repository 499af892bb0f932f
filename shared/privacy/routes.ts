import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  familyIdSchema,
  ifMatchSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  requestNumberSchema,
  versionSchema,
} from '../platform/schemas.ts'
import {
  ERASURE_REASON_CODES,
  erasureReportSchema,
  erasureRequestSchema,
  purgeReportSchema,
  reportLineSchema,
} from './model.ts'

/** The most that one call lists. */
const MOST_LISTED = 100

const limit = z.coerce.number().int().min(1).max(MOST_LISTED).default(50)

/** A request for erasure as people read it. */
export const erasureRequestReply = z.strictObject({
  number: requestNumberSchema,
  askedAt: instantSchema,
  /** Until when the town answers. */
  dueOn: isoDateSchema,
  state: erasureRequestSchema.shape.state,
  stateLabel: z.string(),
  refusal: z.strictObject({ at: instantSchema, reason: z.string() }).optional(),
})

/** How many items of a kind had which end. */
export const reportLineReply = reportLineSchema.extend({
  title: z.string(),
  outcomeLabel: z.string(),
})

/** The report of an erasure. */
export const erasureReply = erasureReportSchema.strict().extend({
  reasonLabel: z.string(),
  lines: z.array(reportLineReply),
})

/** The report of a run of the purge. */
export const purgeReply = z.strictObject({
  ...purgeReportSchema.pick({
    day: true,
    state: true,
    startedAt: true,
    doneAt: true,
    warned: true,
    erased: true,
    withheld: true,
    held: true,
    failed: true,
  }).shape,
  lines: z.array(reportLineReply),
})

export const askErasureRoute = defineRoute({
  id: 'askErasure',
  method: 'POST',
  path: '/family/erasure-requests',
  function: 'privacy',
  access: ['guardian'],
  summary: 'Ask that all that is held of my family be erased; the town answers within a month',
  headers: idempotencyHeaders,
  status: 201,
  reply: erasureRequestReply,
  errors: ['not-found', 'idempotency-key-reused', 'concurrent-change'],
})

export const listMyErasureRequestsRoute = defineRoute({
  id: 'listMyErasureRequests',
  method: 'GET',
  path: '/family/erasure-requests',
  function: 'privacy',
  access: ['guardian'],
  summary: 'The requests of my family to be erased, the newest first',
  status: 200,
  reply: z.strictObject({ requests: z.array(erasureRequestReply) }),
  errors: ['not-found'],
})

/** The place of a request among those that await an answer. */
const requestPlaceSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d_\d{1,9}$/)
  .meta({ examples: ['2025-08-15_12'] })

export const listErasureRequestsRoute = defineRoute({
  id: 'listErasureRequests',
  method: 'GET',
  path: '/erasure-requests',
  function: 'privacy',
  access: ['agent', 'administrator'],
  summary: 'The requests for erasure that await an answer, what is due first',
  query: z.strictObject({ limit, from: requestPlaceSchema.optional() }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      erasureRequestReply.extend({ familyId: familyIdSchema, familyName: z.string() }),
    ),
    /** Where to read on; nothing behind the last page. */
    next: requestPlaceSchema.optional(),
  }),
  errors: [],
})

export const refuseErasureRoute = defineRoute({
  id: 'refuseErasure',
  method: 'POST',
  path: '/families/{familyId}/erasure-requests/{number}/refusal',
  function: 'privacy',
  access: ['administrator'],
  summary: 'Refuse a request for erasure with a reason, which the family is told by mail',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
  body: z.strictObject({ reason: reasonSchema }),
  status: 200,
  reply: erasureRequestReply,
  errors: ['not-found', 'already-decided', 'concurrent-change'],
})

export const eraseFamilyRoute = defineRoute({
  id: 'eraseFamily',
  method: 'POST',
  path: '/families/{familyId}/erasure',
  function: 'erase-families',
  access: ['administrator'],
  summary:
    'Erase a family: accounting data is made anonymous and kept, all else is deleted; again to finish what was cut off',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  body: z.strictObject({
    reason: z.enum(ERASURE_REASON_CODES),
    /** The request of the family that it answers. */
    requestNumber: requestNumberSchema.optional(),
  }),
  status: 200,
  reply: erasureReply,
  errors: ['not-found', 'erasure-refused', 'concurrent-change'],
})

/** The place of an erasure among all of the town. */
const erasurePlaceSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[\w-]{1,48}$/)
  .meta({ examples: ['2025-07-15T08:41:00.000Z_1001'] })

export const listErasuresRoute = defineRoute({
  id: 'listErasures',
  method: 'GET',
  path: '/erasures',
  function: 'privacy',
  access: ['administrator'],
  summary: 'The reports of erased families, the newest first',
  query: z.strictObject({ limit, from: erasurePlaceSchema.optional() }),
  status: 200,
  reply: z.strictObject({
    erasures: z.array(erasureReply),
    /** Where to read on; nothing behind the last page. */
    next: erasurePlaceSchema.optional(),
  }),
  errors: [],
})

export const readErasureRoute = defineRoute({
  id: 'readErasure',
  method: 'GET',
  path: '/erasures/{familyId}',
  function: 'privacy',
  access: ['administrator'],
  summary: 'The report of an erased family, by the number that its file had',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  status: 200,
  reply: erasureReply,
  errors: ['not-found'],
})

export const listPurgesRoute = defineRoute({
  id: 'listPurges',
  method: 'GET',
  path: '/purges',
  function: 'privacy',
  access: ['administrator'],
  summary: 'The reports of the daily purge of what was kept for its period, the newest first',
  query: z.strictObject({ limit }),
  status: 200,
  reply: z.strictObject({ purges: z.array(purgeReply) }),
  errors: [],
})

export const setLegalHoldRoute = defineRoute({
  id: 'setLegalHold',
  method: 'PUT',
  path: '/families/{familyId}/legal-hold',
  function: 'privacy',
  access: ['administrator'],
  summary: 'Hold a file, so that neither an erasure nor the purge touches it, or end that',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: z.object({ 'if-match': ifMatchSchema }),
  body: z.strictObject({ held: z.boolean(), reason: reasonSchema }),
  status: 200,
  versioned: true,
  reply: z.strictObject({
    familyId: familyIdSchema,
    version: versionSchema,
    held: z.boolean(),
    since: instantSchema.optional(),
    reason: z.string().optional(),
  }),
  errors: ['not-found', 'changed-meanwhile', 'concurrent-change'],
})
