import { fileNameEnding } from '../kernel/attachment-texts.ts'
import type { Fault } from '../kernel/errors.ts'
import { LARGEST_FILE, MEDIA_TYPES, type Attachment, type MediaType } from './model.ts'
import { INCOMING, RECEIVED } from './names.ts'

/** How the files of each type begin. */
const BEGINNINGS: Readonly<Record<MediaType, readonly number[]>> = {
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
}

/** The type of a file by its first bytes; nothing for one that is none of those that are taken. */
export const mediaTypeOf = (start: Uint8Array): MediaType | undefined =>
  MEDIA_TYPES.find((type) => BEGINNINGS[type].every((byte, index) => start[index] === byte))

/** How the names of each type end: what is saved under another ending is opened as something else. */
const ENDINGS: Readonly<Record<MediaType, readonly string[]>> = {
  'application/pdf': ['.pdf'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
}

/** What is wrong with the name of an announced file: it ends as its type does, in any case of letters. */
export const faultsOfName = ({
  fileName,
  mediaType,
}: Pick<Attachment, 'fileName' | 'mediaType'>): readonly Fault[] => {
  const endings = ENDINGS[mediaType]
  if (endings.some((ending) => fileName.toLowerCase().endsWith(ending))) return []
  return [{ pointer: '/body/fileName', detail: fileNameEnding(endings) }]
}

/** Whether a file is what was announced of it: its name and form are the client's word alone. */
export const isAsAnnounced = (
  { mediaType, size }: Pick<Attachment, 'mediaType' | 'size'>,
  posted: { readonly size: number; readonly start: Uint8Array },
): boolean => posted.size <= Math.min(size, LARGEST_FILE) && mediaTypeOf(posted.start) === mediaType

type Named = Pick<Attachment, 'familyId' | 'attachmentId'>

/** Where a file is posted: whoever has the form may post it again until the form ends. */
export const incomingKey = ({ familyId, attachmentId }: Named): string =>
  `${INCOMING}${familyId}/${attachmentId}`

/** Where a file lies that was looked at: nobody outside can change it. */
export const receivedKey = ({ familyId, attachmentId }: Named): string =>
  `${RECEIVED}${familyId}/${attachmentId}`
