import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, expect, it } from 'vitest'
import { PortalError } from '../../shared/kernel/errors.ts'
import { cognitoIdentity } from '../../shared/platform/identity.ts'
import { problemOf, PROBLEM_STATUS } from '../../shared/platform/problem.ts'

// What the local user pool never says: throttling, outages, answers that lack something.
const client = new CognitoIdentityProviderClient({})
const pool = mockClient(client)
const identity = cognitoIdentity(client, { userPoolId: 'pool-1', clientId: 'client-1' })
const attempt = () => identity.signIn('parent@famille.example', 'Prevert-Demo-77')
const challenge = { challenge: 'totp', username: 'sub-1', session: 'session-1' } as const

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

it('sends the password by the flow that only the portal may use [guide 1]', async () => {
  pool.on(AdminInitiateAuthCommand).resolves({ AuthenticationResult: tokens })
  expect(await attempt()).toEqual({
    kind: 'tokens',
    tokens: { idToken: 'id', accessToken: 'access', refreshToken: 'refresh', expiresIn: 3600 },
  })
  expect(pool.commandCalls(AdminInitiateAuthCommand)[0]?.args[0].input).toEqual({
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    UserPoolId: 'pool-1',
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
  pool.on(AdminInitiateAuthCommand).rejects(refusedWith(name))
  await expect(attempt()).rejects.toMatchObject({ name: 'PortalError', code })
  expect(PROBLEM_STATUS[code]).toBe(status)
})

it('gives an unknown address the answer of a wrong password, word for word [guide 2]', async () => {
  const answers: unknown[] = []
  for (const name of ['NotAuthorizedException', 'UserNotFoundException']) {
    pool.on(AdminInitiateAuthCommand).rejects(refusedWith(name))
    answers.push(
      await attempt().catch((error: unknown) =>
        error instanceof PortalError ? problemOf(error, 'call-1') : error,
      ),
    )
  }
  expect(answers[0]).toMatchObject({ code: 'bad-credentials' })
  expect(answers[1]).toEqual(answers[0])
})

it('names who signs in as the pool does, not as they wrote it', async () => {
  pool.on(AdminInitiateAuthCommand).resolves({
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeParameters: { USER_ID_FOR_SRP: 'sub-1' },
    Session: 'session-1',
  })
  expect(await attempt()).toEqual({
    kind: 'challenge',
    challenge: 'new-password',
    username: 'sub-1',
    session: 'session-1',
  })
})

it.each([
  ['NotAuthorizedException', 'session-over', 401],
  ['CodeMismatchException', 'bad-code', 422],
  ['ExpiredCodeException', 'bad-code', 422],
  ['InvalidPasswordException', 'weak-password', 422],
  ['PasswordHistoryPolicyViolationException', 'weak-password', 422],
  ['TooManyRequestsException', 'too-many-attempts', 429],
] as const)('answers %s to a challenge with %s', async (name, code, status) => {
  pool.on(AdminRespondToAuthChallengeCommand).rejects(refusedWith(name))
  await expect(identity.answer(challenge, '123456')).rejects.toMatchObject({ code })
  expect(PROBLEM_STATUS[code]).toBe(status)
})

it('says of a reset only that the code is wrong, or that there were too many', async () => {
  for (const [name, code] of [
    ['UserNotFoundException', 'bad-code'],
    ['NotAuthorizedException', 'bad-code'],
    ['TooManyFailedAttemptsException', 'too-many-attempts'],
  ] as const) {
    pool.on(ConfirmForgotPasswordCommand).rejects(refusedWith(name))
    await expect(identity.reset('a', '1', 'b')).rejects.toMatchObject({ code })
  }
})

it('does not say that somebody is not known, nor that they asked too often', async () => {
  for (const name of [
    'UserNotFoundException',
    'LimitExceededException',
    'NotAuthorizedException',
  ]) {
    pool.on(ForgotPasswordCommand).rejects(refusedWith(name))
    await expect(identity.forget('nobody')).resolves.toBeUndefined()
  }
  pool.on(ForgotPasswordCommand).rejects(refusedWith('TooManyRequestsException'))
  await expect(identity.forget('nobody')).rejects.toMatchObject({ code: 'too-many-attempts' })
  const error = refusedWith('InternalErrorException')
  pool.on(ForgotPasswordCommand).rejects(error)
  await expect(identity.forget('nobody')).rejects.toBe(error)
})

it.each(['IdToken', 'AccessToken', 'RefreshToken', 'ExpiresIn'] as const)(
  'fails when the pool gives no %s',
  async (missing) => {
    pool
      .on(AdminInitiateAuthCommand)
      .resolves({ AuthenticationResult: { ...tokens, [missing]: undefined } })
    await expect(attempt()).rejects.toThrow('The user pool gave no tokens')
  },
)

it('fails when the pool asks for what the portal does not know', async () => {
  pool.on(AdminInitiateAuthCommand).resolves({ ChallengeName: 'SMS_MFA', Session: 'session-1' })
  await expect(attempt()).rejects.toThrow('The user pool gave no tokens but SMS_MFA')
  pool.on(InitiateAuthCommand).resolves({})
  await expect(identity.renew('refresh')).rejects.toThrow('The user pool gave no tokens')
})

it.each(['InternalErrorException', 'ResourceNotFoundException'])(
  'passes on what is no refusal: %s',
  async (name) => {
    const error = refusedWith(name)
    pool.on(AdminInitiateAuthCommand).rejects(error)
    await expect(attempt()).rejects.toBe(error)
  },
)
