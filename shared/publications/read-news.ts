import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { listFamilyNewsRoute, listNewsRoute, listWrittenNewsRoute } from './routes.ts'
import { newsOn, readingOf, type Reading } from './rules.ts'
import { listNews, listNewsFrom } from './store.ts'
import { viewNews, viewWrittenNews } from './view.ts'

interface Deps {
  readonly table: Table
  readonly catalogue: Catalogue
}

type Reply = z.input<(typeof listNewsRoute)['reply']>

/**
 * The news of today, to be asked for by reader: the latest first [guide 35]; nobody's reading is that of a
 * visitor. One Query, of the index.
 */
export const newsOfToday = async (
  { table, catalogue }: Deps,
  now: Date,
): Promise<(reading?: Reading) => Reply['news']> => {
  const today = parisDate(now)
  const all = await listNewsFrom(table, today)
  return (reading) => newsOn(all, today, reading).map((news) => viewNews(catalogue, news))
}

/** The news of today that everybody reads. One Query. */
export const listPublicNews = async (
  deps: Deps,
  { now }: Pick<Call<typeof listNewsRoute>, 'now'>,
): Promise<Reply> => {
  const newsFor = await newsOfToday(deps, now)
  return { news: newsFor() }
}

/**
 * The news of today for everybody and for the schools and activities of a guardian's children. Two
 * Queries.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listFamilyNews = async (
  deps: Deps,
  { actor, now }: Pick<Call<typeof listFamilyNewsRoute>, 'actor' | 'now'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const [{ file }, newsFor] = await Promise.all([
    readFile(deps.table, familyId, ['FILE', 'GUARDIAN']),
    newsOfToday(deps, now),
  ])
  actingGuardian(file, guardianId)
  return { news: newsFor(readingOf(file, guardianId, parisDate(now))) }
}

const BETWEEN = '_'

/** All news that were not withdrawn, for those who write them, by pages. One Query. */
export const listWrittenNews = async (
  { table, catalogue }: Deps,
  { query: { after, limit } }: Pick<Call<typeof listWrittenNewsRoute>, 'query'>,
): Promise<z.input<(typeof listWrittenNewsRoute)['reply']>> => {
  const until = after?.split(BETWEEN) ?? []
  const found = await listNews(table, { until, limit: limit + 1 })
  const next = found.at(limit)
  return {
    news: found.slice(0, limit).map((news) => viewWrittenNews(catalogue, news)),
    ...(next === undefined ? {} : { next: `${next.until}${BETWEEN}${next.newsId}` }),
  }
}
