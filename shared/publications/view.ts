import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { DOCUMENT_KINDS, DOCUMENT_STATES } from '../kernel/publication-texts.ts'
import type { News, TownDocument } from './model.ts'
import type {
  listTownDocumentsRoute,
  newsReply,
  publishNewsRoute,
  WrittenDocument,
} from './routes.ts'
import { aboutDocument, audienceLabel } from './rules.ts'

/** For how long what was withdrawn is still known, in seconds. */
const WITHDRAWN_SECONDS = 60 * 86_400

/** When what is withdrawn now is forgotten, in seconds since 1970. */
export const expiryOfWithdrawn = (now: Date): number =>
  Math.floor(now.getTime() / 1000) + WITHDRAWN_SECONDS

/** News as families and visitors read them. */
export const viewNews = (catalogue: Catalogue, news: News): z.input<typeof newsReply> => {
  const { newsId, title, text, from, until, audience } = news
  return { newsId, title, text, from, until, audienceLabel: audienceLabel(catalogue, audience) }
}

/** News as those read them who write them. */
export const viewWrittenNews = (
  catalogue: Catalogue,
  news: News,
): z.input<(typeof publishNewsRoute)['reply']> => {
  const { audience, byMail = false, publishedAt, withdrawnAt, version } = news
  return {
    ...viewNews(catalogue, news),
    ...{ audience, byMail, publishedAt, version },
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  }
}

/** A document of the town as everybody reads of it. */
export const viewDocument = (
  document: TownDocument,
): z.input<(typeof listTownDocumentsRoute)['reply']>['documents'][number] => {
  const { documentId, kind, title, decidedOn, from, until, fileName, mediaType, size } = document
  return {
    ...{ documentId, kind, title },
    kindLabel: DOCUMENT_KINDS[kind],
    about: aboutDocument(document),
    ...(decidedOn === undefined ? {} : { decidedOn }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...{ fileName, mediaType, size },
  }
}

/** A document as those read of it who publish it. */
export const viewWrittenDocument = (document: TownDocument): WrittenDocument => {
  const { state, publishedAt, version } = document
  return {
    ...viewDocument(document),
    ...{ state, version },
    stateLabel: DOCUMENT_STATES[state],
    ...(publishedAt === undefined ? {} : { publishedAt }),
  }
}
