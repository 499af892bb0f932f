import type * as z from 'zod'
import { ATTACHMENT_NAMES } from '../kernel/attachment-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FileStore } from '../platform/files.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { documentReadingWrite } from '../trail/note-document.ts'
import type { Attachment, Control } from './model.ts'
import type { controlAttachmentRoute, linkAttachmentRoute } from './routes.ts'
import { receivedKey } from './rules.ts'
import { findAttachment, saveAttachment } from './store.ts'
import { viewAttachment } from './view.ts'

/** For how long a link serves, in seconds. */
const LINK_SECONDS = 300

type Parameters = Call<typeof linkAttachmentRoute>['parameters']

const known = async (table: Table, parameters: Parameters): Promise<Attachment> => {
  const attachment = await findAttachment(table, parameters)
  if (attachment === undefined) throw new PortalError('not-found')
  return attachment
}

/**
 * An address from which a member of staff saves the file of a document, noted in the family's trail before
 * it is given. One read, one write.
 *
 * @throws PortalError `not-found`; `file-missing` for a file that was not received, or is controlled.
 */
export const linkAttachment = async (
  { table, files }: { table: Table; files: FileStore },
  {
    parameters,
    actor,
    now,
  }: Pick<Call<typeof linkAttachmentRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<z.input<(typeof linkAttachmentRoute)['reply']>> => {
  const attachment = await known(table, parameters)
  if (attachment.state !== 'received') throw new PortalError('file-missing')
  const { familyId, attachmentId, kind, fileName, mediaType } = attachment
  const about = ATTACHMENT_NAMES[kind]
  const reading = { familyId, attachmentId, about, by: actor.account, now }
  await table.put(documentReadingWrite(reading).item)
  return {
    url: await files.link(receivedKey(attachment), { fileName, mediaType, seconds: LINK_SECONDS }),
    until: new Date(now.getTime() + LINK_SECONDS * 1000).toISOString(),
  }
}

const isSame = (held: Control | Attachment['control'], control: Control): boolean =>
  held?.accepted === control.accepted && held.message === control.message

/**
 * Notes what staff found of a document and deletes its file: proofs are not kept once they are controlled
 * (GDPR, article 5). What they found is written first, so that a file never goes without a word; the same
 * call again finishes what was broken off.
 *
 * @throws PortalError `not-found`; `file-missing` for a document that was not received; `already-decided` when
 * something else was found; `concurrent-change`.
 */
export const controlAttachment = (
  { table, files }: { table: Table; files: FileStore },
  {
    parameters,
    actor,
    body,
    now,
  }: Pick<Call<typeof controlAttachmentRoute>, 'parameters' | 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof controlAttachmentRoute)['reply']>> =>
  again(async () => {
    const held = await known(table, parameters)
    if (held.state === 'pending') throw new PortalError('file-missing')
    if (held.control !== undefined && !isSame(held.control, body)) {
      throw new PortalError('already-decided')
    }
    const control = held.control ?? { ...body, by: actor.account, at: now.toISOString() }
    const controlled =
      held.state === 'received'
        ? await saveAttachment(table, { ...held, state: 'controlled', control })
        : held
    if (controlled.state === 'controlled') {
      await files.remove(receivedKey(controlled))
      await saveAttachment(table, { ...controlled, state: 'purged' })
    }
    return { familyId: held.familyId, ...viewAttachment({ ...controlled, state: 'purged' }) }
  })
