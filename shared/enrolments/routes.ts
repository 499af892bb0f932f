import * as z from 'zod'
import { enrolmentLabelsReply } from '../families/label-enrolment.ts'
import { reasonSchema } from '../families/model.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  childIdSchema,
  documentIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  instantSchema,
  isoDateSchema,
  numberInTextSchema,
  paragraphsSchema,
  placeInInboxSchema,
  requestNumberSchema,
  schoolYearIdSchema,
} from '../platform/schemas.ts'
import { idempotencyHeaders } from '../requests/model.ts'
import { askedEnrolmentSchema, enrolmentRequestStateSchema } from './model.ts'

const STAFF = ['agent', 'administrator'] as const

export const listEnrolmentOffersRoute = defineRoute({
  id: 'listEnrolmentOffers',
  method: 'GET',
  path: '/family/enrolment-offers',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'The activities that I can ask for: groups that fit each child, days, documents, places',
  status: 200,
  reply: z.strictObject({
    children: z.array(
      z.strictObject({
        childId: childIdSchema,
        firstName: z.string(),
        offers: z.array(
          z.strictObject({
            activityId: activityIdSchema,
            activity: z.string(),
            decision: z.enum(['automatic', 'staff']),
            schoolYear: schoolYearIdSchema,
            from: isoDateSchema,
            until: isoDateSchema,
            documents: z.array(z.strictObject({ documentId: documentIdSchema, name: z.string() })),
            /** Why it cannot be asked for just now. */
            closed: z.string().optional(),
            groups: z.array(
              z.strictObject({
                groupId: groupIdSchema,
                group: z.string(),
                facility: z.string(),
                /** Absent where all who come are taken. */
                placesLeft: z.int().optional(),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
  errors: ['not-found'],
})

export const enrolmentRequestReply = z.strictObject({
  number: requestNumberSchema,
  submittedAt: instantSchema,
  state: enrolmentRequestStateSchema,
  stateLabel: z.string(),
  childId: childIdSchema,
  child: z.string(),
  activityId: activityIdSchema,
  activity: z.string(),
  facility: z.string(),
  groupId: groupIdSchema,
  group: z.string(),
  from: isoDateSchema,
  until: isoDateSchema,
  documents: askedEnrolmentSchema.shape.documents,
  enrolmentId: enrolmentIdSchema.optional(),
  /** What the service says of its decision. */
  message: z.string().optional(),
})

export const requestEnrolmentRoute = defineRoute({
  id: 'requestEnrolment',
  method: 'POST',
  path: '/family/enrolment-requests',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'Ask for an activity for a child; decided at once or by staff, as the town sets',
  headers: idempotencyHeaders,
  body: askedEnrolmentSchema,
  status: 201,
  reply: enrolmentRequestReply,
  errors: [
    'not-found',
    'file-inactive',
    'file-full',
    'not-eligible',
    'period-out-of-range',
    'already-enrolled',
    'group-full',
    'idempotency-key-reused',
    'concurrent-change',
  ],
})

export const listOwnEnrolmentRequestsRoute = defineRoute({
  id: 'listOwnEnrolmentRequests',
  method: 'GET',
  path: '/family/enrolment-requests',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'My requests for enrolments, newest first',
  status: 200,
  reply: z.strictObject({ requests: z.array(enrolmentRequestReply) }),
  errors: ['not-found'],
})

export const withdrawEnrolmentRequestRoute = defineRoute({
  id: 'withdrawEnrolmentRequest',
  method: 'POST',
  path: '/family/enrolment-requests/{number}/withdrawal',
  function: 'enrolments',
  access: ['guardian'],
  summary: 'Withdraw a request for an enrolment that awaits a decision',
  parameters: z.strictObject({ number: numberInTextSchema }),
  status: 200,
  reply: enrolmentRequestReply,
  errors: ['not-found', 'already-decided', 'concurrent-change'],
})

export const listEnrolmentRequestsRoute = defineRoute({
  id: 'listEnrolmentRequests',
  method: 'GET',
  path: '/enrolment-requests',
  function: 'enrolments',
  access: STAFF,
  summary: 'The requests for enrolments that await a decision of staff, oldest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    after: placeInInboxSchema.optional(),
  }),
  status: 200,
  reply: z.strictObject({
    requests: z.array(
      enrolmentRequestReply.extend({
        familyId: familyIdSchema,
        familyName: z.string(),
        age: z.int().describe('In years, on the first day'),
        className: z.string().optional(),
      }),
    ),
    next: z.string().optional().describe('Pass as `after` to read on; absent at the end'),
  }),
  errors: [],
})

export const decideEnrolmentRequestRoute = defineRoute({
  id: 'decideEnrolmentRequest',
  method: 'POST',
  path: '/families/{familyId}/enrolment-requests/{number}/decision',
  function: 'enrolments',
  access: STAFF,
  summary:
    'Accept a request for an enrolment, perhaps in another group, or refuse it; the family is mailed',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
  body: z.discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('accepted'),
      /** The group asked for unless given. */
      groupId: groupIdSchema.optional(),
      message: paragraphsSchema(1000).optional(),
    }),
    z.strictObject({
      outcome: z.literal('refused'),
      message: paragraphsSchema(1000),
    }),
  ]),
  status: 200,
  reply: enrolmentRequestReply,
  errors: [
    'not-found',
    'already-decided',
    'file-inactive',
    'already-enrolled',
    'group-full',
    'concurrent-change',
  ],
})

export const endEnrolmentRoute = defineRoute({
  id: 'endEnrolment',
  method: 'POST',
  path: '/families/{familyId}/enrolments/{enrolmentId}/end',
  function: 'enrolments',
  access: STAFF,
  summary:
    'End an enrolment early, or cancel it before it begins; refused while days are booked after it',
  parameters: z.strictObject({ familyId: familyIdSchema, enrolmentId: enrolmentIdSchema }),
  body: z.strictObject({
    /** The last day of the enrolment; one before its first day cancels it. */
    lastDay: isoDateSchema,
    reason: reasonSchema,
  }),
  status: 200,
  reply: z.strictObject({
    enrolmentId: enrolmentIdSchema,
    /** What is left of it; absent when it is cancelled. */
    enrolment: enrolmentLabelsReply.optional(),
  }),
  errors: [
    'not-found',
    'unknown-enrolment',
    'period-out-of-range',
    'days-booked',
    'concurrent-change',
  ],
})
