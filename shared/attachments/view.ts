import type * as z from 'zod'
import { ATTACHMENT_NAMES, ATTACHMENT_STATES } from '../kernel/attachment-texts.ts'
import type { Attachment } from './model.ts'
import type { attachmentReply } from './routes.ts'

const stateLabel = ({ state, control }: Attachment): string => {
  if (control === undefined) {
    return state === 'pending' ? ATTACHMENT_STATES.pending : ATTACHMENT_STATES.received
  }
  return control.accepted ? ATTACHMENT_STATES.accepted : ATTACHMENT_STATES.refused
}

/** A document as its family reads it: who controlled it is the town's matter. */
export const viewAttachment = (attachment: Attachment): z.input<typeof attachmentReply> => {
  const { attachmentId, kind, fileName, mediaType, size, state, addedAt, receivedAt, control } =
    attachment
  return {
    attachmentId,
    ...{ kind, fileName, mediaType, size, state, addedAt },
    label: ATTACHMENT_NAMES[kind],
    stateLabel: stateLabel(attachment),
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(control === undefined
      ? {}
      : {
          control: {
            accepted: control.accepted,
            ...(control.message === undefined ? {} : { message: control.message }),
            at: control.at,
          },
        }),
  }
}
