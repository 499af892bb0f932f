import * as z from 'zod'
import { findLogin } from '../accounts/find-login.ts'
import { noteSignIn } from '../accounts/note-sign-in.ts'
import { checkPassword } from '../accounts/password-rules.ts'
import { limitAttempts } from '../attempts/limit-attempts.ts'
import { PortalError } from '../kernel/errors.ts'
import { standingOfAddress } from '../mail-health/standing.ts'
import type { Call } from '../platform/http.ts'
import type { Attempt, Identity, Tokens } from '../platform/identity.ts'
import { ROLES } from '../platform/route.ts'
import { familyIdSchema, guardianIdSchema } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { openState, sealState } from './challenge.ts'
import type { answerChallengeRoute, openSessionRoute } from './routes.ts'

/** What signing in needs. */
export interface SessionDeps {
  readonly table: Table
  readonly identity: Identity
  /** Whether staff sign in by a second factor only. */
  readonly staffMfa: 'required' | 'optional'
  /** What an application of codes shows beside them. */
  readonly issuer: string
}

type SessionReply = z.input<(typeof answerChallengeRoute)['reply']>
type OpenReply = z.input<(typeof openSessionRoute)['reply']>

/** What the pool says of somebody in the id token that it has just given: nobody else wrote it. */
const claimsSchema = z.object({
  sub: z.string(),
  email: z.email(),
  'cognito:groups': z.array(z.string()).default([]),
  'custom:family': familyIdSchema.optional(),
  'custom:guardian': guardianIdSchema.optional(),
})

const claimsOf = (idToken: string): z.infer<typeof claimsSchema> =>
  claimsSchema.parse(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()))

/** The address by which an application takes a secret, as its makers have agreed (`otpauth`). */
const uriOf = (issuer: string, email: string, secret: string): string => {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

/**
 * A session, or what is asked for first. Staff who must have a second factor and have given none
 * get no session: the pool would not ask them, as it does not know that they must.
 */
const follow = async (
  { table, identity, staffMfa, issuer }: SessionDeps,
  attempt: Attempt,
  about: { readonly hasGivenCode: boolean; readonly now: Date },
): Promise<OpenReply> => {
  if (attempt.kind === 'challenge') {
    const { kind, ...challenge } = attempt
    return { kind, challenge: challenge.challenge, session: sealState(challenge) }
  }
  const { idToken, accessToken, refreshToken, expiresIn }: Tokens = attempt.tokens
  const claims = claimsOf(idToken)
  const roles = ROLES.filter((role) => claims['cognito:groups'].includes(role))
  const isStaff = roles.some((role) => role !== 'guardian')
  if (isStaff && staffMfa === 'required' && !about.hasGivenCode) {
    const secret = await identity.beginTotp(accessToken)
    return {
      kind: 'challenge',
      challenge: 'totp-setup',
      session: sealState({ challenge: 'totp-setup', accessToken }),
      secret,
      uri: uriOf(issuer, claims.email, secret),
    }
  }
  const lastSignIn = await noteSignIn(
    table,
    {
      account: claims.sub,
      email: claims.email,
      roles,
      familyId: claims['custom:family'],
      guardianId: claims['custom:guardian'],
    },
    about.now,
  )
  const mailProblem = await standingOfAddress(table, claims.email)
  return {
    ...{ kind: 'session', tokenType: 'Bearer', idToken, refreshToken, expiresIn },
    ...{ lastSignIn, mailProblem },
  }
}

/**
 * Signs somebody in by e-mail or user name and password [guide 1, 33], or says what is asked for
 * first: a password of their own after an invitation, a code of the second factor. Who is not known
 * and whose password is wrong get the same answer, and are held back alike when they keep trying.
 *
 * @throws PortalError `bad-credentials`, `too-many-attempts`, `password-change-required`.
 */
export const openSession = async (
  deps: SessionDeps,
  { body, now }: Pick<Call<typeof openSessionRoute>, 'body' | 'now'>,
): Promise<OpenReply> => {
  const username = await findLogin(deps.table, body.login)
  const attempted = { proof: 'password', name: username } as const
  const attempt = await limitAttempts(deps.table, attempted, now, () =>
    deps.identity.signIn(username, body.password),
  )
  return follow(deps, attempt, { hasGivenCode: false, now })
}

/**
 * Answers what signing in asked for.
 *
 * @throws PortalError `session-over` when the challenge is not this one or its time is over;
 * `bad-code`; `invalid-request` on `/body/password` or `weak-password`; `too-many-attempts`.
 */
export const answerChallenge = async (
  deps: SessionDeps,
  { body, now }: Pick<Call<typeof answerChallengeRoute>, 'body' | 'now'>,
): Promise<SessionReply> => {
  const state = openState(body.session)
  if (state?.challenge !== body.challenge) throw new PortalError('session-over')
  if (state.challenge === 'totp-setup') {
    await deps.identity.confirmTotp(state.accessToken, 'code' in body ? body.code : '')
    return { kind: 'sign-in-again' }
  }
  if ('password' in body) {
    checkPassword(body.password, '/body/password')
    const attempt = await deps.identity.answer(state, body.password)
    return follow(deps, attempt, { hasGivenCode: false, now })
  }
  const attempted = { proof: 'code', name: state.username } as const
  const attempt = await limitAttempts(deps.table, attempted, now, () =>
    deps.identity.answer(state, body.code),
  )
  return follow(deps, attempt, { hasGivenCode: true, now })
}
