import * as z from 'zod'
import { fullestDaysReply } from '../places/routes.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  groupIdSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  paragraphsSchema,
  placeInInboxSchema,
  requestNumberSchema,
  unitIdSchema,
} from '../platform/schemas.ts'
import { ERROR_CODES } from '../kernel/errors.ts'
import { requestStateSchema } from './model.ts'

export const requestReply = z.strictObject({
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
  /**
   * `+` added, `-` removed, `.` unchanged; `w` on the waiting list, `o` a place is offered; `n` without
   * a place or refused, `k` not removed since that was refused.
   */
  units: z.array(
    z.strictObject({
      unitId: unitIdSchema,
      name: z.string(),
      changes: z.string().describe('One letter a day, from `from` to `to`'),
    }),
  ),
  message: z.string().optional(),
  /** The days that staff refused although they accepted the request. */
  refusedDates: z.array(isoDateSchema).optional(),
})
export type RequestReply = z.infer<typeof requestReply>

const requestPage = {
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    before: numberInTextSchema.optional(),
    child: childIdSchema.optional(),
    activity: activityIdSchema.optional(),
    state: requestStateSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(requestReply),
    /** Pass as `before` to read on; absent at the end. */
    next: z.int().optional(),
  }),
} as const

export const listRequestsRoute = defineRoute({
  id: 'listRequests',
  method: 'GET',
  path: '/requests',
  function: 'family',
  access: ['guardian'],
  summary: 'My requests, newest first, of one child, activity or state or of all',
  ...requestPage,
  errors: ['not-found'],
})

export const listFamilyRequestsRoute = defineRoute({
  id: 'listFamilyRequests',
  method: 'GET',
  path: '/families/{familyId}/requests',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'The requests of a family, newest first, of one child, activity or state or of all',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  ...requestPage,
  errors: ['not-found'],
})

const dayOutcomeSchema = z.enum([
  'booked',
  'cancelled',
  'requested',
  'cancellation-requested',
  'refused',
  'cancellation-refused',
  'waiting',
  'offered',
  'unplaced',
  'withdrawn',
  'moot',
])

export const readRequestRoute = defineRoute({
  id: 'readRequest',
  method: 'GET',
  path: '/requests/{number}',
  function: 'family',
  access: ['guardian'],
  summary: 'One of my requests, with what became of each day',
  parameters: z.strictObject({ number: numberInTextSchema }),
  status: 200,
  reply: requestReply.extend({
    days: z.array(
      z.strictObject({
        date: isoDateSchema,
        units: z.array(
          z.strictObject({
            unitId: unitIdSchema,
            name: z.string(),
            outcome: dayOutcomeSchema,
            outcomeLabel: z.string(),
          }),
        ),
      }),
    ),
  }),
  errors: ['not-found'],
})

export const withdrawRequestRoute = defineRoute({
  id: 'withdrawRequest',
  method: 'POST',
  path: '/requests/{number}/withdrawal',
  function: 'family',
  access: ['guardian'],
  summary: 'Withdraw a request that awaits a decision or waits for places',
  parameters: z.strictObject({ number: numberInTextSchema }),
  status: 200,
  reply: requestReply,
  errors: ['not-found', 'already-decided', 'concurrent-change'],
})

const years = z.coerce.number().int().min(0).max(30)
const days = z.coerce.number().int().min(0).max(3650)

export const listPendingRequestsRoute = defineRoute({
  id: 'listPendingRequests',
  method: 'GET',
  path: '/pending-requests',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'The requests that await a decision of staff, oldest first, of an activity, an age…',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    after: placeInInboxSchema.optional(),
    activity: activityIdSchema.optional(),
    group: groupIdSchema.optional(),
    minAge: years.optional().describe('The least age on the first day of the request, in years'),
    maxAge: years.optional().describe('The highest age on the first day of the request, in years'),
    olderThanDays: days.optional().describe('Only what was submitted more than so many days ago'),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      requestReply.extend({
        familyId: familyIdSchema,
        familyName: z.string(),
        groupId: groupIdSchema,
        group: z.string(),
        age: z.int().optional().describe('In years, on the first day'),
        daysAdded: z.int(),
        daysRemoved: z.int(),
        daysWaited: z.int().describe('Since it was submitted'),
      }),
    ),
    next: z
      .string()
      .optional()
      .describe('Pass as `after` to read on, even after an empty page; absent at the end'),
  }),
  errors: [],
})

const decision = {
  outcome: z.enum(['accepted', 'refused']),
  message: paragraphsSchema(1000).optional(),
  refusedDates: z
    .array(isoDateSchema)
    .max(400)
    .optional()
    .describe('The days of an accepted request that are refused all the same'),
}

export const decideRequestRoute = defineRoute({
  id: 'decideRequest',
  method: 'POST',
  path: '/families/{familyId}/requests/{number}/decision',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Accept or refuse a request, as a whole or by date; the family is mailed',
  parameters: z.strictObject({
    familyId: familyIdSchema,
    number: numberInTextSchema,
  }),
  body: z.strictObject(decision),
  status: 200,
  reply: requestReply,
  errors: [
    'not-found',
    'already-decided',
    'request-withdrawn',
    'date-not-requested',
    'concurrent-change',
  ],
})

const decisionReply = z.strictObject({
  familyId: familyIdSchema,
  number: requestNumberSchema,
  /** As it is now; absent when the decision was refused. */
  request: requestReply.optional(),
  /** Why the decision was refused; the others stand. */
  problem: z
    .strictObject({ code: z.enum(ERROR_CODES), title: z.string(), detail: z.string().optional() })
    .optional(),
})
export type DecisionReply = z.input<typeof decisionReply>

export const decideRequestsRoute = defineRoute({
  id: 'decideRequests',
  method: 'POST',
  path: '/decisions',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Accept or refuse many requests; each family gets one mail',
  body: z.strictObject({
    decisions: z
      .array(z.strictObject({ familyId: familyIdSchema, number: requestNumberSchema, ...decision }))
      .min(1)
      .max(100),
  }),
  status: 200,
  reply: z.strictObject({
    /** In the order of the decisions. */
    results: z.array(decisionReply),
  }),
  errors: [],
})

const pendingCount = {
  pending: z.int(),
  older: z.int().describe('Submitted more than `days` days ago'),
}

export const readDashboardRoute = defineRoute({
  id: 'readDashboard',
  method: 'GET',
  path: '/dashboard',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'What awaits staff, in figures',
  query: z.strictObject({ days: days.default(7) }),
  status: 200,
  reply: z.strictObject({
    requests: z.strictObject({
      ...pendingCount,
      activities: z.array(
        z.strictObject({ activityId: activityIdSchema, activity: z.string(), ...pendingCount }),
      ),
    }),
    /** Of each activity with counted places, the fullest days of the next four weeks. */
    places: z.array(fullestDaysReply),
  }),
  errors: [],
})
