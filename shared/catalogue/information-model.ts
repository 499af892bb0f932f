import * as z from 'zod'
import { lineSchema, paragraphsSchema, serviceIdSchema } from '../platform/schemas.ts'

/** Who of the town answers what is written to a service. */
export const ANSWERING_ROLES = ['agent', 'accountant'] as const

/** A service of the town to which people turn [guide 4, 35]. */
export const serviceSchema = z.strictObject({
  id: serviceIdSchema,
  name: lineSchema(120),
  /** Where the service reads its mail. */
  email: z.email(),
  phone: z
    .string()
    .regex(/^\+33\d{9}$/)
    .optional(),
  address: lineSchema(200).optional(),
  /** When it is open, a line for each: `Lundi à vendredi : 8 h 30 – 12 h`. */
  openingHours: z.array(lineSchema(120)).max(14).default([]),
  /** Whose inbox has what people write to it; administrators read all. */
  answeredBy: z.array(z.enum(ANSWERING_ROLES)).min(1).default(['agent']),
})
export type Service = z.infer<typeof serviceSchema>

/** The pages that a portal's menu leads to [guide 35]. */
export const PAGE_IDS = ['practical', 'help', 'contacts', 'terms', 'legal'] as const

/** A page that the town has written, in plain text: an empty line divides its paragraphs. */
export const pageSchema = z.strictObject({
  id: z.enum(PAGE_IDS),
  title: lineSchema(80),
  text: paragraphsSchema(20_000),
})
