import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { s3Files } from '../../shared/platform/files.ts'
import { BUCKET, openVault, PDF, post } from '../support/vault.ts'

const { files: client, clock } = await openVault()
const files = s3Files(client, BUCKET.name)

const about = { mediaType: 'application/pdf', size: 100, seconds: 600 }

const stored = async (key: string, content: Uint8Array = PDF): Promise<void> => {
  const answer = await post(await files.offerUpload(key, about), content)
  expect(answer.status).toBe(204)
}

describe('a form to post a file', () => {
  it('stores the file where it was offered, from a page of the town', async () => {
    const answer = await post(await files.offerUpload('incoming/1/a', about), PDF)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://famille.example')
    expect(await files.inspect('incoming/1/a')).toMatchObject({
      size: PDF.length,
      start: new Uint8Array(PDF.subarray(0, 16)),
    })
  })

  it.for([
    ['too large', 'x'.repeat(101), {}, 'EntityTooLarge'],
    ['empty', '', {}, 'EntityTooSmall'],
    ['of another type', 'x', { 'Content-Type': 'text/html' }, 'AccessDenied'],
    ['in another place', 'x', { key: 'received/1/a' }, 'AccessDenied'],
    ['with a field more', 'x', { acl: 'public-read' }, 'AccessDenied'],
    ['with another signature', 'x', { 'X-Amz-Signature': '0' }, 'SignatureDoesNotMatch'],
  ] as const)('refuses a file that is %s', async ([, content, changed, code]) => {
    const answer = await post(await files.offerUpload('incoming/1/b', about), content, changed)
    expect(answer.ok).toBe(false)
    expect(await answer.text()).toContain(code)
    expect(await files.inspect('incoming/1/b')).toBeUndefined()
  })

  it('serves for its time only', async () => {
    const answer = await post(
      await files.offerUpload('incoming/1/c', { ...about, seconds: 0 }),
      'x',
    )
    expect(answer.status).toBe(403)
  })
})

describe('a stored file', () => {
  it('is copied as long as it is what was looked at', async () => {
    await stored('incoming/2/a')
    const { etag = '' } = (await files.inspect('incoming/2/a')) ?? {}
    expect(await files.copy('incoming/2/a', 'received/2/a', etag)).toBe(true)
    expect(await files.inspect('received/2/a')).toMatchObject({ size: PDF.length, etag })

    await stored('incoming/2/a', Buffer.from('another'))
    expect(await files.copy('incoming/2/a', 'received/2/a', etag)).toBe(false)
    expect(await files.copy('incoming/2/none', 'received/2/a', etag)).toBe(false)
  })

  it('is gone once it is removed, and removing it again changes nothing', async () => {
    await stored('incoming/3/a')
    await files.remove('incoming/3/a')
    await files.remove('incoming/3/a')
    expect(await files.inspect('incoming/3/a')).toBeUndefined()
  })

  it('can be saved by a link, under its name, and by nothing else', async () => {
    await stored('incoming/4/a')
    const link = await files.link('incoming/4/a', {
      fileName: 'avis d’imposition (2025).pdf',
      mediaType: 'application/pdf',
      seconds: 300,
    })
    const answer = await fetch(link)
    expect(await answer.bytes()).toEqual(new Uint8Array(PDF))
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''avis%20d%E2%80%99imposition%20_2025_.pdf",
    )
    expect(answer.headers.get('content-type')).toBe('application/pdf')

    const others = [
      link.replace('incoming/4/a', 'incoming/1/a'),
      link.replace('X-Amz-Expires=300', 'X-Amz-Expires=3000'),
      link.split('?')[0] ?? '',
    ]
    for (const other of others) expect((await fetch(other)).status).toBe(403)
  })

  it('is no longer to be had once the time of its link is over', async () => {
    await stored('incoming/5/a')
    const link = new URL(await files.link('incoming/5/a', { fileName: 'a', ...about, seconds: 1 }))
    await new Promise((settle) => setTimeout(settle, 2100))
    expect((await fetch(link)).status).toBe(403)
  })
})

it('forgets by itself what was never received, and later what was', async () => {
  await stored('incoming/6/a')
  const { etag = '' } = (await files.inspect('incoming/6/a')) ?? {}
  await files.copy('incoming/6/a', 'received/6/a', etag)
  clock.moveTo(clock.now() + 86_400_000)
  expect(await files.inspect('incoming/6/a')).toBeUndefined()
  expect(await files.inspect('received/6/a')).toBeDefined()
  clock.moveTo(clock.now() + 180 * 86_400_000)
  expect(await files.inspect('received/6/a')).toBeUndefined()
})

it('has an error of S3 for a bucket that is not there, and passes it on', async () => {
  const nowhere = { Bucket: 'nowhere', Key: 'a' }
  const refusal = { name: 'NoSuchBucket' }
  await expect(client.send(new GetObjectCommand(nowhere))).rejects.toMatchObject(refusal)
  await expect(client.send(new DeleteObjectCommand(nowhere))).rejects.toMatchObject(refusal)
  await expect(s3Files(client, 'nowhere').inspect('a')).rejects.toMatchObject(refusal)
  await expect(s3Files(client, 'nowhere').copy('a', 'b', '"x"')).rejects.toMatchObject(refusal)
})
