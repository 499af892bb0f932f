import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { TOPICS } from './topics.ts'

const preferencesBody = z.strictObject({
  reminders: z
    .boolean()
    .describe(
      'Mails before the deadline of a week in which a child who usually comes has nothing booked',
    ),
  news: z.boolean().describe('News of the town by mail'),
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
  errors: ['not-found', 'concurrent-change'],
})

const unsubscribing = {
  path: '/unsubscribe/{topic}/{secret}',
  function: 'mail-health',
  access: 'public',
  parameters: z.strictObject({
    topic: z.enum(TOPICS),
    secret: z
      .string()
      .regex(/^[\w-]{32}$/)
      .meta({ examples: ['q7mB2vX9sK4tL8wR1yN6cF3hJ5dG0aZe'] }),
  }),
  status: 200,
  reply: { mediaType: 'text/html; charset=utf-8' },
} as const

export const showUnsubscribeRoute = defineRoute({
  ...unsubscribing,
  id: 'showUnsubscribe',
  method: 'GET',
  summary:
    'The page, linked from a mail, on which people stop mails of its kind; it changes nothing',
  errors: [],
})

export const unsubscribeRoute = defineRoute({
  ...unsubscribing,
  id: 'unsubscribe',
  method: 'POST',
  summary: 'Stop the mails of a kind by one click (RFC 8058), without signing in',
  form: z.looseObject({
    'List-Unsubscribe': z
      .string()
      .optional()
      .meta({ examples: ['One-Click'] }),
  }),
  errors: ['not-found', 'concurrent-change'],
})
