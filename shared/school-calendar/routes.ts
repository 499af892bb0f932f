import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { keptReportSchema } from './model.ts'

const { moved, own, unreadable, publicHolidays, ...told } = keptReportSchema.shape

export const readSchoolCalendarRoute = defineRoute({
  id: 'readSchoolCalendar',
  method: 'GET',
  path: '/town/school-calendar',
  function: 'staff',
  access: ['agent', 'accountant', 'administrator'],
  summary:
    'What the last comparison with the official school calendar has found, and what it moved',
  status: 200,
  reply: z.strictObject({
    /** Absent before the first comparison. */
    last: z
      .strictObject({
        ...told,
        /** In French, a sentence for each finding. */
        findings: z.array(z.string()),
        own: own.describe('Days on which the town’s word counts'),
        unreadable: unreadable.describe('As the log says it'),
        publicHolidays: publicHolidays.describe('Only the State has them, or the portal'),
      })
      .optional(),
    moved,
  }),
  errors: [],
})
