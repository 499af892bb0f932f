import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { isoDateSchema, type SchoolYearId } from '../platform/schemas.ts'
import { rowSchema, type CalendarSource, type Row, type Unreadable, type Zone } from './model.ts'

/** Where the official calendars are, and how long they are waited for. */
export interface SourceSettings {
  /** `https://data.education.gouv.fr` */
  readonly schoolUrl: string
  /** `https://calendrier.api.gouv.fr` */
  readonly publicUrl: string
  /** How long one answer is waited for, in milliseconds; 10 s unless given. */
  readonly patience?: number
  /** The first pause before it is asked again, in milliseconds; 2 s unless given. The next is three times it. */
  readonly pause?: number
}

const RECORDS = '/api/explore/v2.1/catalog/datasets/fr-en-calendrier-scolaire/records'

/** The most rows of one answer (a limit of the data set). */
const PAGE = 100

/** The rows of a zone and year are some 80: what has many more answers another question. */
const MOST_ROWS = 2000

/** How often one page is asked for. */
const ATTEMPTS = 4

/** The longest pause that an answer can ask for, in milliseconds: the function has five minutes. */
const LONGEST_PAUSE = 30_000

/** The rows of a page are read one by one: their number is that of the data set, not of those that fit. */
const pageSchema = z.object({ total_count: z.int().min(0), results: z.array(z.unknown()) })

type Read = { readonly content: unknown } | Unreadable

/** Whether the same question may be answered later: the server is busy, down, or has enough of us. */
const isMendable = (status: number): boolean => status === 429 || status >= 500

/** For how long an answer asks to be left alone, in milliseconds; nothing where it does not say. */
const askedPause = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

/**
 * The official calendars by HTTP: the data set of the Ministry of Education, and the public holidays of
 * the State. Both are open to everybody and ask for no token. Each question is asked up to four times,
 * with pauses that grow or that the answer asks for; what is not read whole is not read at all.
 */
export const calendarSource = ({
  schoolUrl,
  publicUrl,
  patience = 10_000,
  pause = 2000,
}: SourceSettings): CalendarSource => {
  const ask = async (address: URL): Promise<Read & { readonly after?: number }> => {
    try {
      const response = await fetch(address, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(patience),
      })
      if (response.ok) return { content: await response.json() }
      const after = isMendable(response.status) ? (askedPause(response) ?? 0) : undefined
      const why = `${address.hostname} answers ${String(response.status)}`
      return after === undefined ? { why } : { why, after }
    } catch (error) {
      // No answer, none in time, or one that is no JSON: the page of an outage, half a page.
      const name = error instanceof Error ? error.name : 'unknown'
      return { why: `${address.hostname}: ${name}`, after: 0 }
    }
  }

  const read = async (address: URL): Promise<Read> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask(address)
      if ('content' in answer || answer.after === undefined || attempt === ATTEMPTS) return answer
      const own = pause * 3 ** (attempt - 1)
      await wait(Math.min(Math.max(own, answer.after), LONGEST_PAUSE))
    }
  }

  const readPage = async (
    where: string,
    offset: number,
  ): Promise<{ readonly rows: readonly Row[]; readonly total: number } | Unreadable> => {
    const address = new URL(RECORDS, schoolUrl)
    address.search = new URLSearchParams({
      where,
      limit: String(PAGE),
      offset: String(offset),
      // A day on which all académies begin fills pages: without a full order rows come twice or never.
      order_by: 'start_date,location,description,population',
    }).toString()
    const answer = await read(address)
    if ('why' in answer) return answer
    const page = pageSchema.safeParse(answer.content)
    if (!page.success) return { why: 'an answer that is no page of records' }
    const rows = z.array(rowSchema).safeParse(page.data.results)
    if (rows.success) return { rows: rows.data, total: page.data.total_count }
    const [fault] = rows.error.issues
    return { why: `row ${fault?.path.join('.') ?? ''}: ${fault?.message ?? ''}` }
  }

  const readRows = async (
    zone: Zone,
    year: SchoolYearId,
  ): Promise<{ readonly rows: readonly Row[] } | Unreadable> => {
    const where = `zones="Zone ${zone}" and annee_scolaire="${year}"`
    const rows: Row[] = []
    for (;;) {
      const page = await readPage(where, rows.length)
      if ('why' in page) return page
      rows.push(...page.rows)
      if (page.total > MOST_ROWS) return { why: `${String(page.total)} rows` }
      if (rows.length >= page.total) return { rows }
      if (page.rows.length === 0)
        return { why: `${String(rows.length)} of ${String(page.total)} rows` }
    }
  }

  return {
    addresses: [schoolUrl, publicUrl],
    rows: async (zone, years) => {
      const rows: Row[] = []
      for (const year of years) {
        const answer = await readRows(zone, year)
        if ('why' in answer) return answer
        rows.push(...answer.rows)
      }
      return { rows }
    },
    publicHolidays: async (year) => {
      const answer = await read(new URL(`/jours-feries/metropole/${String(year)}.json`, publicUrl))
      if ('why' in answer) return answer
      const days = z.record(z.string(), z.string()).safeParse(answer.content)
      const dates = z.array(isoDateSchema).safeParse(Object.keys(days.data ?? {}))
      return dates.success && days.success
        ? { days: dates.data.toSorted() }
        : { why: 'public holidays that are no days' }
    },
  }
}
