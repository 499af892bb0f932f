import {
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, expect, it } from 'vitest'
import { PortalError } from '../../shared/kernel/errors.ts'
import { problemOf, PROBLEM_STATUS } from '../../shared/platform/problem.ts'
import { cognitoSignIn } from '../../shared/platform/identity.ts'

const client = new CognitoIdentityProviderClient({})
const pool = mockClient(client)
const signIn = cognitoSignIn(client, 'client-1')
const attempt = () => signIn('parent@famille.example', 'Prevert-Demo-77')

afterEach(() => {
  pool.reset()
})

const refusedWith = (name: string) =>
  new CognitoIdentityProviderServiceException({
    name,
    $fault: 'client',
    $metadata: {},
    message: 'User does not exist.',
  })

const tokens = {
  IdToken: 'id',
  AccessToken: 'access',
  RefreshToken: 'refresh',
  ExpiresIn: 3600,
  TokenType: 'Bearer',
}

it('exchanges an address and a password for the id token and the refresh token [guide 1]', async () => {
  pool.on(InitiateAuthCommand).resolves({ AuthenticationResult: tokens })
  expect(await attempt()).toEqual({ idToken: 'id', refreshToken: 'refresh', expiresIn: 3600 })
  expect(pool.commandCalls(InitiateAuthCommand)[0]?.args[0].input).toEqual({
    AuthFlow: 'USER_PASSWORD_AUTH',
    ClientId: 'client-1',
    AuthParameters: { USERNAME: 'parent@famille.example', PASSWORD: 'Prevert-Demo-77' },
  })
})

it.each([
  ['NotAuthorizedException', 'bad-credentials', 401],
  ['UserNotFoundException', 'bad-credentials', 401],
  ['InvalidPasswordException', 'bad-credentials', 401],
  ['UserNotConfirmedException', 'bad-credentials', 401],
  ['PasswordResetRequiredException', 'password-change-required', 403],
  ['TooManyRequestsException', 'too-many-attempts', 429],
  ['LimitExceededException', 'too-many-attempts', 429],
] as const)('answers %s of the pool with %s', async (name, code, status) => {
  pool.on(InitiateAuthCommand).rejects(refusedWith(name))
  await expect(attempt()).rejects.toMatchObject({ name: 'PortalError', code })
  expect(PROBLEM_STATUS[code]).toBe(status)
})

it('gives an unknown address the answer of a wrong password, word for word [guide 2]', async () => {
  const answers: unknown[] = []
  for (const name of ['NotAuthorizedException', 'UserNotFoundException']) {
    pool.on(InitiateAuthCommand).rejects(refusedWith(name))
    answers.push(
      await attempt().catch((error: unknown) =>
        error instanceof PortalError ? problemOf(error, 'call-1') : error,
      ),
    )
  }
  expect(answers[0]).toMatchObject({ code: 'bad-credentials' })
  expect(answers[1]).toEqual(answers[0])
})

it('asks for another password when the pool does', async () => {
  pool.on(InitiateAuthCommand).resolves({ ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's' })
  await expect(attempt()).rejects.toMatchObject({ code: 'password-change-required' })
})

it.each(['IdToken', 'RefreshToken', 'ExpiresIn'] as const)(
  'fails when the pool gives no %s',
  async (missing) => {
    pool
      .on(InitiateAuthCommand)
      .resolves({ AuthenticationResult: { ...tokens, [missing]: undefined } })
    await expect(attempt()).rejects.toThrow('The user pool gave no tokens')
  },
)

it.each(['InternalErrorException', 'ResourceNotFoundException'])(
  'passes on what is no refusal: %s',
  async (name) => {
    const error = refusedWith(name)
    pool.on(InitiateAuthCommand).rejects(error)
    await expect(attempt()).rejects.toBe(error)
  },
)
