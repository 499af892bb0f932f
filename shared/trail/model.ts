import * as z from 'zod'
import { familyIdSchema, instantSchema } from '../platform/schemas.ts'
import { TRAIL_ENTITIES } from './names.ts'

/** What an entry tells of: a first version, another one, an end; or that somebody has read it. */
export const TRAIL_KINDS = ['created', 'changed', 'removed', 'read'] as const

/** One field that a change touched, as people read it; a side that held nothing is missing. */
export const trailFieldSchema = z.strictObject({
  field: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
})
export type TrailField = z.infer<typeof trailFieldSchema>

/** A kind of item and its name in its family: what an entry is about. */
const word = z.string().regex(/^[\w-]{1,64}$/)

/**
 * What happened to a family file, once and for ever: who did it, when, why, and what was there before
 * and after it, in the words of that day. Values of health are never in it.
 */
export const trailEntrySchema = z.object({
  familyId: familyIdSchema,
  at: instantSchema,
  kind: z.enum(TRAIL_KINDS),
  /** The kind of item: `Child`. */
  subject: z.enum(TRAIL_ENTITIES),
  /** Which one of its family; the family itself has the number of its file. */
  id: word,
  /** The version that a change has made, or what else tells two entries of one instant apart. */
  version: word,
  /** Whom or what it is about, as people name it: `Léo DUPONT`. */
  about: z.string(),
  /** The account; nobody where it came with the town's file or the portal itself has done it. */
  by: z.string().optional(),
  reason: z.string().optional(),
  fields: z.array(trailFieldSchema),
  /** When it is forgotten, in seconds since 1970. */
  expiresAt: z.int(),
})
export type TrailEntry = z.infer<typeof trailEntrySchema>
