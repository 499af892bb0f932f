import { DecryptCommand } from '@aws-sdk/client-kms'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { KEY, openVault, OTHER_KEY } from '../support/vault.ts'

const { keys } = await openVault()
const sealer = kmsSealer(keys, KEY)

const context = { family: '1001', child: 'leo', version: '3' }
const contexts = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.stringMatching(/^[\w-]{1,20}$/),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
)

it('opens what it has sealed, whatever the text says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), contexts, async (text, of) => {
      const wellFormed = text.toWellFormed()
      expect(await sealer.open(await sealer.seal(wellFormed, of), of)).toBe(wellFormed)
    }),
    { numRuns: 20 },
  )
})

it('does not depend on the order in which the context names its parts', async () => {
  const sealed = await sealer.seal('texte', context)
  const turned = Object.fromEntries(Object.entries(context).reverse())
  expect(await sealer.open(sealed, turned)).toBe('texte')
})

it.for<[string, Readonly<Record<string, string>>]>([
  ['another family', { family: '1002' }],
  ['another child', { child: 'lucas' }],
  ['another version', { version: '2' }],
])('does not open a text for %s', async ([, other]) => {
  const sealed = await sealer.seal('asthme', context)
  await expect(sealer.open(sealed, { ...context, ...other })).rejects.toThrow()
})

it('binds the text itself to its context, beside its key', async () => {
  const mine = await sealer.seal('asthme', context)
  const theirs = { ...context, child: 'lucas' }
  const other = await sealer.seal('rien', theirs)
  const swapped = { ciphertext: mine.ciphertext, wrappedKey: other.wrappedKey }
  await expect(sealer.open(swapped, theirs)).rejects.toThrow()
})

it('notices each bit that is turned', async () => {
  const { ciphertext, wrappedKey } = await sealer.seal('asthme', context)
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: ciphertext.length - 1 }),
      fc.nat({ max: 7 }),
      async (position, bit) => {
        const turned = Uint8Array.from(ciphertext)
        turned[position] = (turned[position] ?? 0) ^ (1 << bit)
        await expect(sealer.open({ ciphertext: turned, wrappedKey }, context)).rejects.toThrow()
      },
    ),
    { numRuns: 40 },
  )
})

it('takes a key of its own for each text, which only the town’s key unwraps', async () => {
  const [one, other] = [await sealer.seal('x', context), await sealer.seal('x', context)]
  expect(one.wrappedKey).not.toEqual(other.wrappedKey)
  expect(one.ciphertext).not.toEqual(other.ciphertext)
  await expect(kmsSealer(keys, OTHER_KEY).open(one, context)).rejects.toThrow()
  await expect(
    keys.send(new DecryptCommand({ CiphertextBlob: one.wrappedKey })),
  ).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
})
