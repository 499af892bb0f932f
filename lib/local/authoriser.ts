import { JwtVerifier } from 'aws-jwt-verify'
import * as z from 'zod'
import { jwks } from './identity.ts'
import type { Resource } from './template.ts'

/** What the authoriser made of a request: the claims as functions see them, or a refusal. */
export type Authorisation =
  | { readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
  | { readonly status: 401 | 403; readonly challenge: string }

export type Authorise = (header: string | undefined, scopes: readonly string[]) => Authorisation

const authoriserSchema = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()).min(1) }),
})
const payloadSchema = z.record(z.string(), z.unknown())

/** HTTP APIs hand every claim over as a string, lists as `[a b]`. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(String).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The JWT authoriser of a template. It knows its keys and fetches none: what it cannot check, it refuses. */
export const openAuthoriser = (resource: Resource): Authorise => {
  const { Issuer: issuer, Audience: audiences } = resource.read(authoriserSchema).JwtConfiguration
  const verifier = JwtVerifier.create({
    issuer,
    audience: null,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    // The audience of an access token stands in `client_id`.
    customJwtCheck: ({ payload }) => {
      const given = [payload.aud ?? payload['client_id']].flat()
      if (!given.some((audience) => audiences.some((wanted) => wanted === audience))) {
        throw new Error('the token does not have a valid audience')
      }
    },
  })
  verifier.cacheJwks({ keys: [...jwks.keys] })

  return (header, scopes) => {
    if (header === undefined || header === '') return { status: 401, challenge: 'Bearer' }
    try {
      const payload = payloadSchema.parse(verifier.verifySync(header.replace(/^Bearer\s+/i, '')))
      const granted = claimText(payload['scope'] ?? payload['scp'] ?? '').split(' ')
      if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
        const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`
        return { status: 403, challenge }
      }
      const claims: Record<string, string> = {}
      for (const [name, value] of Object.entries(payload)) claims[name] = claimText(value)
      return { claims, scopes: scopes.length > 0 ? granted : null }
    } catch {
      return { status: 401, challenge: 'Bearer error="invalid_token"' }
    }
  }
}
