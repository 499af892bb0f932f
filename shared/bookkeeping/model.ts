import * as z from 'zod'
import { movementSumSchema } from '../ledger/model.ts'
import { instantSchema, isoMonthSchema, regieIdSchema } from '../platform/schemas.ts'

/** That the accounts of a régie are closed for a month, and what they came to. It never changes. */
export const closingSchema = z.object({
  regieId: regieIdSchema,
  month: isoMonthSchema,
  /** By kind of movement and means. */
  sums: z.array(movementSumSchema),
  closedAt: instantSchema,
  /** The account of who closed it. */
  closedBy: z.string(),
})
export type Closing = z.infer<typeof closingSchema>
