import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { afterAll, expect, it } from 'vitest'
import { keyArn, startKms } from '../../../lib/local/kms.ts'
import { openState } from '../../../lib/local/state.ts'

const folder = mkdtempSync(join(tmpdir(), 'kms-'))
const stops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
  rmSync(folder, { recursive: true })
})

/** The keys of a data folder, as a start of the portal serves them. */
const start = async (ids = ['one', 'two']) => {
  const state = openState(folder)
  const server = await startKms(state, ids)
  const client = new KMSClient({
    region: 'eu-west-3',
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  stops.push(async () => {
    client.destroy()
    await server.stop()
    state.close()
  })
  return client
}

const EncryptionContext = { child: 'leo' }
const newKey = (client: KMSClient, KeyId = 'one') =>
  client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }))

it('gives a key, and gives it again for what it was encrypted to, over a restart', async () => {
  const { Plaintext, CiphertextBlob, KeyId } = await newKey(await start(), keyArn('one'))
  expect(Plaintext).toHaveLength(32)
  expect(KeyId).toBe(keyArn('one'))
  expect(Buffer.from(CiphertextBlob ?? []).includes(Buffer.from(Plaintext ?? []))).toBe(false)
  const restarted = await start()
  for (const key of [{}, { KeyId: 'one' }, { KeyId: keyArn('one') }]) {
    const opened = await restarted.send(
      new DecryptCommand({ ...key, CiphertextBlob, EncryptionContext }),
    )
    expect(opened).toMatchObject({ KeyId: keyArn('one'), Plaintext })
  }
})

it('gives no key twice', async () => {
  const client = await start()
  const [one, other] = [await newKey(client), await newKey(client)]
  expect(one.Plaintext).not.toEqual(other.Plaintext)
})

it('refuses as AWS does', async () => {
  const client = await start()
  const { CiphertextBlob } = await newKey(client)
  const decrypt = (more: object) =>
    client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...more }))
  const named = (name: string) => ({ name })
  await expect(newKey(client, 'three')).rejects.toMatchObject(named('NotFoundException'))
  await expect(decrypt({ KeyId: 'three' })).rejects.toMatchObject(named('NotFoundException'))
  await expect(decrypt({ KeyId: 'two' })).rejects.toMatchObject(named('IncorrectKeyException'))
  const invalid = named('InvalidCiphertextException')
  await expect(decrypt({ EncryptionContext: {} })).rejects.toMatchObject(invalid)
  await expect(decrypt({ EncryptionContext: { child: 'x' } })).rejects.toMatchObject(invalid)
  await expect(decrypt({ CiphertextBlob: Buffer.from('x') })).rejects.toMatchObject(invalid)
  await expect(decrypt({ CiphertextBlob: Buffer.from('one\nx') })).rejects.toMatchObject(invalid)
  await expect(
    client.send(new EncryptCommand({ KeyId: 'one', Plaintext: Buffer.from('x') })),
  ).rejects.toMatchObject(named('UnsupportedOperationException'))
})
