import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { FILE_REFUSED } from '../kernel/attachment-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FileStore } from '../platform/files.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { attachmentReply, confirmUploadRoute } from './routes.ts'
import { incomingKey, isAsAnnounced, receivedKey } from './rules.ts'
import { findAttachment, saveAttachment } from './store.ts'
import { viewAttachment } from './view.ts'

/**
 * Checks the file that was posted for a document: its size and its first bytes, whatever it is called. What
 * is not as announced is deleted and can be posted anew. What is, is put where its form does not reach:
 * nobody replaces it after it was looked at. Again without effect.
 *
 * @throws PortalError `not-found` for a document that the family does not have; `file-missing` when nothing
 * was posted; `file-refused`; `concurrent-change`.
 */
export const confirmUpload = (
  { table, files }: { table: Table; files: FileStore },
  { actor, parameters, now }: Pick<Call<typeof confirmUploadRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<z.input<typeof attachmentReply>> =>
  again(async () => {
    const familyId = await admitGuardian(table, householdOf(actor))
    const held = await findAttachment(table, { familyId, ...parameters })
    if (held === undefined) throw new PortalError('not-found')
    if (held.state !== 'pending') return viewAttachment(held)
    const posted = await files.inspect(incomingKey(held))
    if (posted === undefined) throw new PortalError('file-missing')
    if (!isAsAnnounced(held, posted)) {
      await files.remove(incomingKey(held))
      throw new PortalError('file-refused', { detail: FILE_REFUSED })
    }
    // Another file may have been posted meanwhile: that one was not looked at.
    if (!(await files.copy(incomingKey(held), receivedKey(held), posted.etag))) {
      throw new PortalError('concurrent-change', { retryAfterSeconds: 1 })
    }
    const received = await saveAttachment(table, {
      ...held,
      size: posted.size,
      state: 'received',
      receivedAt: now.toISOString(),
      expiresAt: undefined,
    })
    await files.remove(incomingKey(held))
    return viewAttachment(received)
  })
