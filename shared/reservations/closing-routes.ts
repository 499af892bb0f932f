import * as z from 'zod'
import { enrolmentLabelsReply } from '../families/label-enrolment.ts'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  isoDateSchema,
  paragraphsSchema,
} from '../platform/schemas.ts'

export const closeDayRoute = defineRoute({
  id: 'closeDay',
  method: 'POST',
  path: '/activities/{activityId}/closures',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Close an activity on a day: bookings are released, families mailed, nothing billed',
  parameters: z.strictObject({ activityId: activityIdSchema }),
  body: z.strictObject({
    date: isoDateSchema,
    /** Told to the families. */
    reason: paragraphsSchema(500, 3),
  }),
  status: 201,
  reply: z.strictObject({
    activityId: activityIdSchema,
    date: isoDateSchema,
    families: z.int().describe('Families of the activity, whose bookings are now being released'),
  }),
  errors: ['not-found', 'period-out-of-range', 'concurrent-change'],
})

export const changeGroupRoute = defineRoute({
  id: 'changeGroup',
  method: 'POST',
  path: '/families/{familyId}/enrolments/{enrolmentId}/group',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Move a child to another group from a day on, with its bookings',
  parameters: z.strictObject({ familyId: familyIdSchema, enrolmentId: enrolmentIdSchema }),
  body: z.strictObject({
    groupId: groupIdSchema,
    /** The first day in the new group. */
    from: isoDateSchema,
  }),
  status: 200,
  reply: enrolmentLabelsReply,
  errors: [
    'not-found',
    'unknown-enrolment',
    'period-out-of-range',
    'nothing-to-change',
    'group-full',
    'concurrent-change',
  ],
})
