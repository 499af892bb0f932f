import type * as z from 'zod'
import { faultsOfName, isAsAnnounced } from '../attachments/rules.ts'
import { FILE_REFUSED } from '../kernel/attachment-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FileStore } from '../platform/files.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import type { NewSecret } from '../platform/secret.ts'
import type { Table } from '../platform/table.ts'
import type { TownDocument } from './model.ts'
import type {
  announceDocumentRoute,
  editDocumentRoute,
  publishDocumentRoute,
  withdrawDocumentRoute,
  WrittenDocument,
} from './routes.ts'
import { faultsOfDocument, fileOf, postedKey, publishedKey } from './rules.ts'
import { findTownDocument, saveTownDocument } from './store.ts'
import { expiryOfWithdrawn, viewWrittenDocument } from './view.ts'

/** For how long a form serves, in seconds. */
const FORM_SECONDS = 600

/** For how long an announced file that never came is known, in seconds: longer than its bucket keeps it. */
const PENDING_SECONDS = 2 * 86_400

interface Deps {
  readonly table: Table
  readonly files: FileStore
}

/**
 * Announces a document of the town [guide 6] and offers the form to post its file with, of the announced
 * type and size and nothing else. One write. A call that is sent again announces another one, and what
 * is never posted is forgotten after two days.
 *
 * @throws PortalError `invalid-request` for tariffs without the day of their decision or the day from
 * which they hold, for a period that ends before it begins, for a name that does not end as its type does.
 */
export const announceDocument = async (
  { table, files, newSecret }: Deps & { readonly newSecret: NewSecret },
  { actor, body, now }: Pick<Call<typeof announceDocumentRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof announceDocumentRoute)['reply']>> => {
  const faults = [...faultsOfDocument(body), ...faultsOfName(body)]
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  const document: TownDocument = {
    ...body,
    documentId: newSecret(),
    state: 'pending',
    version: 1,
    changed: { at: now.toISOString(), by: actor.account },
    expiresAt: Math.floor(now.getTime() / 1000) + PENDING_SECONDS,
  }
  await saveTownDocument(table, document)
  const { url, fields } = await files.offerUpload(postedKey(document), {
    ...body,
    seconds: FORM_SECONDS,
  })
  const until = new Date(now.getTime() + FORM_SECONDS * 1000).toISOString()
  return {
    document: viewWrittenDocument(document),
    upload: { url, fields: { ...fields }, until },
  }
}

/** @throws PortalError `not-found`. */
const known = async (
  table: Table,
  { documentId }: Pick<TownDocument, 'documentId'>,
): Promise<TownDocument> => {
  const held = await findTownDocument(table, documentId)
  if (held === undefined) throw new PortalError('not-found')
  return held
}

/**
 * Keeps a document with the file that was copied for it. Whose version was taken by somebody else takes
 * the copy away, unless the document that is kept points to it: the same content may have been published
 * at the same time, or by this very call, whose first answer was lost.
 *
 * @returns the document as it is kept.
 * @throws PortalError `concurrent-change`.
 */
const keepWithFile = async (
  { table, files }: Deps,
  published: TownDocument,
): Promise<TownDocument> => {
  if (await saveTownDocument(table, published)) return published
  const kept = await known(table, published)
  if (kept.state === 'published' && kept.file === published.file) return kept
  await files.remove(publishedKey(published))
  throw new PortalError('concurrent-change', { retryAfterSeconds: 1 })
}

/**
 * Checks the file that was posted for a document, its size and its first bytes, and publishes it: it is
 * put where its form does not reach, so that nobody replaces it after it was looked at. What is not as
 * announced is deleted and can be posted anew. Again without effect; of two calls at once one publishes.
 *
 * @throws PortalError `not-found`, also once it was withdrawn; `file-missing` when nothing was posted;
 * `file-refused`; `concurrent-change`.
 */
