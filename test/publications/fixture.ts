import type * as z from 'zod'
import { s3Files } from '../../shared/platform/files.ts'
import type { Actor, Call } from '../../shared/platform/http.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import type { Table } from '../../shared/platform/table.ts'
import { editNews, publishNews, withdrawNews } from '../../shared/publications/edit-news.ts'
import {
  announceDocument,
  editDocument,
  publishDocument,
  withdrawDocument,
} from '../../shared/publications/publish-document.ts'
import {
  linkTownDocument,
  listPublicDocuments,
  listWrittenDocuments,
} from '../../shared/publications/read-documents.ts'
import {
  listFamilyNews,
  listPublicNews,
  listWrittenNews,
} from '../../shared/publications/read-news.ts'
import {
  announceDocumentRoute,
  listFamilyNewsRoute,
  listTownDocumentsRoute,
  listWrittenNewsRoute,
  publishDocumentRoute,
  publishNewsRoute,
} from '../../shared/publications/routes.ts'
import { cesson, guardian, type DUPONT } from '../support/cesson.ts'
import { BUCKET, openVault, PDF, post } from '../support/vault.ts'

/** A Monday in the school year of the demo town. */
export const MONDAY = new Date('2025-09-15T09:00:00Z')
export const AGENT: Actor = { account: 'account-of-agent', roles: ['agent'], family: undefined }

type WrittenNews = Call<typeof publishNewsRoute>['body']

/** News for everybody, of the week of that Monday. */
export const NEWS: WrittenNews = {
  title: 'Grève du lundi',
  text: 'Le restaurant est fermé.',
  from: '2025-09-15',
  until: '2025-09-21',
  audience: { kind: 'all' },
}

/** What staff say of a price list. */
export const TARIFFS: Call<typeof announceDocumentRoute>['body'] = {
  kind: 'tariffs',
  title: 'Tarifs municipaux 2025',
  decidedOn: '2025-06-12',
  from: '2025-09-01',
  fileName: 'tarifs.pdf',
  mediaType: 'application/pdf',
  size: 1000,
}

let last = 0

/** News on a table. */
export const openNews = (table: Table) => {
  const deps = { table, catalogue: cesson.catalogue }
  const headers = (version: number) => ({ 'if-match': version })
  return {
    publish: async (
      body: WrittenNews = NEWS,
      key = `news-of-test-${String((last += 1))}`,
      actor = AGENT,
    ) =>
      publishNewsRoute.reply.parse(
        await publishNews(deps, { actor, headers: { 'idempotency-key': key }, body, now: MONDAY }),
      ),
    edit: (newsId: string, version: number, body: WrittenNews) =>
      editNews(deps, {
        ...{ actor: AGENT, parameters: { newsId }, headers: headers(version), body, now: MONDAY },
      }),
    withdraw: (newsId: string, version: number) =>
      withdrawNews(deps, {
        ...{ actor: AGENT, parameters: { newsId }, headers: headers(version), now: MONDAY },
      }),
    visitor: async (now = MONDAY) => (await listPublicNews(deps, { now })).news,
    family: async (who: typeof DUPONT, now = MONDAY) =>
      listFamilyNewsRoute.reply.parse(await listFamilyNews(deps, { actor: guardian(who), now }))
        .news,
    /** All pages of what is written. */
    all: async (limit = 200) => {
      const pages: z.infer<typeof listWrittenNewsRoute.reply>['news'][] = []
      let after: string | undefined
      do {
        const reply = await listWrittenNews(deps, { query: { limit, after } })
        const { news, next } = listWrittenNewsRoute.reply.parse(reply)
        pages.push(news)
        after = next
      } while (after !== undefined)
      return pages.flat()
    },
  }
}

/** Documents of the town on a table and a bucket. */
export const openTownDocuments = async (table: Table) => {
  const vault = await openVault()
  const files = s3Files(vault.files, BUCKET.name)
  const deps = { table, files }
  const announce = async (body = TARIFFS) =>
    announceDocumentRoute.reply.parse(
      await announceDocument({ ...deps, newSecret }, { actor: AGENT, body, now: MONDAY }),
    )
  const publish = async (documentId: string) =>
    publishDocumentRoute.reply.parse(
      await publishDocument(deps, { actor: AGENT, parameters: { documentId }, now: MONDAY }),
    )
  return {
    ...vault,
    store: files,
    announce,
    publish,
    /** A document that is published. */
    published: async (body = TARIFFS, content: Uint8Array = PDF) => {
      const { document, upload } = await announce(body)
      await post(upload, content)
      return publish(document.documentId)
    },
    edit: (
      documentId: string,
      version: number,
      body: Omit<typeof TARIFFS, 'fileName' | 'mediaType' | 'size'>,
    ) =>
      editDocument(table, {
        ...{ actor: AGENT, parameters: { documentId }, headers: { 'if-match': version } },
        ...{ body, now: MONDAY },
      }),
    withdraw: (documentId: string, version: number) =>
      withdrawDocument(deps, {
        ...{ actor: AGENT, parameters: { documentId }, headers: { 'if-match': version } },
        now: MONDAY,
      }),
    listed: async (now = MONDAY) =>
      listTownDocumentsRoute.reply.parse(await listPublicDocuments(table, { now })).documents,
    all: async (limit = 200) => (await listWrittenDocuments(table, { query: { limit } })).documents,
    link: (documentId: string, now = MONDAY) =>
      linkTownDocument(deps, { parameters: { documentId }, now }),
  }
}
