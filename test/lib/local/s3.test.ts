import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { App, Duration, Stack } from 'aws-cdk-lib'
import { Bucket, HttpMethods } from 'aws-cdk-lib/aws-s3'
import { afterAll, expect, it } from 'vitest'
import { openClock } from '../../../lib/local/clock.ts'
import { bucketOf, startS3 } from '../../../lib/local/s3.ts'
import { openState } from '../../../lib/local/state.ts'
import { readAssembly } from '../../../lib/local/template.ts'
import { s3Files } from '../../../shared/platform/files.ts'
import { post } from '../../support/vault.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-'))
const stops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
  rmSync(folder, { recursive: true })
})

/** The bucket of a template, as the portal reads it. */
const bucket = () => {
  const outdir = join(folder, 'cdk.out')
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false })
  new Bucket(new Stack(app, 'data'), 'Files', {
    lifecycleRules: [
      { prefix: 'new/', expiration: Duration.days(2) },
      { prefix: 'old/', expiration: Duration.days(3), enabled: false },
    ],
    cors: [{ allowedMethods: [HttpMethods.POST], allowedOrigins: ['https://famille.example'] }],
  })
  app.synth()
  const [resource] = readAssembly(outdir, () => undefined).ofType('AWS::S3::Bucket')
  if (resource === undefined) throw new Error('The template has no bucket')
  return bucketOf(resource)
}

/** What a start of the portal serves of a data folder. */
const start = async () => {
  const state = openState(folder)
  const served = bucket()
  const server = await startS3(state, openClock(state), [served])
  const client = new S3Client({
    region: 'eu-west-3',
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  stops.push(async () => {
    client.destroy()
    await server.stop()
    state.close()
  })
  return { client, served, files: s3Files(client, served.name), url: server.url }
}

it('reads of a bucket what it serves: its name, its lifecycle and who may post from a page', () => {
  const { name, expiries, origins } = bucket()
  expect(name).toMatch(/^data-files[a-z0-9]+$/)
  expect(expiries).toEqual([{ prefix: 'new/', days: 2 }])
  expect(origins).toEqual(['https://famille.example'])
})

it('holds a file to its byte, over a restart', async () => {
  const { files } = await start()
  const content = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256)
  const about = { mediaType: 'image/png', size: 100_000, seconds: 60 }
  expect((await post(await files.offerUpload('new/1', about), content)).status).toBe(204)
  const restarted = await start()
  const link = await restarted.files.link('new/1', { ...about, fileName: 'a.png' })
  expect(await (await fetch(link)).bytes()).toEqual(content)
})

it('lets nobody in without a signature, and does nothing that it does not know', async () => {
  const { client, served, url } = await start()
  const refused = await fetch(`${url}/${served.name}/new/1`)
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('<Code>AccessDenied</Code>')
  expect((await fetch(`${url}/${served.name}/new/1`, { method: 'DELETE' })).status).toBe(403)
  const form = await fetch(`${url}/${served.name}`, { method: 'POST', body: 'file=x' })
  expect(form.status).toBe(400)
  const Bucket = served.name
  await expect(
    client.send(new PutObjectCommand({ Bucket, Key: 'new/1', Body: 'x' })),
  ).rejects.toMatchObject({ name: 'NotImplemented' })
  await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toThrow()
})
