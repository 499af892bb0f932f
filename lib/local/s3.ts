import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import * as z from 'zod'
import type { PortalClock } from './clock.ts'
import { listen, type Served } from './listen.ts'
import { md5 } from './queues.ts'
import { checkForm, checkLink, S3Error } from './s3-signatures.ts'
import type { State } from './state.ts'
import type { Resource } from './template.ts'

const DAY = 86_400_000

/** A bucket of the template. */
export interface Bucket {
  readonly name: string
  /** What is forgotten after a number of days, by the beginning of its key. */
  readonly expiries: readonly { readonly prefix: string; readonly days: number }[]
  /** The pages from which a browser may post. */
  readonly origins: readonly string[]
}

const bucketSchema = z.object({
  BucketName: z.string().optional(),
  LifecycleConfiguration: z
    .object({
      Rules: z.array(
        z.object({
          Status: z.enum(['Enabled', 'Disabled']),
          Prefix: z.string().default(''),
          ExpirationInDays: z.coerce.number().optional(),
        }),
      ),
    })
    .default({ Rules: [] }),
  CorsConfiguration: z
    .object({ CorsRules: z.array(z.object({ AllowedOrigins: z.array(z.string()) })) })
    .default({ CorsRules: [] }),
})

/** The name that a bucket resource gives, or gets: such names have no capitals. */
export const bucketName = (resource: Resource): string =>
  resource.read(bucketSchema.pick({ BucketName: true })).BucketName ?? resource.name.toLowerCase()

/** A bucket as a resource says. */
export const bucketOf = (resource: Resource): Bucket => {
  const { LifecycleConfiguration: life, CorsConfiguration: cors } = resource.read(bucketSchema)
  return {
    name: bucketName(resource),
    expiries: life.Rules.flatMap(({ Status, Prefix: prefix, ExpirationInDays: days }) =>
      Status === 'Enabled' && days !== undefined ? [{ prefix, days }] : [],
    ),
    origins: cors.CorsRules.flatMap(({ AllowedOrigins }) => AllowedOrigins),
  }
}

const listed = z
  .object({
    key: z.string(),
    body: z.instanceof(Uint8Array),
    mediaType: z.string(),
    etag: z.string(),
    storedAt: z.number(),
  })
  .optional()
type StoredObject = NonNullable<z.infer<typeof listed>>

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** The objects of a bucket, in the state of the runner; what has expired is not there any more. */
const openBucket = ({ database }: State, clock: PortalClock, { name, expiries }: Bucket) => {
  database.exec(`
    CREATE TABLE IF NOT EXISTS objects (
      bucket TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, mediaType TEXT NOT NULL,
      etag TEXT NOT NULL, storedAt INTEGER NOT NULL, PRIMARY KEY (bucket, key)
    )`)
  const select = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?')
  const insert = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)')
  const drop = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?')
  const remove = (key: string): void => {
    drop.run(name, key)
  }
  return {
    remove,
    put: (key: string, body: Uint8Array, mediaType: string): string => {
      const etag = `"${md5(body)}"`
      insert.run(name, key, body, mediaType, etag, clock.now())
      return etag
    },
    get: (key: string): StoredObject => {
      const found = listed.parse(select.get(name, key))
      const isOver = expiries.some(
        ({ prefix, days }) =>
          found?.key.startsWith(prefix) === true && clock.now() >= found.storedAt + days * DAY,
      )
      if (isOver) remove(key)
      if (found === undefined || isOver) throw new S3Error('NoSuchKey', 404)
      return found
    },
  }
}
type Objects = ReturnType<typeof openBucket>

/** The parts of a form of `multipart/form-data` by their names, in small letters. */
const partsOf = (body: Buffer, contentType: string): ReadonlyMap<string, Buffer> => {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1]
  if (boundary === undefined) throw new S3Error('MalformedPOSTRequest', 400)
  // In latin1 each character is a byte, so that nothing of a file is changed.
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1)
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\r\n\r\n')
      const name = /name="([^"]*)"/.exec(part.slice(0, end))?.[1] ?? ''
      return [name.toLowerCase(), Buffer.from(part.slice(end + 4, -2), 'latin1')]
    }),
  )
}

