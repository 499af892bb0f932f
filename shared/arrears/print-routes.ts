import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, numberInTextSchema } from '../platform/schemas.ts'
import { BOOKKEEPERS } from './routes.ts'

const common = { ...letterRoute, method: 'GET', errors: ['not-found'] } as const

export const printReminderRoute = defineRoute({
  ...common,
  id: 'printReminder',
  path: '/reminders/{reminder}/document',
  access: ['guardian'],
  summary: 'The letter of a reminder that I got',
  parameters: z.strictObject({ reminder: numberInTextSchema }),
})

export const printFamilyReminderRoute = defineRoute({
  ...common,
  id: 'printFamilyReminder',
  path: '/families/{familyId}/reminders/{reminder}/document',
  access: BOOKKEEPERS,
  summary: 'The letter of a reminder to a family, to be sent by post',
  parameters: z.strictObject({ familyId: familyIdSchema, reminder: numberInTextSchema }),
})
