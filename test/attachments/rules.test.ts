import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { announcedSchema, LARGEST_FILE, MEDIA_TYPES } from '../../shared/attachments/model.ts'
import {
  faultsOfName,
  incomingKey,
  isAsAnnounced,
  mediaTypeOf,
  receivedKey,
} from '../../shared/attachments/rules.ts'
import { attachmentIdSchema, familyIdSchema } from '../../shared/platform/schemas.ts'
import { JPEG, PDF, PNG } from '../support/vault.ts'

const FILES = { 'application/pdf': PDF, 'image/jpeg': JPEG, 'image/png': PNG }

it.each(MEDIA_TYPES)('knows %s by its first bytes, and by nothing less', (mediaType) => {
  const file = FILES[mediaType]
  expect(mediaTypeOf(file)).toBe(mediaType)
  const tellings = { 'application/pdf': 5, 'image/jpeg': 3, 'image/png': 8 }[mediaType]
  for (let position = 0; position < tellings; position += 1) {
    expect(mediaTypeOf(file.subarray(0, position))).toBeUndefined()
    const changed = Uint8Array.from(file)
    changed[position] = (changed[position] ?? 0) ^ 1
    expect(mediaTypeOf(changed)).toBeUndefined()
  }
})

it.each([
  ['a page', '<html><script>alert(1)</script>'],
  ['a program', 'MZ'],
  ['an archive', 'PK'],
  ['a picture that runs', '<svg xmlns="http://www.w3.org/2000/svg">'],
  ['a document that only holds one', ' %PDF-1.7'],
  ['nothing', ''],
])('takes %s for none of them', (_, content) => {
  expect(mediaTypeOf(Buffer.from(content))).toBeUndefined()
})

it('takes a file for what was announced only with its type, and no larger', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...MEDIA_TYPES),
      fc.constantFrom(...MEDIA_TYPES),
      fc.integer({ min: 1, max: LARGEST_FILE }),
      fc.integer({ min: 1, max: 2 * LARGEST_FILE }),
      (announced, posted, size, postedSize) => {
        const fits = announced === posted && postedSize <= size
        const file = { size: postedSize, start: FILES[posted] }
        expect(isAsAnnounced({ mediaType: announced, size }, file)).toBe(fits)
      },
    ),
  )
})

it.each([
  '../../etc/passwd',
  'a\\b.pdf',
  'a/b.pdf',
  'a"b.pdf',
  'a\nb.pdf',
  'a\u0000.pdf',
  '   ',
  '',
])('takes no file name such as “%s”', (fileName) => {
  const about = { kind: 'address', mediaType: 'application/pdf', size: 10 }
  expect(announcedSchema.safeParse({ ...about, fileName }).success).toBe(false)
  expect(announcedSchema.safeParse({ ...about, fileName: 'a b é.pdf' }).success).toBe(true)
})

it.each([
  ['application/pdf', 'avis.PDF', true],
  ['image/jpeg', 'photo.jpg', true],
  ['image/jpeg', 'photo.JPEG', true],
  ['image/png', 'photo.png', true],
  ['image/png', 'photo.jpeg', false],
  ['image/jpeg', 'jpeg', false],
] as const)('takes for %s the name “%s”: %s', (mediaType, fileName, isTaken) => {
  expect(faultsOfName({ mediaType, fileName })).toHaveLength(isTaken ? 0 : 1)
})

it('takes no file above five megabytes', () => {
  const about = { kind: 'address', mediaType: 'application/pdf', fileName: 'a.pdf' }
  expect(announcedSchema.safeParse({ ...about, size: LARGEST_FILE }).success).toBe(true)
  expect(announcedSchema.safeParse({ ...about, size: LARGEST_FILE + 1 }).success).toBe(false)
  expect(announcedSchema.safeParse({ ...about, size: 0 }).success).toBe(false)
})

it('keeps the files of each family apart, by no word of a parent', () => {
  const document = {
    familyId: familyIdSchema.parse('1001'),
    attachmentId: attachmentIdSchema.parse('a'),
  }
  expect(incomingKey(document)).toBe('incoming/1001/a')
  expect(receivedKey(document)).toBe('received/1001/a')
})
