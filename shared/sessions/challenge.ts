import * as z from 'zod'
import type { Challenge } from '../platform/identity.ts'

/** What the portal must be told again with the answer to a challenge; clients see one opaque text. */
const stateSchema = z.discriminatedUnion('challenge', [
  z.object({
    challenge: z.enum(['new-password', 'totp']),
    username: z.string().min(1),
    session: z.string().min(1),
  }),
  /** Signed in as far as the password goes; the token serves to begin a second factor, no more. */
  z.object({ challenge: z.literal('totp-setup'), accessToken: z.string().min(1) }),
])
export type ChallengeState = z.infer<typeof stateSchema>

/**
 * The state of a sign-in as a text for the client. It is neither signed nor secret: the user pool
 * checks what is in it, and knows who holds it by the password.
 */
export const sealState = (state: Challenge | ChallengeState): string =>
  Buffer.from(JSON.stringify(state)).toString('base64url')

/** The state in a client's text; nothing when it is not one. */
export const openState = (sealed: string): ChallengeState | undefined => {
  try {
    const state: unknown = JSON.parse(Buffer.from(sealed, 'base64url').toString())
    return stateSchema.safeParse(state).data
  } catch {
    return undefined
  }
}
