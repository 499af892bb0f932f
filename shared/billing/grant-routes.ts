import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema } from '../platform/schemas.ts'
import { aidSchema, dayCreditSchema } from './model.ts'

/** What the address and the call say of a grant. */
const KNOWN = { familyId: true, notedBy: true, notedAt: true } as const

const ofFamily = z.strictObject({ familyId: familyIdSchema })
const aidAddress = z.strictObject(aidSchema.pick({ familyId: true, aidId: true }).shape)
const creditAddress = z.strictObject(dayCreditSchema.pick({ familyId: true, creditId: true }).shape)

const grantsReply = z.strictObject({
  familyId: familyIdSchema,
  aids: z.array(aidSchema.strict()),
  dayCredits: z.array(dayCreditSchema.strict()),
})

const common = {
  function: 'accounting',
  // Aids tell of hardship: they are for those who price and bill.
  access: ['accountant', 'administrator'],
  status: 200,
  reply: grantsReply,
} as const

const changing = { ...common, errors: ['not-found', 'concurrent-change'] } as const

export const listGrantsRoute = defineRoute({
  ...common,
  id: 'listGrants',
  method: 'GET',
  path: '/families/{familyId}/grants',
  summary: 'What others pay of the bills of a family, and the days that it has paid in advance',
  parameters: ofFamily,
  errors: ['not-found'],
})

export const grantAidRoute = defineRoute({
  ...changing,
  id: 'grantAid',
  method: 'PUT',
  path: '/families/{familyId}/aids/{aidId}',
  summary: 'Note what somebody else pays for a family (CCAS, CAF), within limits, or change it',
  parameters: aidAddress,
  body: aidSchema.omit({ ...KNOWN, aidId: true }).strict(),
})

export const removeAidRoute = defineRoute({
  ...changing,
  id: 'removeAid',
  method: 'DELETE',
  path: '/families/{familyId}/aids/{aidId}',
  summary: 'Remove an aid that no invoice has used; one that was used ends today',
  parameters: aidAddress,
})

export const grantDayCreditRoute = defineRoute({
  ...changing,
  id: 'grantDayCredit',
  method: 'PUT',
  path: '/families/{familyId}/day-credits/{creditId}',
  summary: 'Note days that a family pays in advance (carnet), or change them',
  parameters: creditAddress,
  body: dayCreditSchema.omit({ ...KNOWN, creditId: true }).strict(),
})

export const removeDayCreditRoute = defineRoute({
  ...changing,
  id: 'removeDayCredit',
  method: 'DELETE',
  path: '/families/{familyId}/day-credits/{creditId}',
  summary: 'Remove days paid in advance that no invoice has used; used ones end today',
  parameters: creditAddress,
})
