import { timingSafeEqual } from 'node:crypto'
import { PortalError } from '../kernel/errors.ts'
import type { Route } from './route.ts'

/**
 * The most characters of a body: of a signed-in person a year of wishes for a large family, of anybody
 * a form with the children of one.
 */
const LARGEST_BODY = { signedIn: 200_000, anybody: 20_000 } as const

/** The most characters that the body of a call may have; a longer one is refused before it is read. */
export const largestBody = ({ access }: Pick<Route, 'access'>): number =>
  access === 'public' ? LARGEST_BODY.anybody : LARGEST_BODY.signedIn

/** What browsers may do with a page of the portal: show it, and send its own form. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The same for what is no page at all: nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** Browsers show a PDF by a page of their own, which some of them hold to the document's policy. */
const PDF_POLICY = "frame-ancestors 'none'"

const policyOf = (mediaType: string): string => {
  if (mediaType.startsWith('text/html')) return PAGE_POLICY
  return mediaType === 'application/pdf' ? PDF_POLICY : DATA_POLICY
}

/**
 * What every reply says to browsers and caches beside its media type.
 *
 * @param cacheSeconds for how long anybody may keep it; nobody may without it.
 */
export const replyHeaders = (
  mediaType: string,
  cacheSeconds?: number,
): Readonly<Record<string, string>> => ({
  'cache-control': cacheSeconds === undefined ? 'no-store' : `public, max-age=${cacheSeconds}`,
  'content-security-policy': policyOf(mediaType),
  'content-type': mediaType,
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
})

/** The header by which CloudFront shows that a call has come through it. */
export const EDGE_HEADER = 'x-portal-edge'

/** The variable that says what it must hold; where it is not set, calls come from anywhere. */
export const EDGE_VARIABLE = 'EDGE_PROOF'

/**
 * Refuses a call that has gone around the edge, where its client is held back.
 *
 * @throws PortalError `forbidden`.
 */
export const checkCameByEdge = (headers: Readonly<Record<string, string | undefined>>): void => {
  const expected = process.env[EDGE_VARIABLE]
  if (expected === undefined) return
  const [shown, wanted] = [Buffer.from(headers[EDGE_HEADER] ?? ''), Buffer.from(expected)]
  if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) {
    throw new PortalError('forbidden')
  }
}

/** What is logged of a request that was answered with an error of the portal's own. */
export const REQUEST_FAILED = 'request failed'
