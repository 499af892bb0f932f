import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, guardianIdSchema, instantSchema } from '../platform/schemas.ts'
import { addressIdSchema, standingSchema } from './model.ts'

/** The place of an address in the list: since when it has its problem, and its id. */
const cursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f]{64}$/)
  .meta({ examples: [`2025-09-10T08:00:00.000Z_${'0'.repeat(64)}`] })

const problemReply = standingSchema.extend({
  addressId: addressIdSchema,
  email: z.string(),
  holder: z
    .enum(['family', 'town', 'unknown'])
    .describe('Whose address it is: of a guardian, of a service of the town, or of nobody known'),
  family: z.strictObject({ familyId: familyIdSchema, name: z.string() }).optional(),
  guardian: z.strictObject({ guardianId: guardianIdSchema, name: z.string() }).optional(),
  invoicesToPost: z
    .array(z.string())
    .describe('Numbers of invoices and credit notes that reached nobody of the family by mail'),
})

const common = {
  function: 'mail-health',
  status: 200,
} as const

export const listMailProblemsRoute = defineRoute({
  ...common,
  id: 'listMailProblems',
  method: 'GET',
  path: '/mail-problems',
  access: ['agent', 'accountant', 'administrator'],
  summary: 'The addresses at which mails do not arrive or were called spam, the newest first',
  query: z.strictObject({
    after: cursorSchema.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  reply: z.strictObject({ problems: z.array(problemReply), next: cursorSchema.optional() }),
  errors: [],
})

export const exportMailProblemsRoute = defineRoute({
  ...common,
  id: 'exportMailProblems',
  method: 'GET',
  path: '/mail-problems/csv',
  access: ['agent', 'accountant', 'administrator'],
  summary: 'The same as a table, with the invoices that go by post',
  reply: { mediaType: 'text/csv; charset=utf-8' },
  errors: [],
})

export const readMailHealthRoute = defineRoute({
  ...common,
  id: 'readMailHealth',
  method: 'GET',
  path: '/families/{familyId}/mail-problems',
  access: ['agent', 'accountant', 'administrator'],
  summary: 'The guardians of a family at whose address mails do not arrive or were called spam',
  parameters: z.strictObject({ familyId: familyIdSchema }),
  reply: z.strictObject({
    problems: z.array(standingSchema.extend({ guardianId: guardianIdSchema, email: z.string() })),
  }),
  errors: ['not-found'],
})

/** What stands in the way of taking somebody's word that mails arrive. */
const CONFIRMING_ERRORS = ['not-found', 'too-many-attempts', 'concurrent-change'] as const

const confirmed = z.strictObject({ confirmedAt: instantSchema })

export const confirmOwnAddressRoute = defineRoute({
  ...common,
  id: 'confirmOwnAddress',
  method: 'POST',
  path: '/family/mail-confirmation',
  access: ['guardian'],
  summary: 'Say that mails arrive again at my address: the next one is tried',
  reply: confirmed,
  errors: CONFIRMING_ERRORS,
})

export const confirmAddressRoute = defineRoute({
  ...common,
  id: 'confirmAddress',
  method: 'POST',
  path: '/families/{familyId}/guardians/{guardianId}/mail-confirmation',
  access: ['agent'],
  summary: 'Say that mails arrive again at the address of a guardian: the next one is tried',
  parameters: z.strictObject({ familyId: familyIdSchema, guardianId: guardianIdSchema }),
  reply: confirmed,
  errors: CONFIRMING_ERRORS,
})

export const confirmListedAddressRoute = defineRoute({
  ...common,
  id: 'confirmListedAddress',
  method: 'POST',
  path: '/mail-problems/{addressId}/confirmation',
  access: ['agent', 'accountant', 'administrator'],
  summary: 'Say that mails arrive again at an address of the list: the next one is tried',
  parameters: z.strictObject({ addressId: addressIdSchema }),
  reply: confirmed,
  errors: CONFIRMING_ERRORS,
})
