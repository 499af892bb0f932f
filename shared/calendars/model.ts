import * as z from 'zod'
import { familyIdSchema, guardianIdSchema, instantSchema } from '../platform/schemas.ts'

/** The SHA-256 of a link's secret, in hexadecimal: the secret itself is stored nowhere. */
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)

/** The secret link under which a family's calendar can be read, found by its hash. */
export const calendarLinkSchema = z.object({
  hash: hashSchema,
  familyId: familyIdSchema,
  /** Who made it: it ends with their place in the file. */
  guardianId: guardianIdSchema,
  createdAt: instantSchema,
})
export type CalendarLink = z.infer<typeof calendarLinkSchema>

/** Which link a family has: there is one at most. */
export const familyLinkSchema = z.object({ familyId: familyIdSchema, hash: hashSchema })
export type FamilyLink = z.infer<typeof familyLinkSchema>
