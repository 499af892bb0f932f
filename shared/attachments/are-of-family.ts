import type { AttachmentId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { findAttachment } from './store.ts'

/**
 * Whether documents are all of a family and prove something: received, their file still there and not
 * refused. One read for each.
 */
export const areOfFamily = async (
  table: Table,
  familyId: FamilyId,
  ids: readonly AttachmentId[],
): Promise<boolean> => {
  const found = await Promise.all(
    ids.map((attachmentId) => findAttachment(table, { familyId, attachmentId })),
  )
  return found.every(
    (each) =>
      (each?.state === 'received' || each?.state === 'controlled') &&
      each.control?.accepted !== false,
  )
}
