import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Portal } from '../../../lib/local/portal.ts'
import { makeSystem, type System } from './fixture.ts'

let system: System
let portal: Portal
beforeAll(async () => {
  system = makeSystem()
  portal = await system.start()
})
afterAll(() => system.remove())

const eventSchema = z.looseObject({
  routeKey: z.string(),
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  cookies: z.array(z.string()).optional(),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  pathParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
  requestContext: z.looseObject({
    stage: z.string(),
    time: z.string(),
    timeEpoch: z.number(),
    http: z.object({
      method: z.string(),
      path: z.string(),
      protocol: z.string(),
      sourceIp: z.string(),
      userAgent: z.string(),
    }),
  }),
  calls: z.number(),
})
const call = (path: string, options?: RequestInit): Promise<Response> =>
  fetch(portal.portalUrl + path, options)
const eventOf = async (path: string, options?: RequestInit) =>
  eventSchema.parse(await (await call(path, options)).json())

describe('a request', () => {
  it('reaches the function as an event of payload format 2.0', async () => {
    const event = await eventOf('/things/caf%C3%A9%2F1?a=1&a=2&b=%20x', {
      headers: { 'X-Odd-Case': 'One', cookie: 'x=1; y=2', 'user-agent': 'tester' },
    })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/caf%C3%A9%2F1',
      rawQueryString: 'a=1&a=2&b=%20x',
      queryStringParameters: { a: '1,2', b: ' x' },
      pathParameters: { id: 'café/1' },
      cookies: ['x=1', 'y=2'],
      isBase64Encoded: false,
    })
    expect(event.headers['x-odd-case']).toBe('One')
    expect(event.requestContext).toMatchObject({
      stage: '$default',
      http: { method: 'GET', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tester' },
    })
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    expect(event.body).toBeUndefined()
  })

  it('carries the portal time, not the real one', async () => {
    const { requestContext } = await eventOf('/things/1')
    expect(Math.abs(requestContext.timeEpoch - portal.now())).toBeLessThan(1000)
  })

  it('has several headers of one name joined', async () => {
    const event = await new Promise<unknown>((settle, fail) => {
      const sent = request(
        `${portal.portalUrl}/things/1`,
        { headers: { 'x-many': ['one', 'two'] } },
        (response) => {
          text(response).then((body) => {
            settle(JSON.parse(body))
          }, fail)
        },
      )
      sent.end()
    })
    expect(eventSchema.parse(event).headers['x-many']).toBe('one,two')
  })

  it.each([
    ['application/json', '{"a":"é"}', '{"a":"é"}', false],
    ['application/problem+json', '{}', '{}', false],
    ['text/plain; charset=utf-8', 'x', 'x', false],
    ['application/octet-stream', 'x', 'eA==', true],
    ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
  ])('with a body of %s', async (type, body, seen, isBase64Encoded) => {
    const event = await eventOf('/things', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    })
    expect(event).toMatchObject({ body: seen, isBase64Encoded })
  })

  it('of more than 10 MB is refused', async () => {
    const response = await call('/things', { method: 'POST', body: Buffer.alloc(10_485_761) })
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' })
  })
})

describe('a route', () => {
  it.each([
    ['GET', '/things/fixed', 'GET /things/fixed'],
    ['GET', '/things/other', 'GET /things/{id}'],
    ['POST', '/things', 'POST /things'],
    ['PUT', '/all/a/b', 'ANY /all/{proxy+}'],
    ['GET', '/live', 'GET /live'],
  ])('%s %s leads to %s', async (method, path, key) => {
    expect((await eventOf(path, { method })).routeKey).toBe(key)
  })

  it('gives a greedy parameter the rest of the path', async () => {
    expect((await eventOf('/all/a/b%20c')).pathParameters).toEqual({ proxy: 'a/b c' })
  })

  it.each([
    ['GET', '/nothing'],
    ['GET', '/things/'],
    ['GET', '/things/a/b'],
    ['DELETE', '/things/1'],
    ['GET', '/'],
  ])('is missing for %s %s', async (method, path) => {
    const response = await call(path, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: 'Not Found' })
  })
})

describe('an answer', () => {
  it('without a status is inferred to be JSON', async () => {
    const response = await call('/things/1?do=inferred')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({ inferred: true })
    expect(await (await call('/things/1?do=text')).text()).toBe('only text')
  })

  it('is sent with its status, headers and cookies', async () => {
    const response = await call('/things/1?do=cookies')
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('x-made-by')).toBe('function')
    expect(response.headers.get('content-type')).toBe('text/plain;charset=utf-8')
  })

  it('of bytes is decoded', async () => {
    const response = await call('/things/1?do=binary')
    expect(response.headers.get('content-type')).toBe('image/gif')
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('GIF89a')
  })

  it.each(['throw', 'exit', 'hang', 'reject', 'bad'])(
    'is an internal error when the function does: %s',
    async (what) => {
      const response = await call(`/things/1?do=${what}`)
      expect(response.status).toBe(500)
      expect(await response.json()).toEqual({ message: 'Internal Server Error' })
      expect((await call('/things/1')).status).toBe(200)
    },
  )

  it('comes from a kept environment, which a crash ends', async () => {
    const before = await eventOf('/things/1')
    expect((await eventOf('/things/1')).calls).toBe(before.calls + 1)
    await call('/things/1?do=exit')
    expect((await eventOf('/things/1')).calls).toBe(1)
  })

  it('is not held up by requests of others', async () => {
    const slow = call('/things/1?do=hang')
    expect((await call('/things/1')).status).toBe(200)
    expect((await slow).status).toBe(500)
  })
})

it('a function has the environment of the template, and no way to AWS', async () => {
  const environment = z
    .record(z.string(), z.string())
    .parse(await (await call('/things/1?do=environment')).json())
  expect(environment).toMatchObject({
    TABLE_NAME: portal.variables['TABLE_NAME'],
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_DYNAMODB: portal.variables['AWS_ENDPOINT_URL_DYNAMODB'],
  })
  expect(environment['PATH']).toBeUndefined()
})

describe('CORS', () => {
  const origin = 'https://famille.example'

  it('answers a preflight as the template says', async () => {
    const response = await call('/me', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-methods')).toBe('GET,POST')
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization')
    expect(response.headers.get('access-control-max-age')).toBe('3600')
  })

  it('lets known origins read, and no others', async () => {
    const known = await call('/things/1', { headers: { origin } })
    expect(known.headers.get('access-control-allow-origin')).toBe(origin)
    expect(known.headers.get('access-control-expose-headers')).toBe('retry-after')
    const other = await call('/things/1', { headers: { origin: 'https://other.example' } })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })
})
