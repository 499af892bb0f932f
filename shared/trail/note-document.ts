import type { Write } from '../platform/expressions.ts'
import type { AttachmentId, FamilyId } from '../platform/schemas.ts'
import { trailItem } from './store.ts'

/** That a member of staff was given the file of a supporting document. */
export interface DocumentReading {
  readonly familyId: FamilyId
  readonly attachmentId: AttachmentId
  /** What the document is, as people name it. */
  readonly about: string
  /** The account of who reads. */
  readonly by: string
  readonly now: Date
}

/**
 * The write that notes who was given a file, which is due before it is given. The same account reading the
 * same document at the same instant is one reading.
 */
export const documentReadingWrite = ({
  familyId,
  attachmentId,
  about,
  by,
  now,
}: DocumentReading): Extract<Write, { kind: 'put' }> => ({
  kind: 'put',
  item: trailItem({
    familyId,
    at: now.toISOString(),
    kind: 'read',
    subject: 'Attachment',
    id: attachmentId,
    version: `READ-${by}`,
    about,
    by,
    fields: [],
  }),
})
