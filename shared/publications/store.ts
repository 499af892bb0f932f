import type { IsoDate } from '../kernel/dates.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Key, Segment } from '../platform/keys.ts'
import { putNext, type Table } from '../platform/table.ts'
import {
  newsMailingSchema,
  newsSchema,
  townDocumentSchema,
  type News,
  type NewsMailing,
  type TownDocument,
} from './model.ts'

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

/** Beside the news: staff who write them anew do not meet who mails them. */
const newsMailingEntity = defineEntity({
  type: 'NewsMailing',
  schema: newsMailingSchema,
  key: ({ newsId }: Pick<NewsMailing, 'newsId'>): Key => ({
    partition: ['NEWS', newsId],
    sort: ['MAILING'],
  }),
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

/**
 * The news that nobody has withdrawn, those that end last first. One Query, of the index.
 *
 * @param until the place of the first: its last day and its id, itself included.
 */
export const listNews = async (
  table: Table,
  { until, limit }: { readonly until: readonly Segment[]; readonly limit: number },
): Promise<News[]> =>
  newsEntity.pick(
    await table.query({
      partition: ['NEWS'],
      from: [],
      to: until,
      index: true,
      newestFirst: true,
      limit,
    }),
  )

/**
 * Keeps news in the place of the version before theirs; the first version where there is none.
 *
 * @returns whether nobody was faster.
 */
export const saveNews = (table: Table, news: News): Promise<boolean> =>
  table.put(newsEntity.toItem(news), { kind: 'version', version: news.version - 1 })

/** How far the mails of news have gone; nothing before they begin. One read. */
export const findMailing = async (table: Table, newsId: string): Promise<NewsMailing | undefined> =>
  newsMailingEntity.found(await table.get(newsMailingEntity.keyOf({ newsId })))

/**
 * Keeps how far the mails of news have gone, of the version that was read.
 *
 * @returns whether no other run has gone on with them meanwhile.
 */
export const saveMailing = (table: Table, mailing: NewsMailing): Promise<boolean> =>
  putNext(table, newsMailingEntity, mailing)

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
