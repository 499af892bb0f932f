import * as z from 'zod'
import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema, numberInTextSchema } from '../platform/schemas.ts'

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

const receipt = { ...letterRoute, method: 'GET', errors: ['not-found'] } as const

export const printReceiptRoute = defineRoute({
  ...receipt,
  id: 'printReceipt',
  path: '/ledger/payments/{number}/document',
  access: ['guardian'],
  summary: 'The receipt of one of my payments',
  parameters: z.strictObject({ number: numberInTextSchema }),
})

export const printFamilyReceiptRoute = defineRoute({
  ...receipt,
  id: 'printFamilyReceipt',
  path: '/families/{familyId}/payments/{number}/document',
  access: ['accountant', 'administrator'],
  summary: 'The receipt of a payment of a family',
  parameters: z.strictObject({ familyId: familyIdSchema, number: numberInTextSchema }),
})
