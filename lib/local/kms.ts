import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { listen, type Served } from './listen.ts'
import type { State } from './state.ts'
import { ACCOUNT, REGION } from './template.ts'

/** The ARN of a key, by its id. */
export const keyArn = (id: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`

class KmsError extends Error {
  override readonly name = 'KmsError'
}

const CIPHER = 'aes-256-gcm'
const KEY = 32
const NONCE = 12
const TAG = 16

const context = z.record(z.string(), z.string()).default({})
const generateInput = z.object({
  KeyId: z.string(),
  KeySpec: z.literal('AES_256'),
  EncryptionContext: context,
})
const decryptInput = z.object({
  KeyId: z.string().optional(),
  CiphertextBlob: z.base64(),
  EncryptionContext: context,
})

const boundTo = (id: string, input: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify([id, Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))]))

const materialSchema = z.base64().transform((encoded) => Buffer.from(encoded, 'base64'))

/**
 * Serves the keys `ids` to the SDK (JSON protocol): what the portal asks of AWS KMS and no more. The
 * material of each key is made when it is first used and stays in the state of the runner, so that what was
 * encrypted before a restart can be read after it.
 */
export const startKms = (
  state: Pick<State, 'read' | 'write'>,
  ids: readonly string[],
): Promise<Served> => {
  const idOf = (reference: string): string => {
    const id = ids.find((each) => reference === each || reference === keyArn(each))
    if (id === undefined) throw new KmsError('NotFoundException')
    return id
  }
  const materialOf = (id: string): Buffer => {
    const fact = `kms ${id}`
    const known = state.read(fact, materialSchema)
    if (known !== undefined) return known
    const made = randomBytes(KEY)
    state.write(fact, made.toString('base64'))
    return made
  }
  const actions: Record<string, (input: unknown) => unknown> = {
    GenerateDataKey: (input) => {
      const { KeyId, EncryptionContext } = generateInput.parse(input)
      const id = idOf(KeyId)
      const key = randomBytes(KEY)
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv(CIPHER, materialOf(id), nonce, { authTagLength: TAG })
      cipher.setAAD(boundTo(id, EncryptionContext))
      const wrapped = [cipher.update(key), cipher.final()]
      // As in AWS, what is encrypted tells by which key: the caller of Decrypt need not.
      const blob = [Buffer.from(`${id}\n`), nonce, cipher.getAuthTag(), ...wrapped]
      return {
        KeyId: keyArn(id),
        Plaintext: key.toString('base64'),
        CiphertextBlob: Buffer.concat(blob).toString('base64'),
      }
    },
    Decrypt: (input) => {
      const { KeyId, CiphertextBlob, EncryptionContext } = decryptInput.parse(input)
      const blob = Buffer.from(CiphertextBlob, 'base64')
      const end = blob.indexOf('\n')
      const id = ids.find((each) => each === blob.subarray(0, Math.max(end, 0)).toString())
      if (id === undefined) throw new KmsError('InvalidCiphertextException')
      if (KeyId !== undefined && idOf(KeyId) !== id) throw new KmsError('IncorrectKeyException')
      const [nonce, tag, wrapped] = [
        blob.subarray(end + 1, end + 1 + NONCE),
        blob.subarray(end + 1 + NONCE, end + 1 + NONCE + TAG),
        blob.subarray(end + 1 + NONCE + TAG),
      ]
      try {
        const decipher = createDecipheriv(CIPHER, materialOf(id), nonce, { authTagLength: TAG })
        decipher.setAAD(boundTo(id, EncryptionContext)).setAuthTag(tag)
        const key = Buffer.concat([decipher.update(wrapped), decipher.final()])
        return { KeyId: keyArn(id), Plaintext: key.toString('base64') }
      } catch (error) {
        throw new KmsError('InvalidCiphertextException', { cause: error })
      }
    },
  }
  return listen(
    createServer((request, response) => {
      const target = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      const reply = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        response.end(JSON.stringify(body))
      }
      text(request)
        .then((body) => {
          const action = actions[target]
          if (action === undefined) throw new KmsError('UnsupportedOperationException')
          return action(JSON.parse(body))
        })
        .then(
          (result) => {
            reply(200, result)
          },
          (error: unknown) => {
            const code = error instanceof KmsError ? error.message : 'ValidationException'
            reply(400, { __type: code, message: `${target}: ${code}` })
          },
        )
    }),
  )
}