export const publishDocument = async (
  { table, files }: Deps,
  {
    actor,
    parameters,
    now,
  }: Pick<Call<typeof publishDocumentRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<WrittenDocument> => {
  const held = await known(table, parameters)
  if (held.state === 'withdrawn') throw new PortalError('not-found')
  if (held.state === 'published') return viewWrittenDocument(held)
  const posted = await files.inspect(postedKey(held))
  if (posted === undefined) {
    // Another call may have published it meanwhile.
    const kept = await known(table, parameters)
    if (kept.state === 'published') return viewWrittenDocument(kept)
    throw new PortalError('file-missing')
  }
  if (!isAsAnnounced(held, posted)) {
    await files.remove(postedKey(held))
    throw new PortalError('file-refused', { detail: FILE_REFUSED })
  }
  const at = now.toISOString()
  const version = held.version + 1
  const published: TownDocument = {
    ...held,
    expiresAt: undefined,
    size: posted.size,
    file: fileOf(version, posted.etag),
    state: 'published',
    publishedAt: at,
    version,
    changed: { at, by: actor.account },
  }
  // Another file may have been posted meanwhile: that one was not looked at.
  if (!(await files.copy(postedKey(held), publishedKey(published), posted.etag))) {
    throw new PortalError('concurrent-change', { retryAfterSeconds: 1 })
  }
  const kept = await keepWithFile({ table, files }, published)
  await files.remove(postedKey(held))
  return viewWrittenDocument(kept)
}

/** What staff say of a document, to be compared. */
const aboutOf = ({ kind, title, decidedOn, from, until }: TownDocument): string =>
  hashOf([kind, title, decidedOn, from, until])

/**
 * Describes a document anew, of the version that was read; its file stays. The same call again changes
 * nothing.
 *
 * @throws PortalError `not-found`, also once it was withdrawn; `invalid-request` as when it is announced;
 * `changed-meanwhile`.
 */
export const editDocument = async (
  table: Table,
  {
    actor,
    parameters,
    headers,
    body,
    now,
  }: Pick<Call<typeof editDocumentRoute>, 'actor' | 'parameters' | 'headers' | 'body' | 'now'>,
): Promise<WrittenDocument> => {
  const faults = faultsOfDocument(body)
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
  const held = await known(table, parameters)
  if (held.state === 'withdrawn') throw new PortalError('not-found')
  const seen = headers['if-match']
  // What is left out of the body is not said of the document any more.
  const after: TownDocument = {
    ...held,
    ...{ decidedOn: undefined, from: undefined, until: undefined },
    ...body,
    version: seen + 1,
    changed: { at: now.toISOString(), by: actor.account },
  }
  const isWritten = held.version === seen + 1 && aboutOf(held) === aboutOf(after)
  if (isWritten) return viewWrittenDocument(held)
  // Of another version than was read, its state and its file would be taken over with it.
  if (held.version !== seen || !(await saveTownDocument(table, after)))
    throw new PortalError('changed-meanwhile')
  return viewWrittenDocument(after)
}

/**
 * Withdraws a document, of the version that was read: it is listed no more, then its file is deleted.
 * The same call again finishes what was broken off.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`.
 */
export const withdrawDocument = async (
  { table, files }: Deps,
  {
    actor,
    parameters,
    headers,
    now,
  }: Pick<Call<typeof withdrawDocumentRoute>, 'actor' | 'parameters' | 'headers' | 'now'>,
): Promise<WrittenDocument> => {
  const held = await known(table, parameters)
  const withdrawnAt = now.toISOString()
  const withdrawn: TownDocument =
    held.state === 'withdrawn'
      ? held
      : {
          ...held,
          state: 'withdrawn',
          withdrawnAt,
          version: held.version + 1,
          changed: { at: withdrawnAt, by: actor.account },
          expiresAt: expiryOfWithdrawn(now),
        }
  if (withdrawn !== held) {
    const isAsRead = held.version === headers['if-match']
    if (!isAsRead || !(await saveTownDocument(table, withdrawn))) {
      throw new PortalError('changed-meanwhile')
    }
  }
  await files.remove(publishedKey(held))
  return viewWrittenDocument(withdrawn)
}
