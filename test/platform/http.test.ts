import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { ROUTES } from '../../shared/api/routes.ts'
import { PortalError, StaleReadError, TableBusyError } from '../../shared/kernel/errors.ts'
import { PROBLEM_TITLES } from '../../shared/kernel/texts.ts'
import { EDGE_HEADER, EDGE_VARIABLE, replyHeaders } from '../../shared/platform/http-edge.ts'
import { httpHandler, on, type Actor } from '../../shared/platform/http.ts'
import { defineRoute } from '../../shared/platform/route.ts'
import { ifMatchSchema, versionSchema } from '../../shared/platform/schemas.ts'
import { DUPONT } from '../support/cesson.ts'
import {
  call,
  claimsOf,
  httpEvent,
  problemIn,
  REQUEST_ID,
  type HttpCall,
} from '../support/events.ts'

const errorLog = vi.spyOn(console, 'error')
const infoLog = vi.spyOn(console, 'info')
beforeEach(() => {
  errorLog.mockReset().mockReturnValue()
  infoLog.mockReset().mockReturnValue()
})

const echoRoute = defineRoute({
  id: 'echo',
  method: 'POST',
  path: '/echo/{number}',
  function: 'town',
  access: 'public',
  summary: 'What arrives',
  parameters: z.strictObject({ number: z.coerce.number().int().positive() }),
  query: z.strictObject({ limit: z.coerce.number().int().max(100).default(20) }),
  headers: z.object({ 'idempotency-key': z.string().min(8) }),
  body: z.strictObject({ child: z.string().max(200_000) }),
  status: 201,
  reply: z.strictObject({
    number: z.int(),
    limit: z.int(),
    key: z.string(),
    child: z.string(),
    now: z.string(),
  }),
  errors: [],
})

const echo = httpHandler(
  on(echoRoute, ({ parameters, query, headers, body, now }) =>
    Promise.resolve({
      number: parameters.number,
      limit: query.limit,
      key: headers['idempotency-key'],
      child: body.child,
      now: now.toISOString(),
    }),
  ),
)

