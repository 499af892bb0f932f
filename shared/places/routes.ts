import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import {
  activityIdSchema,
  groupIdSchema,
  isoDateSchema,
  slotIdSchema,
} from '../platform/schemas.ts'

/** How the places of a slot stand on a day. */
const countReply = {
  capacity: z.int(),
  held: z.int().describe('Children who have a place'),
  left: z.int().describe('Places that anybody can take'),
  kept: z.int().describe('Places given back, kept for the waiting list until it has been asked'),
}

export const setCapacityRoute = defineRoute({
  id: 'setCapacity',
  method: 'PUT',
  path: '/activities/{activityId}/groups/{groupId}/days/{date}/capacity',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Set how many places a group has on one day; new ones go to the waiting list first',
  parameters: z.strictObject({
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    date: isoDateSchema,
  }),
  body: z.strictObject({ slotId: slotIdSchema, places: z.int().min(0).max(2000) }),
  status: 200,
  reply: z.strictObject(countReply),
  errors: ['not-found', 'period-out-of-range', 'capacity-below-bookings', 'concurrent-change'],
})

export const readFillRoute = defineRoute({
  id: 'readFill',
  method: 'GET',
  path: '/activities/{activityId}/fill',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'How full an activity is, and how many wait: by group, day and slot',
  parameters: z.strictObject({ activityId: activityIdSchema }),
  query: z.strictObject({ from: isoDateSchema, to: isoDateSchema }),
  status: 200,
  reply: z.strictObject({
    activityId: activityIdSchema,
    activity: z.string(),
    groups: z.array(
      z.strictObject({
        groupId: groupIdSchema,
        group: z.string(),
        days: z.array(
          z.strictObject({
            date: isoDateSchema,
            slots: z.array(
              z.strictObject({
                slotId: slotIdSchema,
                slot: z.string(),
                ...countReply,
                waiting: z.int().describe('Children on the waiting list'),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
  errors: ['not-found', 'period-out-of-range'],
})

/** The fullest days of one activity, all groups and slots together. */
export const fullestDaysReply = z.strictObject({
  activityId: activityIdSchema,
  activity: z.string(),
  days: z.array(z.strictObject({ date: isoDateSchema, ...countReply })),
})
