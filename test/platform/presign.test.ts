import { expect, it } from 'vitest'
import { presignedLink, signedCall } from '../../shared/platform/presign.ts'

/** The example of the reference of Amazon S3: “Authenticating Requests: Using Query Parameters”. */
const example = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  seconds: 86_400,
  now: new Date('2013-05-24T00:00:00Z'),
}
const object = 'https://examplebucket.s3.amazonaws.com/test.txt'

it('signs the published example as it is published', () => {
  const link = new URL(presignedLink(object, example))
  expect(link.searchParams.get('X-Amz-Signature')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
  expect(link.origin + link.pathname).toBe(object)
  expect(link.searchParams.get('X-Amz-Credential')).toBe(
    'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
  )
})

it('carries the token of a role, and signs it', () => {
  const signature = (sessionToken: string): string | null => {
    const credentials = { ...example.credentials, sessionToken }
    const { searchParams } = new URL(presignedLink(object, { ...example, credentials }))
    expect(searchParams.get('X-Amz-Security-Token')).toBe(sessionToken)
    return searchParams.get('X-Amz-Signature')
  }
  expect(signature('one')).not.toBe(signature('other'))
})

it.each([
  [{ lifecycle: '' }, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  [
    { prefix: 'J', 'max-keys': '2' },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs the published calls with headers as they are published: %o', (query, signature) => {
  const url = 'https://examplebucket.s3.amazonaws.com/'
  const call = { method: 'GET' as const, url, query, body: '' }
  const signed = signedCall({ ...example, service: 's3' }, call)
  expect(signed.headers['authorization']).toContain(`Signature=${signature}`)
  expect(signed.headers).not.toHaveProperty('host')
  expect(Object.fromEntries(new URL(signed.url).searchParams)).toEqual(query)
})

it('signs a call with the token of a role', () => {
  const credentials = { ...example.credentials, sessionToken: 'one' }
  const { headers } = signedCall(
    { ...example, credentials, service: 'lambda' },
    { method: 'POST', url: 'https://lambda.us-east-1.amazonaws.com/', body: '{}' },
  )
  expect(headers['x-amz-security-token']).toBe('one')
  expect(headers['authorization']).toContain(
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
  )
})