const askEcho = (about: HttpCall & { contentType?: string } = {}) => {
  const { contentType, headers = {}, ...rest } = about
  return call(
    echo,
    httpEvent(echoRoute, {
      parameters: { number: '7' },
      body: { child: 'Léo' },
      headers: {
        'idempotency-key': '12345678',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
      ...rest,
    }),
  )
}

const guardedRoute = defineRoute({
  id: 'guarded',
  method: 'GET',
  path: '/guarded',
  function: 'town',
  access: ['guardian', 'agent'],
  summary: 'Who calls',
  status: 200,
  reply: z.strictObject({ account: z.string() }),
  errors: [],
})

/** The actor that a handler sees behind claims; nothing when the call is refused. */
const actorBehind = async (
  claims: Readonly<Record<string, string>> | undefined,
): Promise<Actor | undefined> => {
  let seen: Actor | undefined
  const handler = httpHandler(
    on(guardedRoute, ({ actor }) => {
      seen = actor
      return Promise.resolve({ account: actor.account })
    }),
  )
  const answer = await call(
    handler,
    httpEvent(guardedRoute, claims === undefined ? {} : { claims }),
  )
  expect(answer.statusCode).toBe(seen === undefined ? 403 : 200)
  if (seen === undefined) expect(problemIn(answer).code).toBe('forbidden')
  return seen
}

/** The answer of a public route whose use case gives `reply` or throws, and what was logged. */
const answering = async (useCase: () => Promise<unknown>, reply: z.ZodType = z.unknown()) => {
  const route = defineRoute({
    id: 'failing',
    method: 'GET',
    path: '/failing',
    function: 'town',
    access: 'public',
    summary: 'Fails',
    status: 200,
    reply,
    errors: [],
  })
  const answer = await call(httpHandler(on(route, useCase)), httpEvent(route))
  return { answer, errors: errorLog.mock.calls.flat(), notes: infoLog.mock.calls.flat() }
}

describe('a call', () => {
  it('reaches its use case with every part parsed, and the time at which it was received', async () => {
    const answer = await askEcho({ now: new Date('2025-07-15T08:41:00Z') })
    expect(answer.statusCode).toBe(201)
    expect(answer.headers?.['content-type']).toBe('application/json')
    expect(JSON.parse(answer.body ?? '')).toEqual({
      number: 7,
      limit: 20,
      key: '12345678',
      child: 'Léo',
      now: '2025-07-15T08:41:00.000Z',
    })
  })

  it('may have its body in base64', async () => {
    const answer = await askEcho({ base64: true })
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ child: 'Léo' })
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/merge-patch+json',
  ])('may name its body %s', async (contentType) => {
    expect((await askEcho({ contentType })).statusCode).toBe(201)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'text/json',
    '',
  ])('is refused with a body of the type “%s”', async (contentType) => {
    const answer = await askEcho({ contentType })
    expect(answer.statusCode).toBe(415)
    expect(problemIn(answer)).toMatchObject({
      code: 'unsupported-media-type',
      title: 'Le corps de la demande doit être du JSON.',
    })
  })

  it.each(['{"child":', 'Léo', '{"child": "Léo"} more', ''])(
    'is refused with a body that is no JSON: %s',
    async (body) => {
      const answer = await askEcho({ body })
      expect(answer.statusCode).toBe(400)
      expect(problemIn(answer).errors).toEqual([
        { pointer: '/body', detail: 'Le corps n’est pas du JSON bien formé.' },
      ])
    },
  )

  it('is refused without its body', async () => {
    const answer = await askEcho({ body: undefined })
    expect(answer.statusCode).toBe(400)
    expect(problemIn(answer).errors).toEqual([
      { pointer: '/body', detail: 'Ce champ est obligatoire.' },
    ])
  })

  it.each([
    ['anybody', 'public', 20_000],
    ['who is signed in', ['agent'], 200_000],
  ] as const)(
    'of %s is refused with a body that is too long, before it is read, and not with the longest',
    async (_, access, most) => {
      const route = defineRoute({
        id: 'measure',
        method: 'POST',
        path: '/measure',
        function: 'town',
        access,
        summary: 'How long a body is',
        body: echoRoute.body,
        status: 201,
        reply: z.strictObject({ length: z.int() }),
        errors: [],
      })
      const handler = httpHandler(
        on(route, ({ body }) => Promise.resolve({ length: body.child.length })),
      )
      const send = (body: string) =>
        call(handler, httpEvent(route, { body, claims: claimsOf(['agent']) }))
      const frame = JSON.stringify({ child: '' }).length
      const longest = JSON.stringify({ child: 'a'.repeat(most - frame) })
      expect((await send(longest)).statusCode).toBe(201)
      for (const longer of [`${longest} `, '{'.repeat(most + 1)]) {
        const answer = await send(longer)
        expect(answer.statusCode).toBe(413)
        expect(problemIn(answer)).toMatchObject({
          code: 'request-too-large',
          title: PROBLEM_TITLES['request-too-large'],
        })
      }
    },
  )

  it.each([
    ['path', { parameters: { number: 'seven' } }, '/path/number'],
    ['query', { query: { limit: '101' } }, '/query/limit'],
    ['headers', { headers: { 'idempotency-key': 'short' } }, '/headers/idempotency-key'],
    ['body', { body: { child: 1 } }, '/body/child'],
  ] as const)('is refused with a pointer into its %s', async (_, about, pointer) => {
    const answer = await askEcho(about)
    expect(answer.statusCode).toBe(400)
    expect(problemIn(answer)).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] })
  })

  it('is refused with a parameter of the query that its route does not know', async () => {
    const answer = await askEcho({ query: { limt: '10' } })
    expect(problemIn(answer).errors).toEqual([
      { pointer: '/query', detail: 'Le champ « limt » n’est pas prévu ici.' },
    ])
  })

  it('may have headers that its route does not know', async () => {
    expect((await askEcho({ headers: { 'x-forwarded-for': '192.0.2.1' } })).statusCode).toBe(201)
  })

  it('finds nothing under a route that its function does not answer', async () => {
    for (const route of ['$default', { method: 'GET', path: '/echo/{number}' }] as const) {
      const answer = await call(echo, httpEvent(route))
      expect(answer.statusCode).toBe(404)
      expect(problemIn(answer)).toEqual({
        type: 'urn:ribambelle:problem:not-found',
        title: 'Cette page ou ce dossier n’existe pas.',
        status: 404,
        code: 'not-found',
        correlationId: REQUEST_ID,
      })
    }
  })
})

