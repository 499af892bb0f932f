import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, paragraphsSchema } from '../platform/schemas.ts'
import { wishesSchema } from './model.ts'
import { requestReply } from './request-routes.ts'
import { submitWishesRoute } from './routes.ts'

export const bookOnBehalfRoute = defineRoute({
  id: 'bookOnBehalf',
  method: 'POST',
  path: '/families/{familyId}/submissions',
  function: 'staff',
  access: ['agent', 'administrator'],
  summary: 'Book, change or cancel in the place of a family, also after the deadline; it is mailed',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  headers: submitWishesRoute.headers,
  body: wishesSchema.extend({
    /** Why the agent does so: kept with the requests, and told to the family. */
    reason: paragraphsSchema(500, 3),
    /** Whether days cancelled after the deadline are excused, and thus not owed. */
    justified: z.boolean().default(false),
  }),
  status: 201,
  reply: z.strictObject({ requests: z.array(requestReply) }),
  // An agent books whatever the family owes, with a reason.
  errors: submitWishesRoute.errors.filter((code) => code !== 'debts-overdue'),
})
