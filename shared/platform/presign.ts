import { createHash, createHmac } from 'node:crypto'

/** Who signs: a role by its temporary credentials. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()

/** As AWS encodes what it signs: all but letters, digits and `-_.~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** `20250715T084100Z` */
const timestampOf = (instant: Date): string => instant.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')

/** To whom and when something is asked. */
interface Scope {
  readonly service: string
  readonly region: string
  readonly now: Date
}

const scopeOf = ({ service, region, now }: Scope): string =>
  [timestampOf(now).slice(0, 8), region, service, 'aws4_request'].join('/')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The signature of a request in its canonical form, by Signature Version 4. */
const signatureOf = (request: string, secretAccessKey: string, scope: Scope): string => {
  const key = scopeOf(scope)
    .split('/')
    .reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))
  const text = [ALGORITHM, timestampOf(scope.now), scopeOf(scope), sha256(request)].join('\n')
  return hmac(key, text).toString('hex')
}

/** The parameters of a query in the order in which AWS signs them. */
const queryText = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')

/**
 * The headers and the address by which a call of an AWS service is let in: for those few that commands ask
 * without a client of the SDK.
 *
 * @param url without a query, with its path encoded; of S3, which signs a path as it is, no path that needs it.
 */
export const signedCall = (
  { credentials, ...scope }: Scope & { readonly credentials: Credentials },
  {
    method,
    url,
    query = {},
    body,
  }: {
    readonly method: 'GET' | 'POST'
    readonly url: string
    readonly query?: Readonly<Record<string, string>>
    readonly body: string
  },
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const { host, pathname } = new URL(url)
  const headers = {
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': timestampOf(scope.now),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const signed = { host, ...headers }
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`)
  const names = Object.keys(signed).join(';')
  const text = queryText(query)
  // AWS signs what it gets once more encoded.
  const path = pathname.replaceAll('%', '%25')
  const request = [method, path, text, lines.join(''), names, sha256(body)].join('\n')
  const signature = signatureOf(request, secretAccessKey, scope)
  const credential = `Credential=${accessKeyId}/${scopeOf(scope)}`
  return {
    url: text === '' ? url : `${url}?${text}`,
    headers: {
      ...headers,
      authorization: `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}`,
    },
  }
}

/**
 * The address at which whoever has it can get one object of S3 for a while, without an account: signed
 * in its query by Signature Version 4.
 *
 * @param url the object; letters, digits, `-`, `_`, `.` and `/` in its path need no encoding.
 * @param answer headers that S3 is to answer with, `response-content-type`.
 * @param seconds for how long it serves, but no longer than the credentials.
 */
export const presignedLink = (
  url: string,
  {
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    region,
    answer = {},
    seconds,
    now,
  }: {
    readonly credentials: Credentials
    readonly region: string
    readonly answer?: Readonly<Record<string, string>>
    readonly seconds: number
    readonly now: Date
  },
): string => {
  const { origin, host, pathname } = new URL(url)
  const scope = { service: 's3', region, now }
  const query = queryText({
    ...answer,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scopeOf(scope)}`,
    'X-Amz-Date': timestampOf(now),
    'X-Amz-Expires': String(seconds),
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  })
  const request = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join(
    '\n',
  )
  const signature = signatureOf(request, secretAccessKey, scope)
  return `${origin}${pathname}?${query}&X-Amz-Signature=${signature}`
}
