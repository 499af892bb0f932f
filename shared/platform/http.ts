import middy from '@middy/core'
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda'
import * as z from 'zod'
import { PortalError, StaleReadError, TableBusyError } from '../kernel/errors.ts'
import { FAULTS } from '../kernel/texts.ts'
import { log } from './log.ts'
import { checkCameByEdge, largestBody, replyHeaders, REQUEST_FAILED } from './http-edge.ts'
import { problemOf, PROBLEM_MEDIA_TYPE, PROBLEM_STATUS } from './problem.ts'
import { ROLES, routeKey, type Role, type Route } from './route.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  versionSchema,
  type FamilyId,
  type GuardianId,
} from './schemas.ts'
import { isSmoke, smokeReply } from './smoke.ts'
import { parsePart } from './validation.ts'

/** Who calls, as the verified token says. */
export interface Actor {
  /** The account in the user pool. */
  readonly account: string
  readonly roles: readonly Role[]
  /** The family and the guardian of a parent; staff have none. */
  readonly family: { readonly familyId: FamilyId; readonly guardianId: GuardianId } | undefined
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** A call whose parts have been checked against the declaration of its route. */
export interface Call<R extends Route> {
  readonly parameters: Parsed<R['parameters']>
  readonly query: Parsed<R['query']>
  readonly headers: Parsed<R['headers']>
  readonly body: Parsed<R['body']>
  readonly form: Parsed<R['form']>
  readonly actor: R['access'] extends 'public' ? undefined : Actor
  /** When API Gateway received the call: the only clock that a use case knows. */
  readonly now: Date
}

/** A text, or bytes, of one of the media types that a route declares. */
export interface TypedReply<MediaType extends string> {
  readonly mediaType: MediaType
  readonly body: string | Uint8Array
}

type Reply<R extends Route> = R['reply'] extends z.ZodType
  ? z.input<R['reply']>
  : R['reply'] extends { readonly mediaTypes: readonly (infer MediaType extends string)[] }
    ? TypedReply<MediaType>
    : R['reply'] extends { readonly binary: true }
      ? Uint8Array
      : string

type Event = APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer

/** A route and what answers it. */
export interface Endpoint {
  readonly route: Route
  readonly answer: (event: Event) => Promise<APIGatewayProxyStructuredResultV2>
}

/** API Gateway hands every claim over as a string; a list of groups comes as `[agent accountant]`. */
const rolesIn = (claim: unknown): Role[] => {
  const names = typeof claim === 'string' ? claim.replaceAll(/[[\],]/g, ' ').split(/\s+/) : []
  return ROLES.filter((role) => names.includes(role))
}

const claimsSchema = z.object({
  sub: z.string().min(1),
  token_use: z.literal('id'),
  'cognito:groups': z.unknown(),
  'custom:family': familyIdSchema.optional(),
  'custom:guardian': guardianIdSchema.optional(),
})

const actorOf = (event: Event): Actor => {
  const { requestContext } = event
  const claims = z.safeParse(
    claimsSchema,
    'authorizer' in requestContext ? requestContext.authorizer.jwt.claims : undefined,
  )
  if (!claims.success) throw new PortalError('forbidden')
  const { 'custom:family': familyId, 'custom:guardian': guardianId } = claims.data
  return {
    account: claims.data.sub,
    roles: rolesIn(claims.data['cognito:groups']),
    family:
      familyId === undefined || guardianId === undefined ? undefined : { familyId, guardianId },
  }
}

const admit = (route: Route, event: Event): Actor | undefined => {
  if (route.access === 'public') return undefined
  const actor = actorOf(event)
  if (!route.access.some((role) => actor.roles.includes(role))) throw new PortalError('forbidden')
  return actor
}

/** The text of a body; nothing where there is none. */
const textOf = (route: Route, event: Event): string | undefined => {
  if (event.body === undefined) return undefined
  if (event.body.length > largestBody(route)) throw new PortalError('request-too-large')
  return event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body
}

/** The fields of a form, whatever it calls itself; of a field that comes twice the last. */
const formOf = (route: Route, event: Event): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(textOf(route, event)))

const bodyOf = (route: Route, event: Event): unknown => {
  const text = textOf(route, event)
  if (text === undefined) return undefined
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(event.headers['content-type'] ?? '')) {
    throw new PortalError('unsupported-media-type')
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PortalError(
      'invalid-request',
      { faults: [{ pointer: '/body', detail: FAULTS.json }] },
      { cause: error },
    )
  }
}

