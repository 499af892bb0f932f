import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, vi } from 'vitest'
import { openClock } from '../../lib/local/clock.ts'
import { startKms } from '../../lib/local/kms.ts'
import { startS3, type Bucket } from '../../lib/local/s3.ts'
import { openState } from '../../lib/local/state.ts'
import type { Upload } from '../../shared/platform/files.ts'

const CLIENT = {
  region: 'eu-west-3',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
}

/** The key of health records, those of tokens and of bank accounts, and another one. */
export const KEY = 'health-key'
export const TOKEN_KEY = 'token-key'
export const ACCOUNT_KEY = 'account-key'
export const OTHER_KEY = 'other-key'

/** The bucket of a test, with the lifecycle of the portal's. */
export const BUCKET: Bucket = {
  name: 'documents',
  expiries: [
    { prefix: 'incoming/', days: 1 },
    { prefix: 'received/', days: 180 },
  ],
  origins: ['https://famille.example'],
}

/**
 * Starts what keeps secrets and files on one machine, closed after the test file: the same parts as
 * of `npm start`. Call it once at the top of a test file.
 */
export const openVault = async () => {
  // What signs forms and links for the functions of the test.
  vi.stubEnv('AWS_ACCESS_KEY_ID', CLIENT.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CLIENT.credentials.secretAccessKey)
  const folder = mkdtempSync(join(tmpdir(), 'vault-'))
  const state = openState(folder)
  const clock = openClock(state)
  const [kms, s3] = await Promise.all([
    startKms(state, [KEY, TOKEN_KEY, ACCOUNT_KEY, OTHER_KEY]),
    startS3(state, clock, [BUCKET]),
  ])
  const keys = new KMSClient({ ...CLIENT, endpoint: kms.url })
  const files = new S3Client({ ...CLIENT, endpoint: s3.url })
  afterAll(async () => {
    keys.destroy()
    files.destroy()
    await Promise.all([kms.stop(), s3.stop()])
    state.close()
    rmSync(folder, { recursive: true })
  })
  return { keys, files, keysUrl: kms.url, filesUrl: s3.url, clock }
}

/** Posts a file by the form that the portal has offered, as a browser does. */
export const post = (
  { url, fields }: Upload,
  content: Uint8Array | string,
  changed: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value)
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]))
  return fetch(url, { method: 'POST', body: form, headers: { origin: 'https://famille.example' } })
}

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  )

/** Files that begin as those of their kind do. */
export const PDF = bytes('%PDF-1.7\n', 'proof of address')
export const JPEG = bytes(0xff, 0xd8, 0xff, 0xe0, 'a photograph of a letter')
export const PNG = bytes(0x89, 'PNG\r\n', 0x1a, '\n', 'a picture of a letter')
