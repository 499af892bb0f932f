import * as z from 'zod'
import { enrolmentLabelsReply } from '../families/label-enrolment.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  requestNumberSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { requestStateSchema, wishesSchema } from './model.ts'

const line = z.string().describe('One letter a day, from `from` to `to`')

const legend = z.array(z.strictObject({ letter: z.string(), meaning: z.string() }))

const plannedEnrolment = enrolmentLabelsReply.extend({
  /** Whether each day can be changed, and else why not. */
  availability: line,
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string(), days: line })),
})

export const readPlanningRoute = defineRoute({
  id: 'readPlanning',
  method: 'GET',
  path: '/planning',
  function: 'family',
  access: ['guardian'],
  summary: 'The planning of all my children, for the week in course or any period of up to a year',
  query: z.strictObject({ from: isoDateSchema.optional(), to: isoDateSchema.optional() }),
  status: 200,
  reply: z.strictObject({
    from: isoDateSchema,
    to: isoDateSchema,
    legend,
    availabilityLegend: legend,
    children: z.array(
      z.strictObject({
        childId: childIdSchema,
        firstName: z.string(),
        enrolments: z.array(plannedEnrolment),
      }),
    ),
  }),
  errors: ['not-found', 'period-out-of-range'],
})

const datedUnits = z.array(z.strictObject({ date: isoDateSchema, units: z.array(z.string()) }))

export const previewWishesRoute = defineRoute({
  id: 'previewWishes',
  method: 'POST',
  path: '/planning/preview',
  function: 'family',
  access: ['guardian'],
  summary: 'What a submission of these wishes would change; nothing is stored',
  body: wishesSchema,
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      z.strictObject({
        childId: childIdSchema,
        child: z.string(),
        activityId: activityIdSchema,
        activity: z.string(),
        facility: z.string(),
        state: requestStateSchema,
        from: isoDateSchema,
        to: isoDateSchema,
        /** The planning as it would be, from `from` to `to`. */
        units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string(), days: line })),
        added: datedUnits,
        removed: datedUnits,
      }),
    ),
    /** Days of the wishes that stay as they are, and why. */
    kept: z.array(
      z.strictObject({
        childId: childIdSchema,
        activityId: activityIdSchema,
        date: isoDateSchema,
        unitId: unitIdSchema,
        reason: z.string(),
      }),
    ),
  }),
  errors: [
    'not-found',
    'unknown-enrolment',
    'unknown-unit',
    'exclusive-units',
    'period-out-of-range',
  ],
})

const requestReply = z.strictObject({
  number: requestNumberSchema,
  submittedAt: instantSchema,
  state: requestStateSchema,
  stateLabel: z.string(),
  childId: childIdSchema,
  child: z.string(),
  activityId: activityIdSchema,
  activity: z.string(),
  facility: z.string(),
  service: z.string(),
  from: isoDateSchema,
  to: isoDateSchema,
  /** `+` added, `-` removed, `.` unchanged. */
  units: z.array(z.strictObject({ unitId: unitIdSchema, name: z.string(), changes: line })),
  message: z.string().optional(),
})
export type RequestReply = z.infer<typeof requestReply>

export const submitWishesRoute = defineRoute({
  id: 'submitWishes',
  method: 'POST',
  path: '/submissions',
  function: 'family',
  access: ['guardian'],
  summary:
    'Book, change or cancel for all children at once; one numbered request per child and activity',
  headers: z.object({
    'idempotency-key': z
      .string()
      .min(8)
      .max(64)
      .regex(/^[\w-]+$/),
  }),
  body: wishesSchema,
  status: 201,
  reply: z.strictObject({ requests: z.array(requestReply) }),
  errors: [
    'not-found',
    'unknown-enrolment',
    'unknown-unit',
    'exclusive-units',
    'period-out-of-range',
    'nothing-to-change',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const listRequestsRoute = defineRoute({
  id: 'listRequests',
  method: 'GET',
  path: '/requests',
  function: 'family',
  access: ['guardian'],
  summary: 'My requests, newest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    before: numberInTextSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(requestReply),
    /** Pass as `before` to read on; absent at the end. */
    next: z.int().optional(),
  }),
  errors: [],
})

/** Where a reader of the inbox has arrived: the time and first number of a submission. */
const PLACE_IN_INBOX = /^\d{4}-\d{2}-\d{2}T[\d:.]{12}Z_\d{1,9}$/

export const listPendingRequestsRoute = defineRoute({
  id: 'listPendingRequests',
  method: 'GET',
  path: '/pending-requests',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'The requests that await a decision of staff, oldest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    after: z.string().regex(PLACE_IN_INBOX).optional(),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(requestReply.extend({ familyId: familyIdSchema, familyName: z.string() })),
    next: z.string().optional().describe('Pass as `after` to read on; absent at the end'),
  }),
  errors: [],
})

export const decideRequestRoute = defineRoute({
  id: 'decideRequest',
  method: 'POST',
  path: '/families/{familyId}/requests/{number}/decision',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Accept or refuse a request; the family is mailed',
  parameters: z.strictObject({
    familyId: familyIdSchema,
    number: numberInTextSchema,
  }),
  body: z.strictObject({
    outcome: z.enum(['accepted', 'refused']),
    message: z.string().min(1).max(1000).optional(),
  }),
  status: 200,
  reply: requestReply,
  errors: ['not-found', 'already-decided', 'concurrent-change'],
})
