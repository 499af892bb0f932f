import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { familyIdSchema } from '../platform/schemas.ts'
import { aidSchema, dayCreditSchema } from './model.ts'

/** What the address and the call say of a grant. */
const KNOWN = { familyId: true, notedBy: true, notedAt: true } as const

/** Aids tell of hardship: they are for those who price and bill. */
const ACCESS = ['accountant', 'administrator'] as const

const ofFamily = z.strictObject({ familyId: familyIdSchema })
const aidAddress = z.strictObject(aidSchema.pick({ familyId: true, aidId: true }).shape)
const creditAddress = z.strictObject(dayCreditSchema.pick({ familyId: true, creditId: true }).shape)

const grantsReply = z.strictObject({
  familyId: familyIdSchema,
  aids: z.array(aidSchema.strict()),
  dayCredits: z.array(dayCreditSchema.strict()),
})

export const listGrantsRoute = defineRoute({
  id: 'listGrants',
  method: 'GET',
  path: '/families/{familyId}/grants',
  function: 'accounting',
  access: ACCESS,
  summary: 'What others pay of the bills of a family, and the days that it has paid in advance',
  parameters: ofFamily,
  status: 200,
  reply: grantsReply,
  errors: ['not-found'],
})

export const grantAidRoute = defineRoute({
  id: 'grantAid',
  method: 'PUT',
  path: '/families/{familyId}/aids/{aidId}',
  function: 'accounting',
  access: ACCESS,
  summary: 'Note what somebody else pays for a family (CCAS, CAF), within limits, or change it',
  parameters: aidAddress,
  body: aidSchema.omit({ ...KNOWN, aidId: true }).strict(),
  status: 200,
  reply: grantsReply,
  errors: ['not-found', 'concurrent-change'],
})

export const removeAidRoute = defineRoute({
  id: 'removeAid',
  method: 'DELETE',
  path: '/families/{familyId}/aids/{aidId}',
  function: 'accounting',
  access: ACCESS,
  summary: 'Remove an aid that no invoice has used; one that was used ends today',
  parameters: aidAddress,
  status: 200,
  reply: grantsReply,
  errors: ['not-found', 'concurrent-change'],
})

export const grantDayCreditRoute = defineRoute({
  id: 'grantDayCredit',
  method: 'PUT',
  path: '/families/{familyId}/day-credits/{creditId}',
  function: 'accounting',
  access: ACCESS,
  summary: 'Note days that a family pays in advance (carnet), or change them',
  parameters: creditAddress,
  body: dayCreditSchema.omit({ ...KNOWN, creditId: true }).strict(),
  status: 200,
  reply: grantsReply,
  errors: ['not-found', 'concurrent-change'],
})

export const removeDayCreditRoute = defineRoute({
  id: 'removeDayCredit',
  method: 'DELETE',
  path: '/families/{familyId}/day-credits/{creditId}',
  function: 'accounting',
  access: ACCESS,
  summary: 'Remove days paid in advance that no invoice has used; used ones end today',
  parameters: creditAddress,
  status: 200,
  reply: grantsReply,
  errors: ['not-found', 'concurrent-change'],
})
