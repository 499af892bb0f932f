import { randomUUID } from 'node:crypto'
import {
  CodeMismatchError,
  CognitoError,
  ExpiredCodeError,
  InvalidParameterError,
  NotAuthorizedError,
} from 'cognito-local/lib/errors.js'
import type { Clock } from 'cognito-local/lib/services/clock.js'
import type { CognitoService } from 'cognito-local/lib/services/cognitoService.js'
import type { Context } from 'cognito-local/lib/services/context.js'
import type { Messages } from 'cognito-local/lib/services/messages.js'
import type { User, UserPoolService } from 'cognito-local/lib/services/userPoolService.js'
import * as z from 'zod'

/** What a call of the user pool's API is answered by. */
export type Target = (request: unknown) => Promise<unknown>

/** What the targets need of cognito-local. */
export interface TargetDeps {
  readonly context: Context
  readonly cognito: CognitoService
  readonly messages: Messages
  readonly clock: Clock
  /** The target as cognito-local answers it. */
  readonly original: (target: string) => Target
}

/** How long a challenge waits for its answer, in milliseconds: three minutes, as on AWS. */
const SESSION = 180_000

interface PendingChallenge {
  readonly name: string
  readonly username: string
  readonly until: number
}

const credentials = z.object({
  ClientId: z.string(),
  AuthFlow: z.string(),
  AuthParameters: z.record(z.string(), z.string()).default({}),
})
const response = z.object({
  ClientId: z.string(),
  ChallengeName: z.string(),
  Session: z.string().default(''),
  ChallengeResponses: z.record(z.string(), z.string()).default({}),
})
const answerSchema = z.looseObject({
  ChallengeName: z.string().nullish(),
  AuthenticationResult: z.looseObject({ RefreshToken: z.string().nullish() }).nullish(),
})
type Answer = z.infer<typeof answerSchema>
const ofClient = z.object({ ClientId: z.string(), Username: z.string() })
const ofPool = z.object({ UserPoolId: z.string(), Username: z.string() })
const creation = ofPool.extend({ MessageAction: z.string().optional() })
const attributes = ofPool.extend({
  UserAttributes: z.array(z.object({ Name: z.string(), Value: z.string() })),
})
const preference = ofPool.extend({ SoftwareTokenMfaSettings: z.object({ Enabled: z.boolean() }) })
/** What cognito-local does not keep of a user: since when a password serves that was mailed again. */
const invitation = z.object({ InvitationDate: z.date().optional() })

const DAY = 86_400_000

const wrong = (): CognitoError => new NotAuthorizedError('Incorrect username or password.')
const emailOf = ({ Attributes: all }: User): string =>
  all.find(({ Name: name }) => name === 'email')?.Value ?? ''

/**
 * What cognito-local answers otherwise than AWS documents, or not at all: it takes any password of
 * who was just invited, checks no session of a challenge, lets disabled users in, gives tokens after
 * a second factor that cannot be renewed, knows no sign-out everywhere and no second invitation, takes
 * a first password for ever and no second factor away.
 */
