import type * as z from 'zod'
import { confirmUpload } from '../../shared/attachments/confirm-upload.ts'
import { controlAttachment, linkAttachment } from '../../shared/attachments/control-attachment.ts'
import {
  listAttachments,
  listFamilyAttachments,
  listReceivedAttachments,
} from '../../shared/attachments/list-attachments.ts'
import type { announcedSchema, Control } from '../../shared/attachments/model.ts'
import { offerUpload } from '../../shared/attachments/offer-upload.ts'
import { confirmUploadRoute, offerUploadRoute } from '../../shared/attachments/routes.ts'
import { s3Files } from '../../shared/platform/files.ts'
import type { Actor } from '../../shared/platform/http.ts'
import type { AttachmentId, FamilyId } from '../../shared/platform/schemas.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import type { Table } from '../../shared/platform/table.ts'
import { guardian, type DUPONT } from '../support/cesson.ts'
import { BUCKET, openVault, PDF, post } from '../support/vault.ts'

export const MONDAY = new Date('2025-09-15T09:00:00Z')
export const AGENT: Actor = { account: 'account-of-agent', roles: ['agent'], family: undefined }

/** What a parent says of a proof of address. */
export const ANNOUNCED: z.output<typeof announcedSchema> = {
  kind: 'address',
  fileName: 'facture d’électricité.pdf',
  mediaType: 'application/pdf',
  size: 1000,
}

/** The address of one document. */
interface OfFamily {
  readonly familyId: FamilyId
  readonly attachmentId: AttachmentId
}

/** Supporting documents on a table and a bucket. */
export const openAttachments = async (table: Table) => {
  const vault = await openVault()
  const files = s3Files(vault.files, BUCKET.name)
  const parts = { table, files }
  const offer = async (who: typeof DUPONT, announced = ANNOUNCED, now = MONDAY) =>
    offerUploadRoute.reply.parse(
      await offerUpload({ ...parts, newSecret }, { actor: guardian(who), body: announced, now }),
    )
  const confirm = async (
    who: typeof DUPONT,
    { attachmentId }: { readonly attachmentId: AttachmentId },
    now = MONDAY,
  ) =>
    confirmUploadRoute.reply.parse(
      await confirmUpload(parts, { actor: guardian(who), parameters: { attachmentId }, now }),
    )
  return {
    ...vault,
    store: files,
    offer,
    confirm,
    /** A document that is received. */
    received: async (who: typeof DUPONT, content: Uint8Array = PDF) => {
      const { attachment, upload } = await offer(who)
      await post(upload, content)
      const { attachmentId } = await confirm(who, attachment)
      return { familyId: who.familyId, attachmentId }
    },
    list: (who: typeof DUPONT) => listAttachments(table, { actor: guardian(who) }),
    listForStaff: (familyId: FamilyId) =>
      listFamilyAttachments(table, { parameters: { familyId } }),
    awaiting: (limit = 50) => listReceivedAttachments(table, { query: { limit } }),
    link: (address: OfFamily, now = MONDAY) =>
      linkAttachment(parts, { parameters: address, actor: AGENT, now }),
    control: (address: OfFamily, body: Control = { accepted: true }, actor = AGENT) =>
      controlAttachment(parts, { parameters: address, actor, body, now: MONDAY }),
  }
}
