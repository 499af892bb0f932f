import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Attachment } from './model.ts'
import type {
  listAttachmentsRoute,
  listFamilyAttachmentsRoute,
  listReceivedAttachmentsRoute,
} from './routes.ts'
import { listOf, listReceived } from './store.ts'
import { viewAttachment } from './view.ts'

type StaffReply = z.input<(typeof listFamilyAttachmentsRoute)['reply']>

const newestFirst = async (table: Table, familyId: FamilyId): Promise<Attachment[]> =>
  (await listOf(table, familyId)).toSorted((a, b) => (a.addedAt > b.addedAt ? -1 : 1))

const viewForStaff = (attachment: Attachment): StaffReply['attachments'][number] => ({
  familyId: attachment.familyId,
  ...viewAttachment(attachment),
})

/** The documents that a guardian has added, newest first, for who has admitted them. One Query. */
export const attachmentsOf = async (
  table: Table,
  { familyId, guardianId }: ReturnType<typeof householdOf>,
): Promise<Attachment[]> =>
  (await newestFirst(table, familyId)).filter(({ addedBy }) => addedBy === guardianId)

/**
 * The documents that a guardian has added, not those of another: theirs may be a judgment, or say what
 * they earn. One read and one Query.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family.
 */
export const listAttachments = async (
  table: Table,
  { actor }: Pick<Call<typeof listAttachmentsRoute>, 'actor'>,
): Promise<z.input<(typeof listAttachmentsRoute)['reply']>> => {
  const household = householdOf(actor)
  await admitGuardian(table, household)
  return { attachments: (await attachmentsOf(table, household)).map(viewAttachment) }
}

/** The documents of a family, for staff. One Query. */
export const listFamilyAttachments = async (
  table: Table,
  { parameters }: Pick<Call<typeof listFamilyAttachmentsRoute>, 'parameters'>,
): Promise<StaffReply> => ({
  attachments: (await newestFirst(table, parameters.familyId)).map(viewForStaff),
})

/** The documents that await their control. One Query, of the index. */
export const listReceivedAttachments = async (
  table: Table,
  { query }: Pick<Call<typeof listReceivedAttachmentsRoute>, 'query'>,
): Promise<z.input<(typeof listReceivedAttachmentsRoute)['reply']>> => ({
  attachments: (await listReceived(table, query.limit)).map(viewForStaff),
})
