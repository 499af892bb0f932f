import { generateKeyPairSync, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'
import { startHttp } from '../../lib/local/http.ts'
import { identify } from '../../lib/local/identities.ts'
import { jwks, userPoolClientId, userPoolId } from '../../lib/local/identity.ts'
import type { Served } from '../../lib/local/listen.ts'
import { readAssembly } from '../../lib/local/template.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { ROLES, routeKey, type Route } from '../../shared/platform/route.ts'
import { withApp } from '../lib/portal.ts'

const origin = 'http://127.0.0.1'
/** The API of the template: its routes and its authoriser as they are deployed. */
const assembly = withApp({}, (app, outdir) => {
  app.synth()
  return readAssembly(outdir, identify({ portal: origin, sqs: origin }))
})
const [pool] = assembly.ofType('AWS::Cognito::UserPool').map(userPoolId)
const [client] = assembly.ofType('AWS::Cognito::UserPoolClient').map(userPoolClientId)

/** The calls that got past the authoriser, with their claims. */
let admitted: unknown[] = []
let served: Served

beforeAll(async () => {
  const clock = { now: Date.now, at: (real: number) => real, startAt: () => undefined }
  served = await startHttp(
    assembly,
    (arn) => ({
      name: arn,
      description: '',
      invoke: (event) => {
        admitted.push(event)
        return Promise.resolve({ ok: true, requestId: 'request', payload: '{"statusCode":204}' })
      },
      stop: () => Promise.resolve(),
    }),
    0,
    { ...clock, moveTo: () => false },
    { write: () => undefined, warn: () => undefined },
  )
})
afterAll(() => served.stop())
beforeEach(() => {
  admitted = []
})

/** The private key of the local user pool is public: what is signed with it is a real token. */
const { pem } = z
  .object({ pem: z.string() })
  .parse(createRequire(import.meta.url)('cognito-local/lib/keys/cognitoLocal.private.json'))
const { privateKey: stranger } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const bearer = (payload: object, header: object = {}, key: string = pem): string => {
  const content = `${encode({ alg: 'RS256', kid: jwks.keys[0]?.kid, ...header })}.${encode(payload)}`
  return `Bearer ${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`
}

const now = Math.floor(Date.now() / 1000)
const withoutAudience = {
  sub: 'a-person',
  iss: `https://cognito-idp.eu-west-3.amazonaws.com/${pool ?? ''}`,
  token_use: 'id',
  iat: now - 60,
  exp: now + 1800,
  'cognito:groups': ROLES,
}
/** Somebody who may call every route. */
const person = { ...withoutAudience, aud: client }
const [header = '', , signature = ''] = bearer(person).split('.')

const REFUSED: readonly (readonly [string, string | undefined])[] = [
  ['no token', undefined],
  ['nonsense', 'Bearer nonsense'],
  ['another scheme', bearer(person).replace('Bearer', 'Basic')],
  ['an expired token', bearer({ ...person, exp: now - 1 })],
  ['a token that does not count yet', bearer({ ...person, nbf: now + 600 })],
  ['a token of another pool', bearer({ ...person, iss: `${person.iss}x` })],
  ['a token for another client', bearer({ ...person, aud: 'other' })],
  ['an access token of another client', bearer({ ...withoutAudience, client_id: 'other' })],
  ['a tampered token', `${header}.${encode({ ...person, sub: 'somebody-else' })}.${signature}`],
  ['a token signed by a stranger', bearer(person, {}, stranger)],
  ['a token without a signature', `Bearer ${encode({ alg: 'none' })}.${encode(person)}.`],
]

const send = (route: Route, authorization: string | undefined): Promise<Response> =>
  fetch(served.url + route.path.replaceAll(/\{\w+\}/g, 'x'), {
    method: route.method,
    headers: authorization === undefined ? {} : { authorization },
  })

const closed = ROUTES.filter(({ access }) => access !== 'public')

it.each(closed.map((route) => [routeKey(route), route] as const))(
  '%s is not reached without a good token',
  async (key, route) => {
    for (const [what, authorization] of REFUSED) {
      const response = await send(route, authorization)
      expect([what, response.status]).toEqual([what, 401])
      expect(await response.json()).toEqual({ message: 'Unauthorized' })
    }
    expect(admitted).toEqual([])

    expect((await send(route, bearer(person))).status).toBe(204)
    expect(admitted).toMatchObject([
      {
        routeKey: key,
        requestContext: { authorizer: { jwt: { claims: { sub: 'a-person', token_use: 'id' } } } },
      },
    ])
  },
)

it('every other route is one that is declared public', async () => {
  for (const route of ROUTES.filter(({ access }) => access === 'public')) {
    expect((await send(route, undefined)).status).toBe(204)
  }
  expect(admitted).toHaveLength(ROUTES.length - closed.length)
})
