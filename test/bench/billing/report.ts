import * as z from 'zod'

/** What some families come to, and what that took. */
const roundSchema = z.object({
  families: z.int(),
  /** Of the processor, user and system of all threads; waiting for other processes is none of it. */
  cpuSeconds: z.number(),
  wallSeconds: z.number(),
  total: z.int(),
  cells: z.int(),
})
export type Round = z.infer<typeof roundSchema>

/** The rounds of one process. */
export const reportSchema = z.object({
  /** The first families that the process billed at all, before anything was compiled. */
  cold: roundSchema,
  rounds: z.array(roundSchema),
  /** The most memory that the process took. */
  peakBytes: z.int(),
  /** What was still in use at the end. */
  heapBytes: z.int(),
})
export type Report = z.infer<typeof reportSchema>
