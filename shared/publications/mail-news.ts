import { pageOfFamilyIds } from '../families/list-families.ts'
import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { recipientsOf, sendNotice } from '../messages/notices.ts'
import { tryEachAtOnce } from '../platform/at-once.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { News, NewsMailing } from './model.ts'
import { isTimeForNews, isToMail, readersOf } from './rules.ts'
import { findMailing, findNews, listNewsFrom, saveMailing } from './store.ts'

/** So many families at a time: thousands a minute, and no crowd of calls in one process. */
const AT_ONCE = 25

/**
 * So many families between two notes of how far the mails have gone, and in one run: news to a large
 * town leave over several runs, since the confirmations of bookings go out by the same stream and must
 * not wait behind all of them.
 */
const FAMILIES = { aPage: 100, aRun: 600 } as const
type Portions = Readonly<Record<keyof typeof FAMILIES, number>>

/** What a run has done, for the logs. */
export interface NewsReport {
  /** The news of which it has mailed. */
  readonly news: number
  /** The families that it has considered, each once for each of them. */
  readonly families: number
  /** The notices that are new. */
  readonly notices: number
}

/**
 * Has the guardians of a family told of news that are for them: one notice under the name of the news,
 * however often it is tried. A file that was set aside is left in peace, one that is gone or cannot be
 * read holds up nobody.
 *
 * @returns whether the notice is new.
 */
const tellFamily = async (
  table: Table,
  familyId: FamilyId,
  { news, today, now }: { readonly news: News; readonly today: IsoDate; readonly now: Date },
): Promise<boolean> => {
  try {
    const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'], true)
    const to = recipientsOf(readersOf(news, file, today))
    if (to.length === 0) return false
    const { newsId, title, text, from, until } = news
    const content = { kind: 'news' as const, title, text, from, until }
    return await sendNotice(table, { familyId, noticeId: `NEWS-${newsId}`, to, content }, now)
  } catch (error) {
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('family not told of news', error, { familyId })
    return false
  }
}

/** How far the mails of news have gone once a page is done: to its last family, or to the end. */
const mailingAfter = (
  held: NewsMailing | undefined,
  newsId: string,
  { after, at }: { readonly after: FamilyId | undefined; readonly at: string },
): NewsMailing => ({
  newsId,
  begunAt: held?.begunAt ?? at,
  version: (held?.version ?? 0) + 1,
  ...(after === undefined ? { endedAt: at } : { after }),
})

/**
 * Goes on with the mails of news, from the family at which the last run stopped. News that were
 * withdrawn, or whose period was changed, stop at the next page.
 *
 * @param most the families that are left to this run.
 */
const mailOne = async (
  table: Table,
  newsId: string,
  { most, aPage, now }: { readonly most: number; readonly aPage: number; readonly now: Date },
): Promise<Omit<NewsReport, 'news'>> => {
  const today = parisDate(now)
  const done = { families: 0, notices: 0 }
  let mailing = await findMailing(table, newsId)
  while (mailing?.endedAt === undefined && done.families < most) {
    const news = await findNews(table, newsId)
    if (news === undefined || !isToMail(news, now)) break
    const familyIds = await pageOfFamilyIds(table, mailing?.after, aPage)
    const told = await tryEachAtOnce(
      familyIds,
      AT_ONCE,
      (familyId) => tellFamily(table, familyId, { news, today, now }),
      'Some families were not told',
    )
    done.notices += told.filter((isNew) => isNew).length
    done.families += familyIds.length
    const after = familyIds.length < aPage ? undefined : familyIds.at(-1)
    const next = mailingAfter(mailing, newsId, { after, at: now.toISOString() })
    // Where another run is at the same news, both go on from where they stand.
    mailing = (await saveMailing(table, next)) ? next : await findMailing(table, newsId)
  }
  return done
}

/**
 * Mails news of today to the families whom they are for [guide 34, 35], as far as staff have asked for
 * it: from the first day of their period on, between seven in the morning and eight in the evening, once,
 * however often they are written anew. Each family has one notice, stored under the name of the news, by
 * which the mails go out, unless the family wants no news; how far a run has come is noted after every 100
 * families. So a run that is cut off, started again or overtaken by the next one tells nobody twice and
 * leaves nobody out. News without mails cost nothing beside the one Query for all, those that are mailed
 * already one read, each family one Query and, if they are for it, one write.
 *
 * @param now the due time of the schedule.
 * @throws AggregateError when the table fails for some families: the others of their page are done, the
 * caller starts again.
 */
export const mailNews = async (
  table: Table,
  now: Date,
  { aPage, aRun }: Portions = FAMILIES,
): Promise<NewsReport> => {
  const report = { news: 0, families: 0, notices: 0 }
  if (!isTimeForNews(now)) return report
  const due = (await listNewsFrom(table, parisDate(now)))
    .filter((news) => isToMail(news, now))
    .toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1))
  for (const { newsId } of due) {
    const most = aRun - report.families
    const { families, notices } = await mailOne(table, newsId, { most, aPage, now })
    report.news += families > 0 ? 1 : 0
    report.families += families
    report.notices += notices
  }
  return report
}
