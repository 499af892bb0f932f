import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { jwks } from '../../../lib/local/identity.ts'
import type { Portal } from '../../../lib/local/portal.ts'
import { makeSystem, type System } from './fixture.ts'

let system: System
let portal: Portal
let cognito: CognitoIdentityProviderClient

const person = { email: 'claire@example.fr', password: 'Portail-2025' }
const connect = (): CognitoIdentityProviderClient =>
  new CognitoIdentityProviderClient({
    region: 'eu-west-3',
    endpoint: portal.variables['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
const digits: unknown = expect.stringMatching(/^\d+$/)
const signIn = (password: string) =>
  cognito.send(
    new InitiateAuthCommand({
      ClientId: portal.variables['USER_POOL_CLIENT_ID'],
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: person.email, PASSWORD: password },
    }),
  )
const idToken = async (): Promise<string> =>
  z.string().parse((await signIn(person.password)).AuthenticationResult?.IdToken)

beforeAll(async () => {
  system = makeSystem()
  portal = await system.start()
  cognito = connect()
  const user = { UserPoolId: portal.variables['USER_POOL_ID'], Username: person.email }
  await cognito.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: person.email },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'custom:family', Value: 'F1' },
      ],
    }),
  )
  await cognito.send(
    new AdminSetUserPasswordCommand({ ...user, Password: person.password, Permanent: true }),
  )
  for (const GroupName of ['guardian', 'agent']) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName }))
  }
  await cognito.send(
    new AdminUpdateUserAttributesCommand({
      ...user,
      UserAttributes: [{ Name: 'custom:guardian', Value: 'G1' }],
    }),
  )
})
afterAll(() => system.remove())

const me = (authorization?: string): Promise<Response> =>
  fetch(`${portal.portalUrl}/me`, authorization === undefined ? {} : { headers: { authorization } })
const claimsOf = async (response: Response): Promise<unknown> =>
  z
    .object({ requestContext: z.object({ authorizer: z.object({ jwt: z.unknown() }) }) })
    .parse(await response.json()).requestContext.authorizer.jwt
const decode = (part: string | undefined): Record<string, unknown> =>
  z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(Buffer.from(part ?? '', 'base64url').toString()))
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** The private key of cognito-local is public: what is signed with it is a real token. */
const { pem } = z
  .object({ pem: z.string() })
  .parse(createRequire(import.meta.url)('cognito-local/lib/keys/cognitoLocal.private.json'))