describe('the caller', () => {
  it('is who the claims say', async () => {
    expect(await actorBehind(claimsOf(['guardian'], DUPONT))).toEqual({
      account: 'account-of-guardian',
      roles: ['guardian'],
      family: DUPONT,
    })
  })

  it.each([
    ['[agent]', ['agent']],
    ['[guardian agent]', ['guardian', 'agent']],
    ['[agent,accountant]', ['agent', 'accountant']],
    ['agent', ['agent']],
    ['[agent unknown-group]', ['agent']],
  ])('has the roles of the groups %s', async (groups, roles) => {
    const actor = await actorBehind({ ...claimsOf([]), 'cognito:groups': groups })
    expect(actor?.roles).toEqual(roles)
  })

  it.each([
    '[guardian-x]',
    '[xagent]',
    '[Agent]',
    '[agents]',
    '[accountant]',
    '[administrator]',
    '["agent"]',
    '[agent;accountant]',
    '[constructor]',
    '[]',
    '',
  ])('is refused with the groups “%s”', async (groups) => {
    expect(await actorBehind({ ...claimsOf([]), 'cognito:groups': groups })).toBeUndefined()
  })

  it.each<[string, Record<string, string> | undefined]>([
    ['without claims', undefined],
    ['without groups', { sub: 'a', token_use: 'id' }],
    ['with an access token', { ...claimsOf(['agent']), token_use: 'access' }],
    ['without a kind of token', { sub: 'a', 'cognito:groups': '[agent]' }],
    ['without an account', { token_use: 'id', 'cognito:groups': '[agent]' }],
    ['with an empty account', { ...claimsOf(['agent']), sub: '' }],
    ['with a family that is no id', { ...claimsOf(['guardian'], DUPONT), 'custom:family': '1#2' }],
    ['with an empty family', { ...claimsOf(['guardian'], DUPONT), 'custom:family': '' }],
  ])('is refused %s', async (_, claims) => {
    expect(await actorBehind(claims)).toBeUndefined()
  })

  it.each(['custom:family', 'custom:guardian'])('has no family without %s', async (missing) => {
    const claims = Object.entries(claimsOf(['guardian'], DUPONT)).filter(
      ([name]) => name !== missing,
    )
    expect((await actorBehind(Object.fromEntries(claims)))?.family).toBeUndefined()
  })

  it('is refused before any part of the call is looked at', async () => {
    const route = defineRoute({ ...echoRoute, access: ['agent'] })
    const handler = httpHandler(on(route, () => Promise.reject(new Error('reached'))))
    const answer = await call(handler, httpEvent(route, { body: 'no JSON' }))
    expect(answer.statusCode).toBe(403)
  })
})

describe('an answer', () => {
  const reply = z.strictObject({ name: z.string() })

  it('leaves with headers that keep it out of caches and frames', async () => {
    for (const answer of [await askEcho(), await askEcho({ body: 'no JSON' })]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'permissions-policy': 'camera=(), geolocation=(), microphone=()',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  it.each([
    [
      'text/html; charset=utf-8',
      /^default-src 'none'; style-src 'unsafe-inline'; form-action 'self'/,
    ],
    ['application/pdf', /^frame-ancestors 'none'$/],
    ['text/csv; charset=utf-8', /^default-src 'none'; frame-ancestors 'none'$/],
  ])('of %s may do in a browser what it needs, and be framed nowhere', (mediaType, policy) => {
    const headers = replyHeaders(mediaType)
    expect(headers['content-security-policy']).toMatch(policy)
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).not.toContain('script-src')
  })

  it('may be kept where its route says so, and its refusals may not', async () => {
    const route = defineRoute({
      id: 'kept',
      method: 'GET',
      path: '/kept',
      function: 'town',
      access: 'public',
      summary: 'Is kept',
      status: 200,
      reply: z.strictObject({}),
      cacheSeconds: 60,
      errors: [],
    })
    const good = await call(httpHandler(on(route, () => Promise.resolve({}))), httpEvent(route))
    expect(good.headers?.['cache-control']).toBe('public, max-age=60')
    const gone = () => Promise.reject(new PortalError('not-found'))
    const bad = await call(httpHandler(on(route, gone)), httpEvent(route))
    expect(bad.headers?.['cache-control']).toBe('no-store')
  })

  it('never leaves with a stored field that its route does not declare', async () => {
    const leaking = () => Promise.resolve({ name: 'DUPONT', iban: 'FR7630006000011234567890189' })
    const { answer, errors } = await answering(leaking, reply)
    expect(answer.statusCode).toBe(500)
    expect(JSON.stringify([answer, errors])).not.toContain('FR76')
  })

  it('leaves without a field that an open schema does not declare', async () => {
    const leaking = () => Promise.resolve({ name: 'DUPONT', iban: 'FR7630006000011234567890189' })
    const { answer } = await answering(leaking, z.object({ name: z.string() }))
    expect(JSON.parse(answer.body ?? '')).toEqual({ name: 'DUPONT' })
  })

  it('never leaves without a field that its route declares', async () => {
    const { answer } = await answering(() => Promise.resolve({}), reply)
    expect(answer.statusCode).toBe(500)
  })

  it('is a text of the declared type when the route says so', async () => {
    const route = defineRoute({
      id: 'page',
      method: 'GET',
      path: '/page',
      function: 'town',
      access: 'public',
      summary: 'A page',
      status: 200,
      reply: { mediaType: 'text/html; charset=utf-8' },
      errors: [],
    })
    const handler = httpHandler(on(route, () => Promise.resolve('<p>Léo</p>')))
    expect(await call(handler, httpEvent(route))).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<p>Léo</p>',
    })
  })

  it('is bytes of the declared type, in base64 as API Gateway takes them', async () => {
    const route = defineRoute({
      id: 'paper',
      method: 'GET',
      path: '/paper',
      function: 'town',
      access: 'public',
      summary: 'A document',
      status: 200,
      reply: { mediaType: 'application/pdf', binary: true },
      errors: [],
    })
    const handler = httpHandler(on(route, () => Promise.resolve(Uint8Array.of(37, 80, 255, 0))))
    expect(await call(handler, httpEvent(route))).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/pdf' },
      body: 'JVD/AA==',
      isBase64Encoded: true,
    })
  })

  it('is of the one of its media types that the answer names, and of no other', async () => {
    const route = defineRoute({
      id: 'letter',
      method: 'GET',
      path: '/letter',
      function: 'town',
      access: 'public',
      summary: 'A letter',
      status: 200,
      reply: { mediaTypes: ['application/pdf', 'text/html'] },
      errors: [],
    })
    const sent = (mediaType: 'application/pdf' | 'text/html', body: string | Uint8Array) =>
      call(httpHandler(on(route, () => Promise.resolve({ mediaType, body }))), httpEvent(route))
    expect(await sent('text/html', '<p>Léo</p>')).toMatchObject({
      headers: { 'content-type': 'text/html' },
      body: '<p>Léo</p>',
    })
    expect(await sent('application/pdf', Uint8Array.of(37, 80, 255, 0))).toMatchObject({
      headers: { 'content-type': 'application/pdf' },
      body: 'JVD/AA==',
      isBase64Encoded: true,
    })
    // @ts-expect-error: the route does not declare it.
    expect((await sent('text/csv', 'a;b')).statusCode).toBe(500)
  })
})

