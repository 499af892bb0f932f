import { expect, it } from 'vitest'
import { presignedLink } from '../../shared/platform/presign.ts'

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
