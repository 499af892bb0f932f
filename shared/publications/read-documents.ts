import type * as z from 'zod'
import { parisDate } from '../kernel/paris.ts'
import { PortalError } from '../kernel/errors.ts'
import type { FileStore } from '../platform/files.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { DOCUMENT_KINDS, type TownDocument } from './model.ts'
import type {
  linkTownDocumentRoute,
  listTownDocumentsRoute,
  listWrittenDocumentsRoute,
} from './routes.ts'
import { isListed, publishedKey } from './rules.ts'
import { findTownDocument, listTownDocuments, listTownDocumentsFrom } from './store.ts'
import { viewDocument, viewWrittenDocument } from './view.ts'

/** For how long a link serves, in seconds. */
const LINK_SECONDS = 300

/** By kind, and of each what holds from the latest day on first. */
const inOrder = (documents: readonly TownDocument[]): TownDocument[] =>
  documents.toSorted(
    (a, b) =>
      DOCUMENT_KINDS.indexOf(a.kind) - DOCUMENT_KINDS.indexOf(b.kind) ||
      ((a.from ?? '') === (b.from ?? '')
        ? a.title.localeCompare(b.title, 'fr')
        : (a.from ?? '') > (b.from ?? '')
          ? -1
          : 1),
  )

/** The documents of the town that everybody may have today [guide 6]. One Query, of the index. */
export const listPublicDocuments = async (
  table: Table,
  { now }: Pick<Call<typeof listTownDocumentsRoute>, 'now'>,
): Promise<z.input<(typeof listTownDocumentsRoute)['reply']>> => {
  const today = parisDate(now)
  const all = await listTownDocumentsFrom(table, today)
  return { documents: inOrder(all.filter((each) => isListed(each, today))).map(viewDocument) }
}

/**
 * An address from which anybody saves a document of the town, for five minutes. One read.
 *
 * @throws PortalError `not-found` for one that is not published, was withdrawn, or is over.
 */
export const linkTownDocument = async (
  { table, files }: { readonly table: Table; readonly files: Pick<FileStore, 'link'> },
  { parameters, now }: Pick<Call<typeof linkTownDocumentRoute>, 'parameters' | 'now'>,
): Promise<z.input<(typeof linkTownDocumentRoute)['reply']>> => {
  const held = await findTownDocument(table, parameters.documentId)
  if (held === undefined || !isListed(held, parisDate(now))) throw new PortalError('not-found')
  const { fileName, mediaType } = held
  return {
    url: await files.link(publishedKey(held), { fileName, mediaType, seconds: LINK_SECONDS }),
    until: new Date(now.getTime() + LINK_SECONDS * 1000).toISOString(),
  }
}

/** All documents that were not withdrawn, for those who publish them. One Query, of the index. */
export const listWrittenDocuments = async (
  table: Table,
  { query }: Pick<Call<typeof listWrittenDocumentsRoute>, 'query'>,
): Promise<z.input<(typeof listWrittenDocumentsRoute)['reply']>> => ({
  documents: (await listTownDocuments(table, query.limit)).map(viewWrittenDocument),
})