describe('something that people edit', () => {
  const route = defineRoute({
    id: 'edit',
    method: 'PUT',
    path: '/thing',
    function: 'town',
    access: 'public',
    summary: 'Edits a thing',
    headers: z.object({ 'if-match': ifMatchSchema }),
    body: z.strictObject({ name: z.string() }),
    status: 200,
    versioned: true,
    reply: z.strictObject({ name: z.string(), version: versionSchema }),
    errors: ['changed-meanwhile'],
  })

  /** Edits a thing that is at version 3. */
  const edit = (headers: Readonly<Record<string, string>>) =>
    call(
      httpHandler(
        on(route, ({ headers: { 'if-match': seen }, body: { name } }) =>
          seen === 3
            ? Promise.resolve({ name, version: seen + 1 })
            : Promise.reject(new PortalError('changed-meanwhile')),
        ),
      ),
      httpEvent(route, { body: { name: 'Léo' }, headers }),
    )

  it('arrives with the version that was seen, and leaves with its own as its ETag', async () => {
    const answer = await edit({ 'if-match': '"3"' })
    expect(answer).toMatchObject({ statusCode: 200, headers: { etag: '"4"' } })
    expect(JSON.parse(answer.body ?? '')).toEqual({ name: 'Léo', version: 4 })
  })

  it.each(['"2"', '"0"', '"999999999"'])('is told to have changed since %s', async (tag) => {
    const answer = await edit({ 'if-match': tag })
    expect(problemIn(answer)).toMatchObject({ status: 412, code: 'changed-meanwhile' })
    expect(answer.headers).not.toHaveProperty('etag')
  })

  it('is not edited without saying which version was seen', async () => {
    expect(problemIn(await edit({}))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/headers/if-match', detail: 'Ce champ est obligatoire.' }],
    })
  })

  it.each(['*', '3', 'W/"3"', '"3", "4"', '"03"', '"-1"', '"1000000000"', '"trois"', ''])(
    'is not edited at the version %s',
    async (tag) => {
      expect(problemIn(await edit({ 'if-match': tag }))).toMatchObject({
        status: 400,
        errors: [
          {
            pointer: '/headers/if-match',
            detail: 'Format attendu : la version lue, entre guillemets : "3".',
          },
        ],
      })
    },
  )

  it('never leaves without its version', async () => {
    const bare = defineRoute({ ...route, reply: z.unknown() })
    const handler = httpHandler(on(bare, () => Promise.resolve({ name: 'Léo' })))
    const answer = await call(
      handler,
      httpEvent(bare, { body: { name: 'Léo' }, headers: { 'if-match': '"3"' } }),
    )
    expect(answer.statusCode).toBe(500)
  })
})

