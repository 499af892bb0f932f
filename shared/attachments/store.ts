import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { AttachmentId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { attachmentSchema, type Attachment } from './model.ts'

export const attachmentEntity = defineEntity({
  type: 'Attachment',
  schema: attachmentSchema,
  key: (address: { familyId: FamilyId; attachmentId: AttachmentId }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['ATTACHMENT', address.attachmentId],
  }),
  // Only what awaits its control is in the index, by its time.
  index: ({ state, receivedAt, attachmentId }) =>
    state === 'received' && receivedAt !== undefined
      ? { partition: ['ATTACHMENTS', 'received'], sort: [receivedAt, attachmentId] }
      : undefined,
})

/** A document of a family; nothing where it has none of this id. One read. */
export const findAttachment = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly attachmentId: AttachmentId },
): Promise<Attachment | undefined> =>
  attachmentEntity.found(await table.get(attachmentEntity.keyOf(address)))

/** The documents of a family. One Query. */
export const listOf = async (table: Table, familyId: FamilyId): Promise<Attachment[]> =>
  attachmentEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['ATTACHMENT'] }),
  )

/** The documents of all families that await their control, the oldest first. One Query, of the index. */
export const listReceived = async (table: Table, limit: number): Promise<Attachment[]> =>
  attachmentEntity.pick(
    await table.query({ partition: ['ATTACHMENTS', 'received'], index: true, limit }),
  )

/**
 * Keeps a document as it is now in place of the version that was read, which it still carries: 0 where it
 * is new.
 *
 * @throws StaleReadError when it has changed since it was read.
 */
export const saveAttachment = async (table: Table, attachment: Attachment): Promise<Attachment> => {
  const { version } = attachment
  const after = { ...attachment, version: version + 1 }
  const when = { kind: 'version', version } as const
  const saved = await table.put(attachmentEntity.toItem(after), when)
  if (!saved) throw new StaleReadError('attachment')
  return after
}
