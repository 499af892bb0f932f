import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { instantSchema, isoDateSchema, schoolYearIdSchema } from '../platform/schemas.ts'
import { schoolYearSchema } from '../catalogue/model.ts'

const daysOfYearReply = z.array(
  z.strictObject({ schoolYear: schoolYearIdSchema, days: z.array(isoDateSchema) }),
)
const movedReply = { added: z.array(schoolYearIdSchema), changed: daysOfYearReply }

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
        due: instantSchema,
        ranAt: instantSchema,
        zone: schoolYearSchema.shape.zone,
        /** The addresses of the data sets. */
        sources: z.array(z.url()),
        /** In French, a sentence for each finding. */
        findings: z.array(z.string()),
        ...movedReply,
        own: daysOfYearReply.describe('Days on which the town’s word counts'),
        unreadable: z.array(z.string()).describe('As the log says it'),
        publicHolidays: z.array(isoDateSchema).describe('Only the State has them, or the portal'),
      })
      .optional(),
    /** The last comparison that changed days or added a school year. */
    moved: z.strictObject({ ranAt: instantSchema, ...movedReply }).optional(),
  }),
  errors: [],
})