export const awsTargets = ({
  context,
  cognito,
  messages,
  clock,
  original,
}: TargetDeps): ReadonlyMap<string, Target> => {
  const sessions = new Map<string, PendingChallenge>()
  /** The last code that each user has given: none serves twice. */
  const codes = new Map<string, string>()

  const allow = async (clientId: string, flow: string): Promise<UserPoolService> => {
    const client = await cognito.getAppClient(context, clientId)
    if (client?.ExplicitAuthFlows?.includes(`ALLOW_${flow}`) !== true) {
      throw new InvalidParameterError(`${flow} flow not enabled for this client`)
    }
    return cognito.getUserPoolForClientId(context, clientId)
  }
  const active = async (pool: UserPoolService, username: string): Promise<User> => {
    const user = await pool.getUserByUsername(context, username)
    if (user === null) throw wrong()
    if (!user.Enabled) throw new NotAuthorizedError('User is disabled.')
    return user
  }
  /** Opens a session for a challenge, keeps the refresh token that cognito-local forgets. */
  const finish = async (pool: UserPoolService, user: User, given: Answer): Promise<Answer> => {
    const name = given.ChallengeName
    if (typeof name === 'string') {
      const session = randomUUID()
      sessions.set(session, { name, username: user.Username, until: Date.now() + SESSION })
      return { ...given, Session: session }
    }
    const token = given.AuthenticationResult?.RefreshToken
    const held = await pool.getUserByUsername(context, user.Username)
    if (typeof token === 'string' && held !== null && !held.RefreshTokens.includes(token)) {
      await pool.storeRefreshToken(context, token, held)
    }
    return given
  }
  const enter = async (
    clientId: string,
    pool: UserPoolService,
    username: string,
    password: string,
  ): Promise<Answer> => {
    const user = await active(pool, username)
    if (user.Password !== password) throw wrong()
    if (user.UserStatus === 'FORCE_CHANGE_PASSWORD') {
      const since = invitation.parse(user).InvitationDate ?? user.UserCreateDate
      const days = pool.options.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? 7
      if (clock.get().getTime() - since.getTime() > days * DAY) {
        throw new NotAuthorizedError(
          'Temporary password has expired and must be reset by an administrator.',
        )
      }
    }
    const given = await original('InitiateAuth')({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.Username, PASSWORD: password },
    })
    return finish(pool, user, answerSchema.parse(given))
  }

  const initiate: Target = async (request) => {
    const { ClientId: client, AuthFlow: flow, AuthParameters: given } = credentials.parse(request)
    if (flow.startsWith('REFRESH_TOKEN')) {
      const pool = await allow(client, 'REFRESH_TOKEN_AUTH')
      const user = await pool.getUserByRefreshToken(context, given['REFRESH_TOKEN'] ?? '')
      if (user?.Enabled !== true) throw new NotAuthorizedError('Invalid Refresh Token')
      return original('InitiateAuth')(request)
    }
    const pool = await allow(client, flow)
    return enter(client, pool, given['USERNAME'] ?? '', given['PASSWORD'] ?? '')
  }

  const respond: Target = async (request) => {
    const {
      ClientId: client,
      ChallengeName: name,
      Session: session,
      ChallengeResponses: given,
    } = response.parse(request)
    const pool = await cognito.getUserPoolForClientId(context, client)
    const pending = sessions.get(session)
    const user = await pool.getUserByUsername(context, given['USERNAME'] ?? '')
    const isOpen = pending !== undefined && pending.until > Date.now() && pending.name === name
    if (!isOpen || user?.Username !== pending.username || !user.Enabled) {
      throw new NotAuthorizedError('Invalid session for the user, session is expired.')
    }
    const code = given['SOFTWARE_TOKEN_MFA_CODE']
    if (code !== undefined && codes.get(user.Username) === code) throw new ExpiredCodeError()
    const answer = await original('RespondToAuthChallenge')({
      ...response.parse(request),
      ChallengeResponses: { ...given, USERNAME: user.Username },
    })
    sessions.delete(session)
    if (code !== undefined) codes.set(user.Username, code)
    const password = given['NEW_PASSWORD']
    // A second factor that the user has is asked for after the new password too.
    if (password !== undefined) return enter(client, pool, user.Username, password)
    return finish(pool, user, answerSchema.parse(answer))
  }

  const verifyToken: Target = async (request) => {
    const { AccessToken: token, UserCode: code } = z
      .object({ AccessToken: z.string(), UserCode: z.string() })
      .parse(request)
    const answer = await original('VerifySoftwareToken')(request)
    const { sub } = z
      .object({ sub: z.string() })
      .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()))
    codes.set(sub, code)
    return answer
  }

  const signOut: Target = async (request) => {
    const { UserPoolId: id, Username: username } = ofPool.parse(request)
    const pool = await cognito.getUserPool(context, id)
    const user = await pool.getUserByUsername(context, username)
    if (user === null) throw new CognitoError('UserNotFoundException', 'User does not exist.')
    await pool.saveUser(context, { ...user, RefreshTokens: [] })
    return {}
  }

  const prefer: Target = async (request) => {
    const { UserPoolId: id, Username: username, ...asked } = preference.parse(request)
    const pool = await cognito.getUserPool(context, id)
    const user = await pool.getUserByUsername(context, username)
    if (user === null) throw new CognitoError('UserNotFoundException', 'User does not exist.')
    // The one use that the portal makes of it: whoever sets a factor up does it by themself.
    if (asked.SoftwareTokenMfaSettings.Enabled) throw new InvalidParameterError()
    await pool.saveUser(context, { ...user, UserMFASettingList: [] })
    return {}
  }

  const forget: Target = async (request) => {
    const { ClientId: client, Username: username } = ofClient.parse(request)
    const pool = await cognito.getUserPoolForClientId(context, client)
    const user = await pool.getUserByUsername(context, username)
    // The client says of nobody that they are not known (`PreventUserExistenceErrors`).
    if (user === null) return { CodeDeliveryDetails: { DeliveryMedium: 'EMAIL' } }
    if (!user.Enabled || user.UserStatus === 'FORCE_CHANGE_PASSWORD') {
      throw new NotAuthorizedError('User password cannot be reset in the current state.')
    }
    return original('ForgotPassword')(request)
  }

  const reset: Target = async (request) => {
    const { ClientId: client, Username: username } = ofClient.parse(request)
    const pool = await cognito.getUserPoolForClientId(context, client)
    const user = await pool.getUserByUsername(context, username)
    if (user?.ConfirmationCode === undefined) throw new CodeMismatchError()
    return original('ConfirmForgotPassword')(request)
  }

  const create: Target = async (request) => {
    const { UserPoolId: id, Username: username, MessageAction: action } = creation.parse(request)
    if (action !== 'RESEND') return original('AdminCreateUser')(request)
    const pool = await cognito.getUserPool(context, id)
    const user = await pool.getUserByUsername(context, username)
    if (user?.UserStatus !== 'FORCE_CHANGE_PASSWORD') {
      throw new CognitoError(
        'UnsupportedUserStateException',
        'Resend not possible. Status is not FORCE_CHANGE_PASSWORD.',
      )
    }
    const password = randomUUID().slice(0, 8)
    const again = { ...user, Password: password, InvitationDate: clock.get() }
    await pool.saveUser(context, again)
    await messages.deliver(context, 'AdminCreateUser', null, id, user, password, undefined, {
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: emailOf(user),
    })
    return {}
  }

  const update: Target = async (request) => {
    const { UserPoolId: id, Username: username, UserAttributes: given } = attributes.parse(request)
    const pool = await cognito.getUserPool(context, id)
    const email = given.find(({ Name: name }) => name === 'email')?.Value
    const user = await pool.getUserByUsername(context, username)
    const other = email === undefined ? null : await pool.getUserByUsername(context, email)
    if (other !== null && other.Username !== user?.Username) {
      throw new CognitoError('AliasExistsException', 'An account with the email already exists.')
    }
    return original('AdminUpdateUserAttributes')(request)
  }

  return new Map<string, Target>([
    ['InitiateAuth', initiate],
    ['AdminInitiateAuth', initiate],
    ['RespondToAuthChallenge', respond],
    ['AdminRespondToAuthChallenge', respond],
    ['VerifySoftwareToken', verifyToken],
    ['AdminUserGlobalSignOut', signOut],
    ['AdminSetUserMFAPreference', prefer],
    ['ForgotPassword', forget],
    ['ConfirmForgotPassword', reset],
    ['AdminCreateUser', create],
    ['AdminUpdateUserAttributes', update],
  ])
}
