import { createHash, createHmac } from 'node:crypto'

/** Who signs: a role by its temporary credentials. */
interface Credentials {
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
  const timestamp = timestampOf(now)
  const day = timestamp.slice(0, 8)
  const scope = `${day}/${region}/s3/aws4_request`
  const query = Object.entries({
    ...answer,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(seconds),
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const request = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join(
    '\n',
  )
  const digest = createHash('sha256').update(request).digest('hex')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    hmac,
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  const signature = hmac(key, [ALGORITHM, timestamp, scope, digest].join('\n')).toString('hex')
  return `${origin}${pathname}?${query}&X-Amz-Signature=${signature}`
}
