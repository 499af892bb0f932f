import type { IsoDate } from '../kernel/dates.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { newsSchema, townDocumentSchema, type News, type TownDocument } from './model.ts'

/** Behind every day: what has no last day is listed until it is withdrawn. */
const NO_LAST_DAY = '9999-12-31'

const newsEntity = defineEntity({
  type: 'News',
  schema: newsSchema,
  key: ({ newsId }: Pick<News, 'newsId'>): Key => ({
    partition: ['NEWS', newsId],
    sort: ['NEWS'],
  }),
  // By the last day, so that what is over is not read by those who look for today's.
  index: ({ newsId, until, withdrawnAt }) =>
    withdrawnAt === undefined ? { partition: ['NEWS'], sort: [until, newsId] } : undefined,
})

const townDocumentEntity = defineEntity({
  type: 'TownDocument',
  schema: townDocumentSchema,
  key: ({ documentId }: Pick<TownDocument, 'documentId'>): Key => ({
    partition: ['TOWN_DOCUMENT', documentId],
    sort: ['DOCUMENT'],
  }),
  index: ({ documentId, until, state }) =>
    state === 'withdrawn'
      ? undefined
      : { partition: ['TOWN_DOCUMENTS'], sort: [until ?? NO_LAST_DAY, documentId] },
})

/** News by their id, withdrawn or not. One read. */
export const findNews = async (table: Table, newsId: string): Promise<News | undefined> =>
  newsEntity.found(await table.get(newsEntity.keyOf({ newsId })))

/** The news whose last day is not before a day, those that have yet to begin included. One Query, of the index. */
export const listNewsFrom = async (table: Table, day: IsoDate): Promise<News[]> =>
  newsEntity.pick(await table.query({ partition: ['NEWS'], from: [day], to: [], index: true }))

/** The news that nobody has withdrawn, those that end last first. One Query, of the index. */
export const listNews = async (table: Table, limit: number): Promise<News[]> =>
  newsEntity.pick(await table.query({ partition: ['NEWS'], index: true, newestFirst: true, limit }))

/**
 * Keeps news in the place of the version before theirs; the first version where there is none.
 *
 * @returns whether nobody was faster.
 */
export const saveNews = (table: Table, news: News): Promise<boolean> =>
  table.put(newsEntity.toItem(news), { kind: 'version', version: news.version - 1 })

/** A document by its id, in whatever state. One read. */
export const findTownDocument = async (
  table: Table,
  documentId: string,
): Promise<TownDocument | undefined> =>
  townDocumentEntity.found(await table.get(townDocumentEntity.keyOf({ documentId })))

/** The documents whose last day, if they have one, is not before a day. One Query, of the index. */
export const listTownDocumentsFrom = async (table: Table, day: IsoDate): Promise<TownDocument[]> =>
  townDocumentEntity.pick(
    await table.query({ partition: ['TOWN_DOCUMENTS'], from: [day], to: [], index: true }),
  )

/** The documents that nobody has withdrawn, those that end last first. One Query, of the index. */
export const listTownDocuments = async (table: Table, limit: number): Promise<TownDocument[]> =>
  townDocumentEntity.pick(
    await table.query({ partition: ['TOWN_DOCUMENTS'], index: true, newestFirst: true, limit }),
  )

/** Keeps a document in the same way as news. */
export const saveTownDocument = (table: Table, document: TownDocument): Promise<boolean> =>
  table.put(townDocumentEntity.toItem(document), {
    kind: 'version',
    version: document.version - 1,
  })
