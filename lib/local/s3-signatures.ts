import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'
import { fakeCredentials } from './functions.ts'

/** A refusal of S3: its code, and the status of its answer. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly status: number

  constructor(code: string, status: number) {
    super(code)
    this.status = status
  }
}

const denied = (): S3Error => new S3Error('AccessDenied', 403)

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()

/** The signature of a text by the credentials of this machine; the scope is `day/region/service/…`. */
const signed = (credential: string, text: string): string => {
  const [accessKeyId, ...scope] = credential.split('/')
  if (accessKeyId !== fakeCredentials.AWS_ACCESS_KEY_ID) throw denied()
  const secret = Buffer.from(`AWS4${fakeCredentials.AWS_SECRET_ACCESS_KEY}`)
  return hmac(scope.reduce<Buffer>(hmac, secret), text).toString('hex')
}

const condition = z.union([
  z.tuple([z.enum(['eq', 'starts-with']), z.string(), z.string()]),
  z.tuple([z.literal('content-length-range'), z.int(), z.int()]),
  z.record(z.string(), z.string()),
])
const policySchema = z.object({ expiration: z.string(), conditions: z.array(condition) })

const decoded = (policy: string): unknown =>
  JSON.parse(Buffer.from(policy, 'base64').toString('utf8'))

/** What S3 takes in a form without a condition on it. */
const UNCONDITIONED = new Set(['policy', 'x-amz-signature', 'file'])

/**
 * Checks a form that posts a file, as S3 does: its signature, its time, every condition of its policy,
 * and that it has no field without one.
 *
 * @param fields by their names in small letters.
 * @param size of the file, in bytes.
 */
export const checkForm = (
  fields: ReadonlyMap<string, string>,
  { bucket, size, now }: { readonly bucket: string; readonly size: number; readonly now: number },
): void => {
  const policy = fields.get('policy') ?? ''
  const credential = fields.get('x-amz-credential') ?? ''
  if (signed(credential, policy) !== fields.get('x-amz-signature')) {
    throw new S3Error('SignatureDoesNotMatch', 403)
  }
  const { expiration, conditions } = policySchema.parse(decoded(policy))
  if (now >= Date.parse(expiration)) throw denied()
  const values = new Map([...fields, ['bucket', bucket]])
  const named = new Set<string>(UNCONDITIONED)
  const expect = (field: string, holds: (value: string) => boolean): void => {
    const name = field.replace(/^\$/, '').toLowerCase()
    named.add(name)
    if (!holds(values.get(name) ?? '')) throw denied()
  }
  for (const each of conditions) {
    if (!Array.isArray(each)) {
      for (const [field, value] of Object.entries(each)) expect(field, (held) => held === value)
    } else if (each[0] === 'content-length-range') {
      if (size < each[1]) throw new S3Error('EntityTooSmall', 400)
      if (size > each[2]) throw new S3Error('EntityTooLarge', 400)
    } else {
      const [kind, field, value] = each
      expect(field, (held) => (kind === 'eq' ? held === value : held.startsWith(value)))
    }
  }
  if ([...fields.keys()].some((field) => !named.has(field))) throw denied()
}

const linkSchema = z.object({
  'X-Amz-Algorithm': z.literal('AWS4-HMAC-SHA256'),
  'X-Amz-Credential': z.string(),
  'X-Amz-Date': z.string().regex(/^\d{8}T\d{6}Z$/),
  'X-Amz-Expires': z.coerce.number().int().min(1).max(604_800),
  'X-Amz-SignedHeaders': z.literal('host'),
  'X-Amz-Signature': z.string(),
})

const instantOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(.{4})(..)(.{5})(..)(.{3})$/, '$1-$2-$3:$4:$5'))

/** Checks an address that is signed in its query, as S3 does: by whom, and for how long it serves. */
export const checkLink = (
  { host, pathname, search }: URL,
  { now }: { readonly now: number },
): void => {
  const parts = search.slice(1).split('&')
  const link = linkSchema.safeParse(Object.fromEntries(new URLSearchParams(search))).data
  if (link === undefined) throw denied()
  const unsigned = parts.filter((part) => !part.startsWith('X-Amz-Signature=')).sort()
  const request = ['GET', pathname, unsigned.join('&'), `host:${host}`, '', 'host'].join('\n')
  const { 'X-Amz-Credential': credential, 'X-Amz-Date': stamp } = link
  const text = [
    'AWS4-HMAC-SHA256',
    stamp,
    credential.split('/').slice(1).join('/'),
    createHash('sha256').update(`${request}\nUNSIGNED-PAYLOAD`).digest('hex'),
  ].join('\n')
  if (signed(credential, text) !== link['X-Amz-Signature']) {
    throw new S3Error('SignatureDoesNotMatch', 403)
  }
  if (now > instantOf(stamp) + link['X-Amz-Expires'] * 1000) throw denied()
}
