import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FileStore } from '../platform/files.ts'
import type { Call } from '../platform/http.ts'
import { attachmentIdSchema } from '../platform/schemas.ts'
import type { NewSecret } from '../platform/secret.ts'
import type { Table } from '../platform/table.ts'
import { MOST_FILES } from './model.ts'
import type { offerUploadRoute } from './routes.ts'
import { faultsOfName, incomingKey } from './rules.ts'
import { listOf, saveAttachment } from './store.ts'
import { viewAttachment } from './view.ts'

/** For how long a form serves, in seconds. */
const FORM_SECONDS = 600

/** For how long an announced file that never came is known, in seconds: longer than its bucket keeps it. */
const PENDING_SECONDS = 2 * 86_400

/**
 * Announces a supporting document and offers the form to post its file with, of the announced type and
 * size and nothing else. One read, one Query, one write; a call that is sent again announces another one,
 * and what is never posted is forgotten after two days.
 *
 * @throws PortalError `invalid-request` for a name that does not end as its type does; `not-found` when the guardian is not, or no longer, of this family; `too-many-files`
 * when the family has `MOST_FILES` that nobody has controlled.
 */
export const offerUpload = async (
  { table, files, newSecret }: { table: Table; files: FileStore; newSecret: NewSecret },
  { actor, body, now }: Pick<Call<typeof offerUploadRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof offerUploadRoute)['reply']>> => {
  const { guardianId } = householdOf(actor)
  const faults = faultsOfName(body)
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  const familyId = await admitGuardian(table, householdOf(actor))
  const open = (await listOf(table, familyId)).filter(({ control }) => control === undefined)
  if (open.length >= MOST_FILES) throw new PortalError('too-many-files')
  const attachment = await saveAttachment(table, {
    ...body,
    familyId,
    attachmentId: attachmentIdSchema.parse(newSecret()),
    state: 'pending',
    addedAt: now.toISOString(),
    addedBy: guardianId,
    version: 0,
    expiresAt: Math.floor(now.getTime() / 1000) + PENDING_SECONDS,
  })
  const { url, fields } = await files.offerUpload(incomingKey(attachment), {
    ...body,
    seconds: FORM_SECONDS,
  })
  return {
    attachment: viewAttachment(attachment),
    upload: {
      url,
      fields: { ...fields },
      until: new Date(now.getTime() + FORM_SECONDS * 1000).toISOString(),
    },
  }
}
