import { S3Client } from '@aws-sdk/client-s3'
import { confirmUpload } from '../../shared/attachments/confirm-upload.ts'
import { controlAttachment, linkAttachment } from '../../shared/attachments/control-attachment.ts'
import {
  listAttachments,
  listFamilyAttachments,
  listReceivedAttachments,
} from '../../shared/attachments/list-attachments.ts'
import { offerUpload } from '../../shared/attachments/offer-upload.ts'
import {
  confirmUploadRoute,
  controlAttachmentRoute,
  linkAttachmentRoute,
  listAttachmentsRoute,
  listFamilyAttachmentsRoute,
  listReceivedAttachmentsRoute,
  offerUploadRoute,
} from '../../shared/attachments/routes.ts'
import { s3Files } from '../../shared/platform/files.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, DOCUMENTS_BUCKET } = environmentOf(environments.attachments)
const table = openTable(documentClient(), TABLE_NAME)
const files = s3Files(new S3Client({}), DOCUMENTS_BUCKET)

export const handler = httpHandler(
  on(offerUploadRoute, (call) => offerUpload({ table, files, newSecret }, call)),
  on(confirmUploadRoute, (call) => confirmUpload({ table, files }, call)),
  on(listAttachmentsRoute, (call) => listAttachments(table, call)),
  on(listReceivedAttachmentsRoute, (call) => listReceivedAttachments(table, call)),
  on(listFamilyAttachmentsRoute, (call) => listFamilyAttachments(table, call)),
  on(linkAttachmentRoute, (call) => linkAttachment({ table, files }, call)),
  on(controlAttachmentRoute, (call) => controlAttachment({ table, files }, call)),
)
