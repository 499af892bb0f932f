import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import type { Item } from '../platform/entity.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { attachmentEntity } from './store.ts'
import { viewAttachment } from './view.ts'

/** The documents among the items of a family that a guardian has added. */
export const addedBy = (items: readonly Item[], guardianId: string): ReadonlySet<string> =>
  new Set(
    attachmentEntity
      .pick(items)
      .filter((attachment) => attachment.addedBy === guardianId)
      .map(({ attachmentId }) => attachmentId),
  )

/** What is known of supporting documents, whose files are deleted once they are controlled. */
export const ATTACHMENT_DATA: readonly DataKind[] = [
  dataKind(attachmentEntity, {
    title: DATA_TITLES.Attachment,
    retention: 'activity',
    since: ({ control }) => control && dayOf(control.at),
    show: (attachment, reader) => {
      // As on the page: a document of another guardian may be a judgment, or say what they earn.
      if (reader.guardianId !== undefined && attachment.addedBy !== reader.guardianId) {
        return undefined
      }
      const { label, fileName, mediaType, size, stateLabel, addedAt, receivedAt, control } =
        viewAttachment(attachment)
      return {
        kind: label,
        ...{ fileName, mediaType, size },
        state: stateLabel,
        ...{ addedAt, receivedAt },
        addedBy: reader.nameOf('guardianId', attachment.addedBy),
        ...(control === undefined ? {} : { decision: control }),
      }
    },
  }),
]
