import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { openAuthoriser, type Authorise } from './authoriser.ts'
import type { PortalClock } from './clock.ts'
import type { Function } from './functions.ts'
import { listen, type Served } from './listen.ts'
import type { Log } from './log.ts'
import { ACCOUNT, type Assembly } from './template.ts'

const BODY_LIMIT = 10 * 1024 * 1024

const corsSchema = z.object({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  AllowCredentials: z.boolean().default(false),
  MaxAge: z.number().optional(),
})
type Cors = z.infer<typeof corsSchema>
const apiSchema = z.object({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: corsSchema.optional(),
})
const stageSchema = z.object({ StageName: z.literal('$default') })
const routeSchema = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
})
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().default(30_000),
})
const header = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const replySchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), header).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

interface Route {
  readonly key: string
  readonly method: string
  readonly segments: readonly string[]
  readonly target: Function
  readonly timeout: number
  readonly scopes: readonly string[]
  readonly authorise: Authorise | undefined
}

const refusal = (status: number, message: string): z.infer<typeof replySchema> => ({
  statusCode: status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The path parameters if a route fits a path; undefined if it does not. */
const match = (route: Route, path: readonly string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {}
  for (const [place, segment] of route.segments.entries()) {
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? []
    const given = path[place]
    if (given === undefined || (name !== undefined && given === '')) return undefined
    if (name === undefined && segment !== given) return undefined
    if (name !== undefined)
      parameters[name] = decode(greedy === '+' ? path.slice(place).join('/') : given)
    if (greedy === '+') return parameters
  }
  return path.length === route.segments.length ? parameters : undefined
}

/** Fixed segments before parameters, parameters before greedy ones, a method before ANY. */
const specificity = ({ segments, method }: Route): string =>
  segments
    .map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0'))
    .concat(method === 'ANY' ? '1' : '0')
    .join('')

const readRoutes = (
  assembly: Assembly,
  functionByArn: (arn: string) => Function,
): readonly Route[] => {
  const authorisers = new Map(
    assembly
      .ofType('AWS::ApiGatewayV2::Authorizer')
      .map((resource) => [resource.name, openAuthoriser(resource)]),
  )
  const integrations = new Map(
    assembly
      .ofType('AWS::ApiGatewayV2::Integration')
      .map((resource) => [resource.name, resource.read(integrationSchema)]),
  )
  return assembly
    .ofType('AWS::ApiGatewayV2::Route')
    .map((resource) => {
      const route = resource.read(routeSchema)
      const integration = integrations.get(route.Target.replace(/^integrations\//, ''))
      if (integration === undefined) throw new Error(`${route.RouteKey} has no integration`)
      const authorise = authorisers.get(route.AuthorizerId ?? '')
      if (route.AuthorizationType === 'JWT' && authorise === undefined) {
        throw new Error(`${route.RouteKey} has no authoriser`)
      }
      const [method = '', path = '/{$default+}'] = route.RouteKey.split(' ')
      return {
        key: route.RouteKey,
        method: method === '$default' ? 'ANY' : method,
        segments: path.split('/').slice(1),
        target: functionByArn(integration.IntegrationUri),
        timeout: integration.TimeoutInMillis,
        scopes: route.AuthorizationScopes,
        authorise: route.AuthorizationType === 'JWT' ? authorise : undefined,
      }
    })
    .sort((a, b) => specificity(a).localeCompare(specificity(b)))
}

/** The body of a request; undefined when it is larger than API Gateway takes. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const bytes = z.instanceof(Buffer).parse(part)
    size += bytes.length
    if (size > BODY_LIMIT) return undefined
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

const isText = (type: string): boolean =>
  type === '' ||
  /^(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml)))/i.test(type)

const corsHeaders = (cors: Cors, origin: string, preflight: boolean): Record<string, string> => {
  const all = cors.AllowOrigins.includes('*')
  if (!all && !cors.AllowOrigins.includes(origin)) return {}
  const headers: Record<string, string | undefined> = {
    'access-control-allow-origin': all ? '*' : origin,
    'access-control-allow-credentials': cors.AllowCredentials ? 'true' : undefined,
    'access-control-expose-headers': cors.ExposeHeaders.join(','),
    ...(preflight && {
      'access-control-allow-methods': cors.AllowMethods.join(','),
      'access-control-allow-headers': cors.AllowHeaders.join(','),
      'access-control-max-age': cors.MaxAge === undefined ? undefined : String(cors.MaxAge),
    }),
  }
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  )
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** The time of a request as API Gateway writes it, `12/Mar/2025:19:03:58 +0000`. */
const logTime = (instant: number): string => {
  const [, year = '', month = '', day = '', time = ''] =
    /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date(instant).toISOString()) ?? []
  return `${day}/${months[Number(month) - 1] ?? ''}/${year}:${time} +0000`
}

/** What is sent for what a function returned: as it says, or inferred if it has no status. */
const readReply = (payload: string | undefined): z.infer<typeof replySchema> => {
  const returned: unknown = payload === undefined ? undefined : JSON.parse(payload)
  if (typeof returned !== 'object' || returned === null || !('statusCode' in returned)) {
    const body = typeof returned === 'string' ? returned : (payload ?? '')
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const reply = replySchema.safeParse(returned)
  return reply.success ? reply.data : refusal(500, 'Internal Server Error')
}

/** Serves the HTTP API of a template: its routes, its authoriser and its CORS rules, no others. */
export const startHttp = (
  assembly: Assembly,
  functionByArn: (arn: string) => Function,
  port: number,
  clock: PortalClock,
  log: Log,
): Promise<Served> => {
  const [api, ...others] = assembly.ofType('AWS::ApiGatewayV2::Api')
  if (api === undefined || others.length > 0) throw new Error('The template needs one HTTP API')
  for (const stage of assembly.ofType('AWS::ApiGatewayV2::Stage')) stage.read(stageSchema)
  const cors = api.read(apiSchema).CorsConfiguration
  const routes = readRoutes(assembly, functionByArn)

  const answer = async (request: IncomingMessage): Promise<z.infer<typeof replySchema>> => {
    const { method = 'GET', url = '/' } = request
    const [rawPath = '/', rawQueryString = ''] = url.split(/\?(.*)/s)
    const { cookie, ...sent } = Object.fromEntries(
      Object.entries(request.headersDistinct).map(([name, values = []]) => [
        name,
        values.join(','),
      ]),
    )
    if (cors !== undefined && method === 'OPTIONS' && 'access-control-request-method' in sent) {
      return { statusCode: 204 }
    }
    const path = rawPath.split('/').slice(1)
    const found = routes
      .filter((route) => route.method === method || route.method === 'ANY')
      .map((route) => ({ route, parameters: match(route, path) }))
      .find(({ parameters }) => parameters !== undefined)
    const body = await readBody(request)
    if (found?.parameters === undefined) return refusal(404, 'Not Found')
    if (body === undefined) return refusal(413, 'Request Entity Too Large')
    const { route, parameters } = found

    const allowed = route.authorise?.(sent['authorization'], route.scopes)
    if (allowed !== undefined && 'challenge' in allowed) {
      const reply = refusal(allowed.status, allowed.status === 401 ? 'Unauthorized' : 'Forbidden')
      return { ...reply, headers: { ...reply.headers, 'www-authenticate': allowed.challenge } }
    }
    const query = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(rawQueryString)) {
      const before = query.get(name)
      query.set(name, before === undefined ? value : `${before},${value}`)
    }
    const binary = !isText(sent['content-type'] ?? '')
    const now = clock.now()
    const event: Omit<APIGatewayProxyEventV2, 'requestContext'> & { requestContext: object } = {
      version: '2.0',
      routeKey: route.key,
      rawPath,
      rawQueryString,
      ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
      headers: sent,
      ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
      ...(Object.keys(parameters).length > 0 &&
        route.key !== '$default' && { pathParameters: parameters }),
      requestContext: {
        accountId: ACCOUNT,
        apiId: 'local',
        ...(allowed !== undefined && { authorizer: { jwt: allowed } }),
        domainName: sent['host'] ?? '',
        domainPrefix: 'local',
        http: {
          method,
          path: rawPath,
          protocol: `HTTP/${request.httpVersion}`,
          sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
          userAgent: sent['user-agent'] ?? '',
        },
        requestId: randomUUID(),
        routeKey: route.key,
        stage: '$default',
        time: logTime(now),
        timeEpoch: now,
      },
      ...(body.length > 0 && { body: body.toString(binary ? 'base64' : 'utf8') }),
      isBase64Encoded: binary && body.length > 0,
    }
    const deadline = new AbortController()
    const outcome = await Promise.race([
      route.target.invoke(event),
      wait(route.timeout, undefined, { signal: deadline.signal }).catch(() => undefined),
    ])
    deadline.abort()
    if (outcome === undefined) return refusal(503, 'Service Unavailable')
    return outcome.ok ? readReply(outcome.payload) : refusal(500, 'Internal Server Error')
  }

  const send = (
    request: IncomingMessage,
    response: ServerResponse,
    reply: z.infer<typeof replySchema>,
  ): void => {
    const headers = new Map(
      Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    )
    const body = Buffer.from(reply.body ?? '', reply.isBase64Encoded === true ? 'base64' : 'utf8')
    if (!headers.has('content-type') && body.length > 0) {
      headers.set('content-type', 'text/plain;charset=utf-8')
    }
    const origin = request.headers.origin
    if (cors !== undefined && origin !== undefined) {
      for (const name of headers.keys())
        if (name.startsWith('access-control-')) headers.delete(name)
      const granted = corsHeaders(cors, origin, request.method === 'OPTIONS')
      for (const [name, value] of Object.entries(granted)) headers.set(name, value)
    }
    headers.set('content-length', String(body.length))
    // The rest of a body that was too large is not waited for.
    if (!request.complete) headers.set('connection', 'close')
    response.setHeaders(headers)
    if (reply.cookies !== undefined && reply.cookies !== null) {
      response.setHeader('set-cookie', reply.cookies)
    }
    response.writeHead(reply.statusCode)
    response.end(request.method === 'HEAD' || reply.statusCode === 204 ? undefined : body)
  }

  const server = createServer((request, response) => {
    const started = performance.now()
    answer(request)
      .catch((error: unknown) => {
        log.warn('http', String(error))
        return refusal(500, 'Internal Server Error')
      })
      .then((reply) => {
        send(request, response, reply)
        const took = (performance.now() - started).toFixed(1)
        const line = `${request.method ?? ''} ${request.url ?? ''} ${String(reply.statusCode)} ${took} ms`
        log.write('http', line)
      })
      .catch((error: unknown) => {
        log.warn('http', String(error))
        response.destroy()
      })
  })
  return listen(server, port)
}