describe('what goes wrong', () => {
  const refuse = (error: Error) => () => Promise.reject(error)

  it('is told with its code, its details and the id of the call', async () => {
    const { answer } = await answering(
      refuse(
        new PortalError('period-out-of-range', {
          detail: 'Trop tard.',
          faults: [{ pointer: '/body/wishes/0', detail: 'Trop long.' }],
        }),
      ),
    )
    expect(answer.statusCode).toBe(422)
    expect(problemIn(answer)).toEqual({
      type: 'urn:ribambelle:problem:period-out-of-range',
      title: 'La période demandée n’est pas possible.',
      status: 422,
      code: 'period-out-of-range',
      detail: 'Trop tard.',
      errors: [{ pointer: '/body/wishes/0', detail: 'Trop long.' }],
      correlationId: REQUEST_ID,
    })
  })

  it('is logged by its code and the id of the call when it is a refusal', async () => {
    const { errors, notes } = await answering(
      refuse(new PortalError('not-found', { detail: 'Léo DUPONT n’existe pas.' })),
    )
    expect(errors).toEqual([])
    expect(notes).toEqual([
      {
        message: 'request refused',
        correlationId: REQUEST_ID,
        route: 'GET /failing',
        code: 'not-found',
      },
    ])
  })

  it('hides its cause when it was not expected, and logs it with the id of the call', async () => {
    const { answer, errors } = await answering(
      refuse(new TypeError('secret of the table portal-prod')),
    )
    expect(answer.statusCode).toBe(500)
    expect(problemIn(answer)).toEqual({
      type: 'urn:ribambelle:problem:internal',
      title: 'Une erreur est survenue. Réessayez ; si elle persiste, contactez la mairie.',
      status: 500,
      code: 'internal',
      correlationId: REQUEST_ID,
    })
    expect(errors).toMatchObject([
      { error: 'TypeError', correlationId: REQUEST_ID, route: 'GET /failing' },
    ])
    expect(JSON.stringify(errors)).toContain('http.test.ts')
  })

  it.each([
    ['a table that is busy', new TableBusyError('transaction')],
    ['a file that keeps changing', new StaleReadError('planning')],
  ])('asks to come back in a second for %s', async (_, error) => {
    const { answer, errors } = await answering(refuse(error))
    expect(answer.statusCode).toBe(409)
    expect(answer.headers?.['retry-after']).toBe('1')
    expect(problemIn(answer).code).toBe('concurrent-change')
    expect(errors).toEqual([])
  })

  it('asks for nothing in particular otherwise', async () => {
    const { answer } = await answering(refuse(new PortalError('not-found')))
    expect(answer.headers).not.toHaveProperty('retry-after')
  })

  it('is logged when the portal is not available, and told as such', async () => {
    const { answer, errors } = await answering(refuse(new PortalError('unavailable')))
    expect(answer.statusCode).toBe(503)
    expect(errors).toHaveLength(1)
  })
})

describe('the edge', () => {
  const open = (shown: string | undefined) =>
    askEcho(shown === undefined ? {} : { headers: { [EDGE_HEADER]: shown } })

  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('is not gone around where the stage has one', async () => {
    vi.stubEnv(EDGE_VARIABLE, 'a-proof-that-nobody-knows')
    expect((await open('a-proof-that-nobody-knows')).statusCode).toBe(201)
    for (const shown of [
      undefined,
      '',
      'a-proof-that-nobody-knowz',
      'a-proof-that-nobody-knows ',
    ]) {
      const answer = await open(shown)
      expect(answer.statusCode).toBe(403)
      expect(problemIn(answer).code).toBe('forbidden')
    }
  })

  it('is asked for nowhere else', async () => {
    expect((await open(undefined)).statusCode).toBe(201)
  })

  it('keeps only what is the same for everybody, and names nobody', () => {
    const kept = ROUTES.filter((route) => 'cacheSeconds' in route)
    expect(kept.length).toBeGreaterThan(3)
    for (const { access, method, path } of kept) {
      expect(access).toBe('public')
      expect(method).toBe('GET')
      expect(path).not.toMatch(/secret/)
    }
  })
})
