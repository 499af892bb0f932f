import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, instantSchema, isoDateSchema } from '../platform/schemas.ts'
import { reasonSchema, shownMeansSchema } from './model.ts'

const meansReply = shownMeansSchema.strict().extend({
  notedAt: instantSchema,
  notedBy: z.string().optional(),
  reason: z.string().optional(),
  /** Whether it is what counts today. */
  inForce: z.boolean(),
})

const listReply = z.strictObject({
  familyId: familyIdSchema,
  /** By the day from which they count, the earliest first. */
  means: z.array(meansReply),
})

const ofFamily = z.strictObject({ familyId: familyIdSchema })
const ofDay = ofFamily.extend({ from: isoDateSchema })

const common = {
  function: 'accounting',
  // Incomes are for those who price and bill.
  access: ['accountant', 'administrator'],
  status: 200,
  reply: listReply,
} as const

export const listMeansRoute = defineRoute({
  ...common,
  id: 'listMeans',
  method: 'GET',
  path: '/families/{familyId}/means',
  summary: 'What a family has to live on, from which day each counts: quotient, income, parts',
  parameters: ofFamily,
  errors: ['not-found'],
})

export const noteMeansRoute = defineRoute({
  ...common,
  id: 'noteMeans',
  method: 'PUT',
  path: '/families/{familyId}/means/{from}',
  summary:
    'Note what a family shows of its means; it counts from the day by the town’s rule, or an earlier one with a reason',
  parameters: ofDay,
  body: shownMeansSchema.omit({ from: true }).strict().extend({ reason: reasonSchema.optional() }),
  errors: ['not-found', 'concurrent-change'],
})

export const removeMeansRoute = defineRoute({
  ...common,
  id: 'removeMeans',
  method: 'DELETE',
  path: '/families/{familyId}/means/{from}',
  summary: 'Remove means of a family that do not count yet',
  parameters: ofDay,
  errors: ['not-found', 'period-out-of-range', 'concurrent-change'],
})
