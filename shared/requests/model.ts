import * as z from 'zod'

/** The header of calls that may be sent again: the same key has one effect and one answer. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
})
