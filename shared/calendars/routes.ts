import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'

export const createCalendarLinkRoute = defineRoute({
  id: 'createCalendarLink',
  method: 'POST',
  path: '/calendar-link',
  function: 'family',
  access: ['guardian'],
  summary: 'Make a secret link to the calendar of my children; the earlier one ends',
  status: 201,
  reply: z.strictObject({
    path: z
      .string()
      .describe('Where the calendar is, below the address of this API; it is shown only now'),
  }),
  errors: ['not-found', 'concurrent-change'],
})

export const revokeCalendarLinkRoute = defineRoute({
  id: 'revokeCalendarLink',
  method: 'DELETE',
  path: '/calendar-link',
  function: 'family',
  access: ['guardian'],
  summary: 'End the secret link to the calendar of my children',
  status: 200,
  reply: z.strictObject({ revoked: z.boolean().describe('Whether there was a link') }),
  errors: ['not-found', 'concurrent-change'],
})

export const readCalendarRoute = defineRoute({
  id: 'readCalendar',
  method: 'GET',
  path: '/calendars/{secret}',
  function: 'calendars',
  access: 'public',
  summary: 'What a family has booked, as an iCalendar file to subscribe to by its secret link',
  parameters: z.strictObject({
    secret: z.string().min(1).max(80).describe('The secret, which `.ics` may follow'),
  }),
  status: 200,
  reply: { mediaType: 'text/calendar; charset=utf-8' },
  errors: ['not-found'],
})
