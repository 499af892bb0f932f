import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandOutput,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  SetUserMFAPreferenceCommand,
  UserNotFoundException,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PortalError, type ErrorCode } from '../kernel/errors.ts'

/** The tokens of a session, as the user pool gives them. */
export interface Tokens {
  readonly idToken: string
  /** For the user pool's own calls on the account; the portal's routes refuse it. */
  readonly accessToken: string
  readonly refreshToken: string
  /** Seconds for which the id token is valid. */
  readonly expiresIn: number
}

/** What the user pool asks for after the password: another password, or a code of the second factor. */
export interface Challenge {
  readonly challenge: 'new-password' | 'totp'
  /** The name by which the pool knows who signs in. */
  readonly username: string
  /** The pool's own, good for three minutes. */
  readonly session: string
}

/** What became of a step of a sign-in. */
export type Attempt =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  | ({ readonly kind: 'challenge' } & Challenge)

/** Signing in and passwords, as the user pool keeps them. */
export interface Identity {
  /**
   * Tries a password. A wrong one and an unknown name get the same answer, so that nobody can ask
   * who is known.
   *
   * @param username the account, or its e-mail.
   * @throws PortalError `bad-credentials`, `too-many-attempts`, `password-change-required`.
   */
  readonly signIn: (username: string, password: string) => Promise<Attempt>
  /**
   * Answers a challenge: by the new password, or by the code.
   *
   * @throws PortalError `session-over`, `bad-code`, `weak-password`, `too-many-attempts`.
   */
  readonly answer: (challenge: Challenge, answer: string) => Promise<Attempt>
  /** @throws PortalError `session-over` when the token is, or whoever had it may not sign in. */
  readonly renew: (refreshToken: string) => Promise<Pick<Tokens, 'idToken' | 'expiresIn'>>
  /** Ends every refresh token of an account. */
  readonly signOut: (account: string) => Promise<void>
  /**
   * Has a code mailed; says nothing of whether there is such an account.
   *
   * @throws PortalError `too-many-attempts` when everybody together asks too often.
   */
  readonly forget: (username: string) => Promise<void>
  /** @throws PortalError `bad-code`, `weak-password`, `too-many-attempts`. */
  readonly reset: (username: string, code: string, password: string) => Promise<void>
  /** The account of whom the pool knows by this name, an e-mail or the account; nothing if nobody. */
  readonly accountOf: (username: string) => Promise<string | undefined>
  /** @throws PortalError `weak-password`. */
  readonly setPassword: (account: string, password: string) => Promise<void>
  /** Begins a second factor: the secret that the person's app takes, in base 32. */
  readonly beginTotp: (accessToken: string) => Promise<string>
  /**
   * Ends it: from now on every sign-in asks for a code.
   *
   * @throws PortalError `bad-code`, `session-over`.
   */
  readonly confirmTotp: (accessToken: string, code: string) => Promise<void>
}

const busy = {
  TooManyRequestsException: 'too-many-attempts',
  LimitExceededException: 'too-many-attempts',
  TooManyFailedAttemptsException: 'too-many-attempts',
} as const satisfies Record<string, ErrorCode>

const signInRefusals: Readonly<Record<string, ErrorCode>> = {
  ...busy,
  NotAuthorizedException: 'bad-credentials',
  UserNotFoundException: 'bad-credentials',
  InvalidParameterException: 'bad-credentials',
  InvalidPasswordException: 'bad-credentials',
  UserNotConfirmedException: 'bad-credentials',
  PasswordResetRequiredException: 'password-change-required',
}

const answerRefusals: Readonly<Record<string, ErrorCode>> = {
  ...busy,
  NotAuthorizedException: 'session-over',
  UserNotFoundException: 'session-over',
  InvalidParameterException: 'session-over',
  CodeMismatchException: 'bad-code',
  EnableSoftwareTokenMFAException: 'bad-code',
  ExpiredCodeException: 'bad-code',
  InvalidPasswordException: 'weak-password',
  PasswordHistoryPolicyViolationException: 'weak-password',
}

const resetRefusals: Readonly<Record<string, ErrorCode>> = {
  ...answerRefusals,
  // An account that may not be reset, or none at all, answers as a wrong code.
  NotAuthorizedException: 'bad-code',
  UserNotFoundException: 'bad-code',
  UserNotConfirmedException: 'bad-code',
  InvalidParameterException: 'bad-code',
}

/** What says of an account that it cannot be reset, or that it is asked too often. */
const UNTOLD: ReadonlySet<string> = new Set([
  'UserNotFoundException',
  'NotAuthorizedException',
  'InvalidParameterException',
  'UserNotConfirmedException',
  'LimitExceededException',
])

const refusing = async <Result>(
  refusals: Readonly<Record<string, ErrorCode>>,
  call: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await call()
  } catch (error) {
    const code = error instanceof Error ? refusals[error.name] : undefined
    if (code === undefined) throw error
    throw new PortalError(code, {}, { cause: error })
  }
}

const CHALLENGES: Readonly<Record<string, Challenge['challenge']>> = {
  NEW_PASSWORD_REQUIRED: 'new-password',
  SOFTWARE_TOKEN_MFA: 'totp',
}

