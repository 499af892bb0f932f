import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'

/** A text that nobody reads without the key of the town: the text, and the key of this one text. */
export interface Sealed {
  readonly ciphertext: Uint8Array
  /** The key of the text, itself encrypted by the town's key. */
  readonly wrappedKey: Uint8Array
}

/** What a sealed text belongs to. Only identifiers: it stands in the key's audit trail. */
export type SealContext = Readonly<Record<string, string>>

/** Seals and opens texts that must not be readable where they are stored. */
export interface Sealer {
  /** Seals a text for what it belongs to. */
  readonly seal: (text: string, context: SealContext) => Promise<Sealed>
  /** Opens a sealed text. @throws when it belongs to something else or was tampered with. */
  readonly open: (sealed: Sealed, context: SealContext) => Promise<string>
}

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

/** The context as bytes, the same whatever the order of its parts. */
const boundTo = (context: SealContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))))

const usable = (key: Uint8Array | undefined): Uint8Array => {
  if (key === undefined) throw new Error('The key service gave no key')
  return key
}

/**
 * Seals by AES-256-GCM with a key for each text, which the key `keyId` of AWS KMS wraps (envelope
 * encryption). Text and wrapped key are both bound to the context: a sealed text that is moved to
 * another child, or put back in the place of a later one, does not open.
 */
export const kmsSealer = (client: KMSClient, keyId: string): Sealer => ({
  seal: async (text, context) => {
    const { Plaintext, CiphertextBlob: wrappedKey } = await client.send(
      new GenerateDataKeyCommand({
        KeyId: keyId,
        KeySpec: 'AES_256',
        EncryptionContext: { ...context },
      }),
    )
    const key = usable(Plaintext)
    try {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG })
      cipher.setAAD(boundTo(context))
      const sealed = [cipher.update(text, 'utf8'), cipher.final()]
      const ciphertext = Buffer.concat([nonce, cipher.getAuthTag(), ...sealed])
      return { ciphertext, wrappedKey: usable(wrappedKey) }
    } finally {
      key.fill(0)
    }
  },

  open: async ({ ciphertext, wrappedKey }, context) => {
    const { Plaintext } = await client.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: wrappedKey,
        EncryptionContext: { ...context },
      }),
    )
    const key = usable(Plaintext)
    try {
      const nonce = ciphertext.subarray(0, NONCE)
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG })
      decipher.setAAD(boundTo(context))
      decipher.setAuthTag(ciphertext.subarray(NONCE, NONCE + TAG))
      const opened = [decipher.update(ciphertext.subarray(NONCE + TAG)), decipher.final()]
      return Buffer.concat(opened).toString('utf8')
    } finally {
      key.fill(0)
    }
  },
})
