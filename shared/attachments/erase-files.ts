import type { Item } from '../platform/entity.ts'
import type { FileStore } from '../platform/files.ts'
import type { Attachment } from './model.ts'
import { incomingKey, receivedKey } from './rules.ts'
import { attachmentEntity } from './store.ts'

/** The documents of a family whose files may still be there, among its items. */
export const documentsWithFile = (items: readonly Item[]): Attachment[] =>
  attachmentEntity.pick(items).filter(({ state }) => state !== 'purged')

/** Deletes the files of a family's documents, wherever they were posted or moved to. */
export const eraseFiles = async (
  files: Pick<FileStore, 'remove'>,
  items: readonly Item[],
): Promise<void> => {
  for (const attachment of documentsWithFile(items)) {
    await files.remove(incomingKey(attachment))
    await files.remove(receivedKey(attachment))
  }
}
