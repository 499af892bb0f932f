import * as z from 'zod'
import { instantSchema, versionSchema } from '../platform/schemas.ts'

/** What somebody proves who they are by, each counted apart. */
type Proof = 'password' | 'code' | 'mailed-code'

/** Whose proof it is: a name under which somebody is known, or that somebody has typed. */
export interface Attempted {
  readonly proof: Proof
  readonly name: string
}

/** How often a proof was tried in vain of late, under the hash of the name: there may be no such person. */
export const attemptsSchema = z.object({
  attemptsId: z.string().regex(/^[0-9a-f]{64}$/),
  /** Below 0 for who has just shown in another way who they are. */
  failures: z.int(),
  lockedUntil: instantSchema.optional(),
  version: versionSchema,
  /** In seconds since 1970. */
  expiresAt: z.int(),
})
export type Attempts = z.infer<typeof attemptsSchema>
