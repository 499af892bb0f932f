import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { PortalError } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { News } from './model.ts'
import type { editNewsRoute, publishNewsRoute, withdrawNewsRoute } from './routes.ts'
import { faultsOfNews } from './rules.ts'
import { findNews, saveNews } from './store.ts'
import { expiryOfWithdrawn, viewWrittenNews } from './view.ts'

interface Deps {
  readonly table: Table
  readonly catalogue: Catalogue
}

type Reply = z.input<(typeof publishNewsRoute)['reply']>

const refuseFaulty = (catalogue: Catalogue, body: Call<typeof publishNewsRoute>['body']): void => {
  const faults = faultsOfNews(catalogue, body)
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

/**
 * Publishes news [guide 35]: they are read from their first to their last day in Paris. Their id is the
 * hash of who publishes and of the key of the call, so the same call again publishes nothing more and
 * answers with the news as they are now. One write.
 *
 * @throws PortalError `invalid-request` for a period that ends before it begins, or an activity or school
 * that the town has not; `idempotency-key-reused`; `concurrent-change`.
 */
export const publishNews = async (
  { table, catalogue }: Deps,
  {
    actor,
    headers,
    body,
    now,
  }: Pick<Call<typeof publishNewsRoute>, 'actor' | 'headers' | 'body' | 'now'>,
): Promise<Reply> => {
  refuseFaulty(catalogue, body)
  const at = now.toISOString()
  const news: News = {
    ...body,
    newsId: hashOf([actor.account, headers['idempotency-key']]).slice(0, 32),
    hash: hashOf(body),
    publishedAt: at,
    version: 1,
    changed: { at, by: actor.account },
  }
  if (await saveNews(table, news)) return viewWrittenNews(catalogue, news)
  const held = await findNews(table, news.newsId)
  if (held === undefined) throw new PortalError('concurrent-change', { retryAfterSeconds: 1 })
  if (held.hash !== news.hash) throw new PortalError('idempotency-key-reused')
  return viewWrittenNews(catalogue, held)
}

/** @throws PortalError `not-found`. */
const known = async (table: Table, newsId: string): Promise<News> => {
  const held = await findNews(table, newsId)
  if (held === undefined) throw new PortalError('not-found')
  return held
}

/** @throws PortalError `changed-meanwhile` when somebody was faster. */
const replace = async (table: Table, seen: number, wanted: News): Promise<News> => {
  const after = { ...wanted, version: seen + 1 }
  if (!(await saveNews(table, after))) throw new PortalError('changed-meanwhile')
  return after
}

/**
 * Writes news anew, of the version that was read. The same call again changes nothing. Those that were
 * mailed are not mailed again.
 *
 * @throws PortalError `not-found`, also for news that were withdrawn; `invalid-request`;
 * `changed-meanwhile`.
 */
export const editNews = async (
  { table, catalogue }: Deps,
  {
    actor,
    parameters,
    headers,
    body,
    now,
  }: Pick<Call<typeof editNewsRoute>, 'actor' | 'parameters' | 'headers' | 'body' | 'now'>,
): Promise<Reply> => {
  refuseFaulty(catalogue, body)
  const held = await known(table, parameters.newsId)
  if (held.withdrawnAt !== undefined) throw new PortalError('not-found')
  const seen = headers['if-match']
  const { title, text, from, until, audience, byMail } = held
  const isWritten =
    held.version === seen + 1 &&
    hashOf({ title, text, from, until, audience, byMail }) === hashOf(body)
  if (isWritten) return viewWrittenNews(catalogue, held)
  const changed = { at: now.toISOString(), by: actor.account }
  // What the body leaves out is not asked for any more.
  const wanted = { ...held, byMail: undefined, ...body, changed }
  return viewWrittenNews(catalogue, await replace(table, seen, wanted))
}

/**
 * Withdraws news, of the version that was read: nobody reads them from then on, and they are forgotten
 * after 60 days. The same call again changes nothing.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`.
 */
export const withdrawNews = async (
  { table, catalogue }: Deps,
  {
    actor,
    parameters,
    headers,
    now,
  }: Pick<Call<typeof withdrawNewsRoute>, 'actor' | 'parameters' | 'headers' | 'now'>,
): Promise<Reply> => {
  const held = await known(table, parameters.newsId)
  if (held.withdrawnAt !== undefined) return viewWrittenNews(catalogue, held)
  const withdrawnAt = now.toISOString()
  const wanted = {
    ...held,
    withdrawnAt,
    changed: { at: withdrawnAt, by: actor.account },
    expiresAt: expiryOfWithdrawn(now),
  }
  return viewWrittenNews(catalogue, await replace(table, headers['if-match'], wanted))
}
