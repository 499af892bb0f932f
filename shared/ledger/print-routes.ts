import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema } from '../platform/schemas.ts'

/** A civil year. */
const year = z.string().regex(/^20\d\d$/)

const common = {
  ...letterRoute,
  method: 'GET',
  errors: ['not-found', 'period-out-of-range'],
} as const

export const printStatementRoute = defineRoute({
  ...common,
  id: 'printStatement',
  path: '/statements/{year}/document',
  access: ['guardian'],
  summary: 'What I paid for child care in a civil year that is over, for the tax office',
  parameters: z.strictObject({ year }),
})

export const printFamilyStatementRoute = defineRoute({
  ...common,
  id: 'printFamilyStatement',
  path: '/families/{familyId}/statements/{year}/document',
  access: ['accountant', 'administrator'],
  summary: 'What a family paid for child care in a civil year that is over',
  parameters: z.strictObject({ familyId: familyIdSchema, year }),
})
