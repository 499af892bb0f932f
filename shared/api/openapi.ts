import * as z from 'zod'
import { PortalError, type ErrorCode } from '../kernel/errors.ts'
import {
  PROBLEM_MEDIA_TYPE,
  problemOf,
  problemSchema,
  PROBLEM_STATUS,
} from '../platform/problem.ts'
import type { Route } from '../platform/route.ts'
import { exampleOf } from './examples.ts'
import type {
  Content,
  OpenApiDocument,
  Operation,
  Parameter,
  Reply,
  Schema,
} from './openapi-model.ts'

const JSON_MEDIA_TYPE = 'application/json'
const SECURITY_SCHEME = 'idToken'

/** What each status of success says. */
const DONE = { 200: 'Done', 201: 'Made', 202: 'Begun', 303: 'Elsewhere' } as const

const FORM_MEDIA_TYPE = 'application/x-www-form-urlencoded'

const ETAG = {
  description: 'The version, as an edit sends it back in `if-match`',
  schema: { type: 'string', examples: ['"3"'] },
} as const

const LOCATION = {
  description: 'Where the browser goes on',
  schema: { type: 'string', format: 'uri' },
} as const

/** Whole numbers are said to be whole, which says enough of how large they may be. */
const withoutSafeBounds = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

const componentRef = (name: string): string => `#/components/schemas/${name}`

const schemaSchema = z.custom<Schema>((value) => typeof value === 'object' && value !== null)

/** A generated schema without what only makes sense in a document of its own. */
const embedded = (schema: z.core.JSONSchema.BaseSchema): Schema =>
  schemaSchema.parse(
    Object.fromEntries(
      Object.entries(schema).filter(([keyword]) => keyword !== '$schema' && keyword !== '$id'),
    ),
  )

type Io = 'input' | 'output'

/** The JSON Schemas of named zod schemas; one that holds another refers to it. */
const componentsOf = (named: ReadonlyMap<z.ZodType, string>, io: Io): Record<string, Schema> => {
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of named) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: componentRef,
    override: withoutSafeBounds,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, embedded(schema)]),
  )
}

/** Bytes have no type of JSON: their media type says all. */
const documentSchema = (mediaType: string, binary: boolean): Schema =>
  binary ? { contentMediaType: mediaType } : { type: 'string' }

/** What is sent in the place of JSON, by media type. */
const documentsOf = (
  reply: Exclude<Route['reply'], z.ZodType>,
): Record<string, { schema: Schema }> => {
  if ('redirect' in reply) return { 'text/plain': { schema: { type: 'string' } } }
  return 'mediaTypes' in reply
    ? Object.fromEntries(
        reply.mediaTypes.map((mediaType) => [
          mediaType,
          { schema: documentSchema(mediaType, !mediaType.startsWith('text/')) },
        ]),
      )
    : { [reply.mediaType]: { schema: documentSchema(reply.mediaType, reply.binary === true) } }
}

/** What a reply says beside its body. */
const headersOf = ({ versioned, reply }: Route): Pick<Reply, 'headers'> => {
  if (versioned === true) return { headers: { ETag: ETAG } }
  return 'redirect' in reply ? { headers: { Location: LOCATION } } : {}
}

const isSchema = (reply: Route['reply']): reply is z.ZodType => reply instanceof z.ZodType

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The name of each schema, once: the first route that uses it gives it its own. */
const named = (
  routes: readonly Route[],
  suffix: string,
  schemaOf: (route: Route) => z.ZodType | undefined,
): Map<z.ZodType, string> => {
  const names = new Map<z.ZodType, string>()
  for (const route of routes) {
    const schema = schemaOf(route)
    if (schema !== undefined && !names.has(schema)) {
      names.set(schema, capitalised(route.id) + suffix)
    }
  }
  return names
}

const parametersIn = (place: Parameter['in'], schema: z.ZodObject | undefined): Parameter[] => {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = embedded(
    z.toJSONSchema(schema, { io: 'input', override: withoutSafeBounds }),
  )
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
    ...(required.includes(name) ? { example: exampleOf(property, name) } : {}),
  }))
}

/** The refusals of a route: those of its use case, and those of the edge before it. */
const refusalsOf = (route: Route): ErrorCode[] => {
  const { parameters, query, headers, body, form } = route
  const takesInput = [parameters, query, headers, body, form].some((part) => part !== undefined)
  return [
    ...new Set<ErrorCode>([
      ...(takesInput ? (['invalid-request'] as const) : []),
      ...(body === undefined && form === undefined ? [] : (['request-too-large'] as const)),
      ...(body === undefined ? [] : (['unsupported-media-type'] as const)),
      ...(route.access === 'public' ? [] : (['forbidden'] as const)),
      ...route.errors,
      'unavailable',
      'internal',
    ]),
  ]
}

const RETRY_STATUS: readonly number[] = [409, 429, 503]

