import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'

export const openSessionRoute = defineRoute({
  id: 'openSession',
  method: 'POST',
  path: '/sessions',
  function: 'sessions',
  access: 'public',
  summary: 'Sign in by e-mail and password; send `idToken` as the bearer token of other calls',
  body: z.strictObject({ email: z.email().max(128), password: z.string().min(1).max(256) }),
  status: 201,
  reply: z.strictObject({
    tokenType: z.literal('Bearer'),
    idToken: z.string(),
    refreshToken: z.string(),
    /** Seconds for which `idToken` is valid. */
    expiresIn: z.int().positive(),
  }),
  errors: ['bad-credentials', 'too-many-attempts', 'password-change-required'],
})
