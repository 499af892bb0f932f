import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema } from '../platform/schemas.ts'
import { familyLabelSchema } from './model.ts'
import { SHORTEST } from './rules.ts'

export const searchFamiliesRoute = defineRoute({
  id: 'searchFamilies',
  method: 'GET',
  path: '/families',
  function: 'staff',
  access: ['agent', 'accountant', 'administrator'],
  summary:
    'Families by the first letters of any name, e-mail, phone or file number; several words must all fit',
  query: z.strictObject({ search: z.string().trim().min(SHORTEST).max(100) }),
  status: 200,
  reply: z.strictObject({
    families: z.array(familyLabelSchema.extend({ familyId: familyIdSchema })),
    /** Whether there may be others: more letters find them. */
    more: z.boolean(),
  }),
  errors: [],
})