const attemptOf = (
  username: string,
  {
    AuthenticationResult: result,
    ChallengeName: name,
    ChallengeParameters: parameters,
    Session: session,
  }: Pick<
    AdminInitiateAuthCommandOutput,
    'AuthenticationResult' | 'ChallengeName' | 'ChallengeParameters' | 'Session'
  >,
): Attempt => {
  const challenge = name === undefined ? undefined : CHALLENGES[name]
  if (challenge !== undefined && session !== undefined) {
    const known = parameters?.['USER_ID_FOR_SRP'] ?? username
    return { kind: 'challenge', challenge, username: known, session }
  }
  const {
    IdToken: idToken,
    AccessToken: accessToken,
    RefreshToken: refreshToken,
    ExpiresIn: expiresIn,
  } = result ?? {}
  if (
    idToken === undefined ||
    accessToken === undefined ||
    refreshToken === undefined ||
    expiresIn === undefined
  ) {
    throw new Error(`The user pool gave no tokens but ${name ?? 'nothing'}`)
  }
  return { kind: 'tokens', tokens: { idToken, accessToken, refreshToken, expiresIn } }
}

/**
 * Signing in by the user pool's client. Passwords go in by the administrator's flow only, which the
 * client alone allows: nobody can go around the second factor of staff by asking the pool directly.
 */
export const cognitoIdentity = (
  client: CognitoIdentityProviderClient,
  { userPoolId, clientId }: { userPoolId: string; clientId: string },
): Identity => {
  const pool = { UserPoolId: userPoolId, ClientId: clientId }
  return {
    signIn: (username, password) =>
      refusing(signInRefusals, async () =>
        attemptOf(
          username,
          await client.send(
            new AdminInitiateAuthCommand({
              ...pool,
              AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
              AuthParameters: { USERNAME: username, PASSWORD: password },
            }),
          ),
        ),
      ),

    answer: ({ challenge, username, session }, answer) =>
      refusing(answerRefusals, async () =>
        attemptOf(
          username,
          await client.send(
            new AdminRespondToAuthChallengeCommand({
              ...pool,
              Session: session,
              ...(challenge === 'totp'
                ? {
                    ChallengeName: 'SOFTWARE_TOKEN_MFA',
                    ChallengeResponses: { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: answer },
                  }
                : {
                    ChallengeName: 'NEW_PASSWORD_REQUIRED',
                    ChallengeResponses: { USERNAME: username, NEW_PASSWORD: answer },
                  }),
            }),
          ),
        ),
      ),

    renew: (refreshToken) =>
      refusing({ ...busy, NotAuthorizedException: 'session-over' }, async () => {
        const { AuthenticationResult: result } = await client.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: refreshToken },
          }),
        )
        const { IdToken: idToken, ExpiresIn: expiresIn } = result ?? {}
        if (idToken === undefined || expiresIn === undefined) {
          throw new Error('The user pool gave no tokens')
        }
        return { idToken, expiresIn }
      }),

    signOut: async (account) => {
      try {
        await client.send(
          new AdminUserGlobalSignOutCommand({ UserPoolId: userPoolId, Username: account }),
        )
      } catch (error) {
        // A token outlives its account by up to an hour; there is no session left to end.
        if (!(error instanceof UserNotFoundException)) throw error
      }
    },

    forget: (username) =>
      refusing(busy, async () => {
        try {
          await client.send(new ForgotPasswordCommand({ ClientId: clientId, Username: username }))
        } catch (error) {
          if (!(error instanceof Error) || !UNTOLD.has(error.name)) throw error
        }
      }),

    reset: (username, code, password) =>
      refusing(resetRefusals, async () => {
        await client.send(
          new ConfirmForgotPasswordCommand({
            ClientId: clientId,
            Username: username,
            ConfirmationCode: code,
            Password: password,
          }),
        )
      }),

    accountOf: async (username) => {
      try {
        const { UserAttributes: attributes = [] } = await client.send(
          new AdminGetUserCommand({ UserPoolId: userPoolId, Username: username }),
        )
        return attributes.find(({ Name: name }) => name === 'sub')?.Value
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined
        throw error
      }
    },

    setPassword: (account, password) =>
      refusing({ ...busy, InvalidPasswordException: 'weak-password' }, async () => {
        await client.send(
          new AdminSetUserPasswordCommand({
            UserPoolId: userPoolId,
            Username: account,
            Password: password,
            Permanent: true,
          }),
        )
      }),

    beginTotp: async (accessToken) => {
      const { SecretCode: secret } = await client.send(
        new AssociateSoftwareTokenCommand({ AccessToken: accessToken }),
      )
      if (secret === undefined) throw new Error('The user pool gave no secret')
      return secret
    },

    confirmTotp: (accessToken, code) =>
      refusing(answerRefusals, async () => {
        await client.send(
          new VerifySoftwareTokenCommand({ AccessToken: accessToken, UserCode: code }),
        )
        await client.send(
          new SetUserMFAPreferenceCommand({
            AccessToken: accessToken,
            SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
          }),
        )
      }),
  }
}