const postForm = async (
  objects: Objects,
  { name, origins }: Bucket,
  request: IncomingMessage,
): Promise<Answer> => {
  const parts = partsOf(await buffer(request), request.headers['content-type'] ?? '')
  const file = parts.get('file')
  if (file === undefined) throw new S3Error('InvalidArgument', 400)
  const fields = new Map([...parts].map(([field, value]) => [field, value.toString('utf8')]))
  checkForm(fields, { bucket: name, size: file.length, now: Date.now() })
  const mediaType = fields.get('content-type') ?? 'binary/octet-stream'
  const etag = objects.put(fields.get('key') ?? '', file, mediaType)
  const { origin } = request.headers
  const allowed = origin !== undefined && origins.includes(origin)
  return {
    status: 204,
    headers: { etag, ...(allowed ? { 'access-control-allow-origin': origin } : {}) },
  }
}

const readObject = (
  { body, mediaType, etag }: StoredObject,
  { url, range }: { readonly url: URL; readonly range: string | undefined },
): Answer => {
  const disposition = url.searchParams.get('response-content-disposition')
  const headers = {
    etag,
    'content-type': url.searchParams.get('response-content-type') ?? mediaType,
    ...(disposition === null ? {} : { 'content-disposition': disposition }),
  }
  if (range === undefined) return { status: 200, headers, body }
  const [first = 0, last = body.length - 1] = range.replace('bytes=', '').split('-').map(Number)
  if (first >= body.length) throw new S3Error('InvalidRange', 416)
  const part = body.subarray(first, last + 1)
  const end = first + part.length - 1
  const contentRange = `bytes ${String(first)}-${String(end)}/${String(body.length)}`
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, body: part }
}

const copyObject = (
  openObjects: (bucket: string) => Objects,
  target: { readonly objects: Objects; readonly key: string },
  { source, ifMatch }: { readonly source: string; readonly ifMatch: string | undefined },
): Answer => {
  const [bucket = '', ...key] = decodeURIComponent(source).replace(/^\//, '').split('/')
  const { body, mediaType, etag } = openObjects(bucket).get(key.join('/'))
  if (ifMatch !== undefined && ifMatch !== etag) throw new S3Error('PreconditionFailed', 412)
  const copied = target.objects.put(target.key, body, mediaType)
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<CopyObjectResult><ETag>${copied}</ETag></CopyObjectResult>`,
  }
}

/**
 * Serves buckets to browsers and to the SDK: what the portal asks of S3 and no more. Forms and links are
 * held to their signatures and conditions; calls of the SDK must carry a signature, which is taken for right.
 */
export const startS3 = (
  state: State,
  clock: PortalClock,
  buckets: readonly Bucket[],
): Promise<Served> => {
  const opened = new Map(
    buckets.map((bucket) => [bucket.name, { bucket, objects: openBucket(state, clock, bucket) }]),
  )
  const find = (name: string) => {
    const found = opened.get(name)
    if (found === undefined) throw new S3Error('NoSuchBucket', 404)
    return found
  }
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = '', headers } = request
    const url = new URL(request.url ?? '/', `http://${headers.host ?? ''}`)
    const [, name = '', ...rest] = decodeURIComponent(url.pathname).split('/')
    const key = rest.join('/')
    const { bucket, objects } = find(name)
    if (method === 'POST' && key === '') return postForm(objects, bucket, request)
    if (headers.authorization === undefined) checkLink(url, { now: Date.now() })
    const source = headers['x-amz-copy-source']
    const ifMatch = headers['x-amz-copy-source-if-match']
    if (method === 'GET') return readObject(objects.get(key), { url, range: headers.range })
    if (method === 'PUT' && typeof source === 'string') {
      return copyObject(
        (from) => find(from).objects,
        { objects, key },
        { source, ifMatch: ifMatch?.toString() },
      )
    }
    if (method !== 'DELETE') throw new S3Error('NotImplemented', 501)
    objects.remove(key)
    return { status: 204 }
  }
  const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
    response.writeHead(status, headers)
    response.end(body)
  }
  return listen(
    createServer((request, response) => {
      answer(request).then(
        (given) => {
          send(response, given)
        },
        (error: unknown) => {
          const [status, code] =
            error instanceof S3Error ? [error.status, error.message] : [400, 'InvalidRequest']
          const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`
          send(response, { status, headers: { 'content-type': 'application/xml' }, body })
        },
      )
    }),
  )
}
