import type * as z from 'zod'
import type { ErrorCode } from '../kernel/errors.ts'
import type { FunctionName } from './functions.ts'

/** What a person may be in the portal: the groups of the user pool. */
export const ROLES = ['guardian', 'agent', 'site-staff', 'accountant', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/**
 * One declaration of a route. API Gateway, the router, the check of rights, the OpenAPI document
 * and the test of roles are all made from it.
 */
export interface Route {
  /** A verb and a noun, unique: the operation of the OpenAPI document. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/families/{familyId}`, as API Gateway writes it. */
  readonly path: `/${string}`
  readonly function: FunctionName
  /** Who may call: anybody, or the roles of a signed-in person. */
  readonly access: 'public' | readonly [Role, ...Role[]]
  /** What it does, for the reader of the API reference. */
  readonly summary: string
  readonly parameters?: z.ZodObject
  readonly query?: z.ZodObject
  readonly headers?: z.ZodObject
  readonly body?: z.ZodType
  /** What a form of a browser or of another service holds, in the place of a body of JSON. */
  readonly form?: z.ZodObject
  readonly status: 200 | 201 | 202 | 303
  /**
   * What is sent: a JSON value checked by a schema, a text or bytes of a media type, a document of
   * the media type, among several, that the call asks for, or the address to which a browser goes on.
   */
  readonly reply:
    | z.ZodType
    | { readonly mediaType: string; readonly binary?: true }
    | { readonly mediaTypes: readonly [string, ...string[]] }
    | { readonly redirect: true }
  /**
   * Whether the reply is something that people edit: it carries its `version`, which the edge repeats
   * in the header `ETag`. Who edits it sends that back in `if-match` (`ifMatchSchema`).
   */
  readonly versioned?: true
  /**
   * For how many seconds anybody may keep the reply: of an open route whose reply is the same for
   * everybody. No other reply is kept anywhere.
   */
  readonly cacheSeconds?: number
  /** The refusals of the use case, beside those of every route. */
  readonly errors: readonly ErrorCode[]
}

/** Declares a route and keeps the exact types of its schemas. */
export const defineRoute = <const R extends Route>(route: R): R => route

/** The key under which API Gateway knows a route, `GET /planning`. */
export const routeKey = (route: Pick<Route, 'method' | 'path'>): string =>
  `${route.method} ${route.path}`
