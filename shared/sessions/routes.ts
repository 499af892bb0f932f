import * as z from 'zod'
import { GREATEST_LENGTH } from '../accounts/password-rules.ts'
import { standingSchema } from '../mail-health/model.ts'
import { defineRoute, ROLES } from '../platform/route.ts'
import { instantSchema } from '../platform/schemas.ts'

const loginSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .describe('The e-mail, or the user name: what stands before its `@`')
const passwordSchema = z.string().min(1).max(GREATEST_LENGTH)
const codeSchema = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ examples: ['492039'] })

/** A session: the tokens of somebody who has signed in. */
export const sessionSchema = z.strictObject({
  kind: z.literal('session'),
  tokenType: z.literal('Bearer'),
  idToken: z.string(),
  refreshToken: z.string(),
  /** Seconds for which `idToken` is valid. */
  expiresIn: z.int().positive(),
  lastSignIn: instantSchema.optional().describe('When the person had signed in before'),
  mailProblem: standingSchema.optional().describe('When mails to the person do not arrive'),
})

/** What is asked for before there is a session: to be answered at `POST /sessions/challenges`. */
const challengeSchema = z.strictObject({
  kind: z.literal('challenge'),
  challenge: z
    .enum(['new-password', 'totp', 'totp-setup'])
    .describe(
      'A password of one’s own; the code of the second factor; the first code of a new one, after which one signs in again',
    ),
  session: z.string().describe('To be sent back with the answer, within three minutes'),
  secret: z.string().optional().describe('For an application of codes, in base 32'),
  uri: z.string().optional().describe('The same as an address, for a QR code'),
})

/** That a second factor is set up: the next sign-in asks for its code. */
const setUpSchema = z.strictObject({ kind: z.literal('sign-in-again') })

export const openSessionRoute = defineRoute({
  id: 'openSession',
  method: 'POST',
  path: '/sessions',
  function: 'sessions',
  access: 'public',
  summary:
    'Sign in by e-mail or user name, and password; send `idToken` as the bearer token of other calls',
  body: z.strictObject({ login: loginSchema, password: passwordSchema }),
  status: 201,
  reply: z.discriminatedUnion('kind', [sessionSchema, challengeSchema]),
  errors: ['bad-credentials', 'too-many-attempts', 'password-change-required'],
})

export const answerChallengeRoute = defineRoute({
  id: 'answerChallenge',
  method: 'POST',
  path: '/sessions/challenges',
  function: 'sessions',
  access: 'public',
  summary: 'Answer what signing in asks for: a first password, the code of the second factor',
  body: z.discriminatedUnion('challenge', [
    z.strictObject({
      challenge: z.literal('new-password'),
      session: z.string().min(1).max(8000),
      password: passwordSchema,
    }),
    z.strictObject({
      challenge: z.enum(['totp', 'totp-setup']),
      session: z.string().min(1).max(8000),
      code: codeSchema,
    }),
  ]),
  status: 201,
  reply: z.discriminatedUnion('kind', [sessionSchema, challengeSchema, setUpSchema]),
  errors: ['session-over', 'bad-code', 'weak-password', 'too-many-attempts'],
})

export const renewSessionRoute = defineRoute({
  id: 'renewSession',
  method: 'POST',
  path: '/sessions/renewals',
  function: 'sessions',
  access: 'public',
  summary: 'Another id token for a session, by its refresh token',
  body: z.strictObject({ refreshToken: z.string().min(1).max(8000) }),
  status: 201,
  reply: z.strictObject({
    tokenType: z.literal('Bearer'),
    idToken: z.string(),
    expiresIn: z.int().positive(),
  }),
  errors: ['session-over', 'too-many-attempts'],
})

export const closeSessionsRoute = defineRoute({
  id: 'closeSessions',
  method: 'DELETE',
  path: '/sessions',
  function: 'sessions',
  access: ROLES,
  summary:
    'Sign out everywhere: no session is renewed any more; id tokens end within the hour by themselves',
  status: 200,
  reply: z.strictObject({ signedOut: z.literal(true) }),
  errors: [],
})

export const forgetPasswordRoute = defineRoute({
  id: 'forgetPassword',
  method: 'POST',
  path: '/passwords/forgotten',
  function: 'sessions',
  access: 'public',
  summary: 'Have a code mailed to choose another password; the answer does not say who is known',
  body: z.strictObject({ login: loginSchema }),
  status: 202,
  reply: z.strictObject({ requested: z.literal(true) }),
  errors: ['too-many-attempts'],
})

export const resetPasswordRoute = defineRoute({
  id: 'resetPassword',
  method: 'POST',
  path: '/passwords',
  function: 'sessions',
  access: 'public',
  summary: 'Choose another password by the code of the mail',
  body: z.strictObject({ login: loginSchema, code: codeSchema, password: passwordSchema }),
  status: 201,
  reply: z.strictObject({ changed: z.literal(true) }),
  errors: ['bad-code', 'weak-password', 'too-many-attempts'],
})

export const changePasswordRoute = defineRoute({
  id: 'changePassword',
  method: 'PUT',
  path: '/account/password',
  function: 'sessions',
  access: ROLES,
  summary: 'Change my password; every session ends, this one within the hour',
  body: z.strictObject({ password: passwordSchema, newPassword: passwordSchema }),
  status: 200,
  reply: z.strictObject({ changed: z.literal(true) }),
  errors: ['bad-credentials', 'weak-password', 'too-many-attempts'],
})