/** A text as it is, bytes in base64: API Gateway takes text only and sends the bytes on. */
const encoded = (body: unknown): { body: string; isBase64Encoded?: true } =>
  body instanceof Uint8Array
    ? { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
    : { body: String(body) }

const versionedSchema = z.looseObject({ version: versionSchema })

/** What the edge says of a reply beside its body: the version of what people edit, where to go on. */
const headersOfReply = (
  { versioned, reply: declared }: Route,
  reply: unknown,
): { etag?: string; location?: string } => {
  if (versioned === true) return { etag: `"${String(versionedSchema.parse(reply).version)}"` }
  return 'redirect' in declared ? { location: z.url().parse(reply) } : {}
}

/** Names what `answer` returns; a stored field that the reply does not declare cannot leave. */
const bodyOfReply = (
  route: Route,
  reply: unknown,
): { mediaType: string; body: string; isBase64Encoded?: true } => {
  if (route.reply instanceof z.ZodType) {
    return { mediaType: 'application/json', body: JSON.stringify(z.parse(route.reply, reply)) }
  }
  if ('mediaTypes' in route.reply) {
    const typed = z.object({ mediaType: z.enum(route.reply.mediaTypes), body: z.unknown() })
    const { mediaType, body } = typed.parse(reply)
    return { mediaType, ...encoded(body) }
  }
  if ('redirect' in route.reply) return { mediaType: 'text/plain', body: String(reply) }
  return { mediaType: route.reply.mediaType, ...encoded(reply) }
}

/** Binds a route to what answers it: the parts arrive checked, the reply is checked before it leaves. */
export const on = <R extends Route>(
  route: R,
  answer: (call: Call<R>) => Promise<Reply<R>>,
): Endpoint => ({
  route,
  answer: async (event) => {
    const actor = admit(route, event)
    const call = {
      parameters:
        route.parameters && parsePart('path', route.parameters, event.pathParameters ?? {}),
      query: route.query && parsePart('query', route.query, event.queryStringParameters ?? {}),
      headers: route.headers && parsePart('headers', route.headers, event.headers),
      body: route.body && parsePart('body', route.body, bodyOf(route, event)),
      form: route.form && parsePart('body', route.form, formOf(route, event)),
      actor,
      now: new Date(event.requestContext.timeEpoch),
    }
    // Each part was parsed by the schema that `Call` derives its type from.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    const reply = await answer(call as Call<R>)
    const { mediaType, ...body } = bodyOfReply(route, reply)
    return {
      statusCode: route.status,
      headers: { ...replyHeaders(mediaType, route.cacheSeconds), ...headersOfReply(route, reply) },
      ...body,
    }
  },
})

/** What AWS answers when it has no room for a call just now and the SDK has tried again in vain. */
const BUSY: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
])

const refusal = (error: unknown): PortalError => {
  if (error instanceof PortalError) return error
  if (error instanceof TableBusyError || error instanceof StaleReadError) {
    return new PortalError('concurrent-change', { retryAfterSeconds: 1 }, { cause: error })
  }
  if (error instanceof Error && BUSY.has(error.name)) {
    return new PortalError('unavailable', { retryAfterSeconds: 2 }, { cause: error })
  }
  return new PortalError('internal', {}, { cause: error })
}

/** Turns whatever went wrong into problem+json; what was not expected is logged, never shown. */
const problemJson = (): middy.MiddlewareObj<Event, APIGatewayProxyStructuredResultV2> => ({
  // Nobody waits for a French answer to the smoke event: its failure is that of the function.
  onError: (request) => {
    if (isSmoke(request.event)) return
    const error = refusal(request.error)
    const status = PROBLEM_STATUS[error.code]
    const correlationId = request.event.requestContext.requestId
    const route = request.event.routeKey
    if (status >= 500) log.error(REQUEST_FAILED, error.cause ?? error, { correlationId, route })
    else log.info('request refused', { correlationId, route, code: error.code })
    request.response = {
      statusCode: status,
      headers: {
        ...replyHeaders(PROBLEM_MEDIA_TYPE),
        ...(error.retryAfterSeconds === undefined
          ? {}
          : { 'retry-after': String(error.retryAfterSeconds) }),
      },
      body: JSON.stringify(problemOf(error, correlationId)),
    }
  },
})

const familySchema = z.object({ 'custom:family': familyIdSchema })

/**
 * Notes a call that may have changed something, by its id and family. What the stream tells and what is
 * mailed carry no id of a call, which would cost each item its bytes: they are joined by the family and
 * the second of the write.
 */
const logDone = ({ routeKey: route, pathParameters, requestContext }: Event): void => {
  const claims = 'authorizer' in requestContext ? requestContext.authorizer.jwt.claims : undefined
  const familyId =
    pathParameters?.['familyId'] ?? familySchema.safeParse(claims).data?.['custom:family']
  log.info('request done', { correlationId: requestContext.requestId, route, familyId })
}

/** Answers the smoke event before any route is looked for. */
const smoke = (): middy.MiddlewareObj<Event, APIGatewayProxyStructuredResultV2> => ({
  before: (request) => (isSmoke(request.event) ? smokeReply() : undefined),
})

/** The handler of a function that answers routes of the HTTP API. */
export const httpHandler = (
  ...endpoints: readonly Endpoint[]
): middy.MiddyfiedHandler<Event, APIGatewayProxyStructuredResultV2> => {
  const byKey = new Map(endpoints.map((endpoint) => [routeKey(endpoint.route), endpoint]))
  return middy<Event, APIGatewayProxyStructuredResultV2>()
    .use(problemJson())
    .use(smoke())
    .handler(async (event) => {
      checkCameByEdge(event.headers)
      const endpoint = byKey.get(event.routeKey)
      if (endpoint === undefined) throw new PortalError('not-found')
      const reply = await endpoint.answer(event)
      if (endpoint.route.method !== 'GET') logDone(event)
      return reply
    })
}