const signed = (payload: object, header: object = {}, key: string = pem): string => {
  const content = `${encode({ alg: 'RS256', kid: jwks.keys[0]?.kid, ...header })}.${encode(payload)}`
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`
}

describe('a user pool', () => {
  it('gives a guardian a token with the claims of the account, as strings', async () => {
    const { AuthenticationResult: result } = await signIn(person.password)
    expect(result).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 1800 })
    const response = await me(`Bearer ${result?.IdToken ?? ''}`)
    expect(response.status).toBe(200)
    const claims = await claimsOf(response)
    expect(claims).toMatchObject({
      scopes: null,
      claims: {
        email: person.email,
        email_verified: 'true',
        'custom:family': 'F1',
        'custom:guardian': 'G1',
        'cognito:groups': '[agent guardian]',
        aud: portal.variables['USER_POOL_CLIENT_ID'],
        iss: `https://cognito-idp.eu-west-3.amazonaws.com/${portal.variables['USER_POOL_ID'] ?? ''}`,
        exp: digits,
      },
    })
  })

  it('takes the access token too, by its client', async () => {
    const { AuthenticationResult: result } = await signIn(person.password)
    expect((await me(`Bearer ${result?.AccessToken ?? ''}`)).status).toBe(200)
  })

  it('does not say whether the e-mail or the password was wrong', async () => {
    await expect(signIn('wrong')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    await expect(
      cognito.send(
        new InitiateAuthCommand({
          ClientId: portal.variables['USER_POOL_CLIENT_ID'],
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'nobody@example.fr', PASSWORD: 'x' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  })
})

describe('what cognito-local leaves out', () => {
  const pool = () => ({ UserPoolId: portal.variables['USER_POOL_ID'] })
  const invited = async (email: string, again = false) => {
    await cognito.send(
      new AdminCreateUserCommand({
        ...pool(),
        Username: email,
        DesiredDeliveryMediums: ['EMAIL'],
        ...(again ? { MessageAction: 'RESEND' } : {}),
      }),
    )
    const answer: unknown = await (await fetch(`${portal.mailboxUrl}/store`)).json()
    const mail = z.object({
      destination: z.object({ to: z.array(z.string()) }),
      body: z.object({ text: z.string() }),
    })
    const mails = z
      .object({ emails: z.array(mail) })
      .parse(answer)
      .emails.filter(({ destination }) => destination.to.includes(email))
    return mails.map(({ body }) => / (\S+)\s*$/.exec(body.text)?.[1] ?? '')
  }
  const start = (username: string, password: string) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId: portal.variables['USER_POOL_CLIENT_ID'],
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: password },
      }),
    )

  it('mails the first password to the mailbox, and another one when asked again', async () => {
    const email = 'invite@example.fr'
    const [first = ''] = await invited(email)
    await expect(start(email, 'any')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(await start(email, first)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' })
    const [, second = ''] = await invited(email, true)
    expect(second).not.toBe(first)
    await expect(start(email, first)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(await start(email, second)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' })
    await expect(invited(person.email, true)).rejects.toMatchObject({
      name: 'UnsupportedUserStateException',
    })
  })

  it('asks for the session of a challenge', async () => {
    const email = 'defi@example.fr'
    const [password = ''] = await invited(email)
    const { Session: session = '' } = await start(email, password)
    const answer = (given: string, username = email) =>
      cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: portal.variables['USER_POOL_CLIENT_ID'],
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session: given,
          ChallengeResponses: { USERNAME: username, NEW_PASSWORD: 'Choisi-2025-ici' },
        }),
      )
    for (const wrong of [answer('made-up-and-long-enough'), answer(session, person.email)]) {
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    }
    const { AuthenticationResult: tokens } = await answer(session)
    expect(tokens).toMatchObject({ TokenType: 'Bearer' })
    await expect(answer(session)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(await renew(tokens?.RefreshToken)).toHaveProperty('AuthenticationResult.IdToken')
  })

  const renew = (token = '') =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId: portal.variables['USER_POOL_CLIENT_ID'],
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: token },
      }),
    )

  it('signs out everywhere, and keeps out who is disabled', async () => {
    const user = { ...pool(), Username: person.email }
    const { AuthenticationResult: before } = await signIn(person.password)
    await cognito.send(new AdminUserGlobalSignOutCommand(user))
    await expect(renew(before?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    })
    const { AuthenticationResult: after } = await signIn(person.password)
    await cognito.send(new AdminDisableUserCommand(user))
    for (const refused of [signIn(person.password), renew(after?.RefreshToken)]) {
      await expect(refused).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    }
    await cognito.send(new AdminEnableUserCommand(user))
    expect(await signIn(person.password)).toHaveProperty('AuthenticationResult.IdToken')
  })

  it('opens only the flows of the client, and gives no e-mail twice', async () => {
    await expect(
      cognito.send(
        new AdminInitiateAuthCommand({
          ...pool(),
          ClientId: portal.variables['USER_POOL_CLIENT_ID'],
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: person.email, PASSWORD: person.password },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await invited('autre@example.fr')
    await expect(
      cognito.send(
        new AdminUpdateUserAttributesCommand({
          ...pool(),
          Username: 'autre@example.fr',
          UserAttributes: [{ Name: 'email', Value: person.email }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'AliasExistsException' })
  })
})

describe('the authoriser refuses', () => {
  const refused = async (authorization?: string): Promise<void> => {
    const response = await me(authorization)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ message: 'Unauthorized' })
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  }

  it('a request without a token', () => refused())
  it('nonsense', () => refused('Bearer nonsense'))
  it('another scheme', async () => refused(`Basic ${await idToken()}`))

  it('a token whose claims were changed', async () => {
    const [header = '', payload, signature = ''] = (await idToken()).split('.')
    const changed = { ...decode(payload), 'cognito:groups': ['administrator'] }
    await refused(`Bearer ${header}.${encode(changed)}.${signature}`)
  })

  it('a token signed by somebody else, under our key id or another', async () => {
    const payload = decode((await idToken()).split('.')[1])
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    await refused(`Bearer ${signed(payload, {}, privateKey)}`)
    await refused(`Bearer ${signed(payload, { kid: 'other' }, privateKey)}`)
  })

  it('a token without a signature, or signed with the public key as a secret', async () => {
    const payload = decode((await idToken()).split('.')[1])
    await refused(`Bearer ${encode({ alg: 'none' })}.${encode(payload)}.`)
    const content = `${encode({ alg: 'HS256', kid: jwks.keys[0]?.kid })}.${encode(payload)}`
    const secret = JSON.stringify(jwks.keys[0])
    const signature = createHmac('sha256', secret).update(content).digest('base64url')
    await refused(`Bearer ${content}.${signature}`)
  })

  it.each([
    ['an expired token', { exp: Math.floor(Date.now() / 1000) - 1 }],
    ['a token of another pool', { iss: 'https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_x' }],
    ['a token for another client', { aud: 'other' }],
    ['a token that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])('%s', async (_, change) => {
    const payload = decode((await idToken()).split('.')[1])
    expect((await me(`Bearer ${signed(payload)}`)).status).toBe(200)
    await refused(`Bearer ${signed({ ...payload, ...change })}`)
  })
})

it('accounts, memberships and tokens outlive a restart', async () => {
  const token = await idToken()
  await portal.stop()
  portal = await system.start()
  cognito = connect()
  expect(portal.fresh).toBe(false)
  expect((await me(`Bearer ${token}`)).status).toBe(200)
  expect(await claimsOf(await me(`Bearer ${await idToken()}`))).toMatchObject({
    claims: { 'custom:guardian': 'G1', 'cognito:groups': '[agent guardian]' },
  })
  const user = await cognito.send(
    new AdminGetUserCommand({
      UserPoolId: portal.variables['USER_POOL_ID'],
      Username: person.email,
    }),
  )
  expect(user.UserStatus).toBe('CONFIRMED')
  expect(user.UserCreateDate).toBeInstanceOf(Date)
})