const problemContent = (codes: readonly ErrorCode[]): Content => ({
  schema: {
    allOf: [
      { $ref: componentRef('Problem') },
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  },
  examples: Object.fromEntries(
    codes.map((code) => {
      const value = problemOf(new PortalError(code), 'JKJaXmPLvHcESHA=')
      return [code, { summary: value.title, value }]
    }),
  ),
})

/** What API Gateway says by itself, before any function: its body cannot be changed. */
const gatewayRefusal: Content = {
  schema: { $ref: componentRef('GatewayRefusal') },
  example: { message: 'Unauthorized' },
}

const refusalReplies = (route: Route): Record<string, Reply> => {
  const byStatus = Map.groupBy(refusalsOf(route), (code) => PROBLEM_STATUS[code])
  const replies = new Map<number, Reply>()
  for (const [status, codes] of byStatus) {
    replies.set(status, {
      description: codes.map((code) => problemOf(new PortalError(code), '').title).join(' '),
      ...(RETRY_STATUS.includes(status)
        ? {
            headers: {
              'Retry-After': {
                description: 'The seconds to wait, where trying again helps',
                schema: { type: 'integer' },
              },
            },
          }
        : {}),
      content: { [PROBLEM_MEDIA_TYPE]: problemContent(codes) },
    })
  }
  if (route.access !== 'public') {
    const refused = replies.get(401)
    replies.set(401, {
      description: ['The token is missing, wrong or expired.', refused?.description]
        .filter((text) => text !== undefined)
        .join(' '),
      content: { [JSON_MEDIA_TYPE]: gatewayRefusal, ...refused?.content },
    })
  }
  return Object.fromEntries(
    [...replies].sort(([a], [b]) => a - b).map(([status, reply]) => [String(status), reply]),
  )
}

interface Names {
  readonly bodies: ReadonlyMap<z.ZodType, string>
  readonly replies: ReadonlyMap<z.ZodType, string>
  readonly schemas: Readonly<Record<string, Schema>>
}

const contentOf = (schema: z.ZodType, names: ReadonlyMap<z.ZodType, string>): Schema => ({
  $ref: componentRef(names.get(schema) ?? ''),
})

/** What a call sends: JSON, or a form. */
const requestBodyOf = (
  { body, form }: Route,
  { bodies, schemas }: Pick<Names, 'bodies' | 'schemas'>,
): Pick<Operation, 'requestBody'> => {
  const sent = body ?? form
  if (sent === undefined) return {}
  const content = {
    schema: contentOf(sent, bodies),
    example: exampleOf(contentOf(sent, bodies), 'body', schemas),
  }
  const mediaType = body === undefined ? FORM_MEDIA_TYPE : JSON_MEDIA_TYPE
  return { requestBody: { required: true, content: { [mediaType]: content } } }
}

const operationOf = (route: Route, { bodies, replies, schemas }: Names): Operation => ({
  operationId: route.id,
  summary: route.summary,
  tags: [tagOf(route)],
  security:
    route.access === 'public' ? [] : route.access.map((role) => ({ [SECURITY_SCHEME]: [role] })),
  parameters: [
    ...parametersIn('path', route.parameters),
    ...parametersIn('query', route.query),
    ...parametersIn('header', route.headers),
  ],
  ...requestBodyOf(route, { bodies, schemas }),
  responses: {
    [String(route.status)]: {
      description: DONE[route.status],
      ...headersOf(route),
      content: isSchema(route.reply)
        ? { [JSON_MEDIA_TYPE]: { schema: contentOf(route.reply, replies) } }
        : documentsOf(route.reply),
    },
    ...refusalReplies(route),
  },
})

/** The capability of a route, for the table of contents: the first segment of its path. */
const tagOf = ({ path }: Route): string => path.split('/')[1] ?? ''

/**
 * The OpenAPI 3.1 document of the routes. It is made from the same schemas that check requests and
 * replies, so it says what the portal does. It is made when the functions are bundled, not when
 * they run.
 */
export const openApiDocument = (routes: readonly Route[]): OpenApiDocument => {
  const bodies = named(routes, 'Body', ({ body, form }) => body ?? form)
  const replies = named(routes, 'Reply', ({ reply }) => (isSchema(reply) ? reply : undefined))
  const schemas = {
    ...componentsOf(bodies, 'input'),
    ...componentsOf(replies, 'output'),
    ...componentsOf(new Map([[problemSchema, 'Problem']]), 'output'),
    GatewayRefusal: {
      type: 'object',
      properties: { message: { type: 'string' } },
      required: ['message'],
    },
  }
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operationOf(route, { bodies, replies, schemas }),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portail famille',
      version: '1.0.0',
      description:
        'Families book, follow and pay; staff decide and bill. Days are civil days of Paris, instants are in UTC, amounts are integer euro cents. A refusal is a problem of RFC 9457 with a stable `code`.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        [SECURITY_SCHEME]: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `idToken` of `POST /sessions`.',
        },
      },
    },
  }
}
