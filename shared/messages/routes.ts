import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'

const preferencesBody = z.strictObject({
  reminders: z
    .boolean()
    .describe(
      'Mails before the deadline of a week in which a child who usually comes has nothing booked',
    ),
})

export const readPreferencesRoute = defineRoute({
  id: 'readPreferences',
  method: 'GET',
  path: '/preferences',
  function: 'family',
  access: ['guardian'],
  summary: 'What my family wants to be told by mail',
  status: 200,
  reply: preferencesBody,
  errors: ['not-found'],
})

export const setPreferencesRoute = defineRoute({
  id: 'setPreferences',
  method: 'PUT',
  path: '/preferences',
  function: 'family',
  access: ['guardian'],
  summary: 'Choose what my family is told by mail, such as no more reminders',
  body: preferencesBody,
  status: 200,
  reply: preferencesBody,
  errors: ['not-found'],
})
