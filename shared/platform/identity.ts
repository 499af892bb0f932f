import {
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PortalError, type ErrorCode } from '../kernel/errors.ts'

/** The tokens of a session, as the user pool gives them. */
export interface Tokens {
  readonly idToken: string
  readonly refreshToken: string
  /** Seconds for which the id token is valid. */
  readonly expiresIn: number
}

/** Exchanges an e-mail and a password for tokens. */
export type SignIn = (email: string, password: string) => Promise<Tokens>

/** A wrong password and an unknown address get the same answer, so that nobody can ask who is known. */
const refusals: Readonly<Record<string, ErrorCode>> = {
  NotAuthorizedException: 'bad-credentials',
  UserNotFoundException: 'bad-credentials',
  InvalidParameterException: 'bad-credentials',
  InvalidPasswordException: 'bad-credentials',
  UserNotConfirmedException: 'bad-credentials',
  PasswordResetRequiredException: 'password-change-required',
  TooManyRequestsException: 'too-many-attempts',
  LimitExceededException: 'too-many-attempts',
}

/** Sign-in by the user pool's client `clientId`. */
export const cognitoSignIn =
  (client: CognitoIdentityProviderClient, clientId: string): SignIn =>
  async (email, password) => {
    try {
      const { AuthenticationResult: result, ChallengeName: challenge } = await client.send(
        new InitiateAuthCommand({
          AuthFlow: 'USER_PASSWORD_AUTH',
          ClientId: clientId,
          AuthParameters: { USERNAME: email, PASSWORD: password },
        }),
      )
      if (challenge !== undefined) throw new PortalError('password-change-required')
      const { IdToken: idToken, RefreshToken: refreshToken, ExpiresIn: expiresIn } = result ?? {}
      if (idToken === undefined || refreshToken === undefined || expiresIn === undefined) {
        throw new Error('The user pool gave no tokens')
      }
      return { idToken, refreshToken, expiresIn }
    } catch (error) {
      const code = error instanceof Error ? refusals[error.name] : undefined
      if (code === undefined) throw error
      throw new PortalError(code, {}, { cause: error })
    }
  }
