import { createServer, type ServerResponse } from 'node:http'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { parisInstant } from '../../shared/kernel/paris.ts'
import { publicHolidays } from '../../shared/kernel/public-holidays.ts'
import { listen, type Served } from './listen.ts'

/** The official dates of a school year in a zone. */
export interface PublishedYear {
  /** `2026-2027` */
  readonly id: string
  readonly zone: 'A' | 'B' | 'C'
  readonly firstDay: IsoDate
  readonly lastDay: IsoDate
  /** Each with the day on which classes resume. */
  readonly holidays: readonly {
    readonly name: string
    readonly from: IsoDate
    readonly back: IsoDate
  }[]
}

/** A row of the data set `fr-en-calendrier-scolaire`. */
export interface CalendarRow {
  readonly description: string
  readonly population: string | null
  readonly start_date: string
  readonly end_date: string
  readonly location: string
  readonly zones: string
  readonly annee_scolaire: string
}

const ACADEMIES: Readonly<Record<PublishedYear['zone'], readonly string[]>> = {
  A: [
    'Besançon',
    'Bordeaux',
    'Clermont-Ferrand',
    'Dijon',
    'Grenoble',
    'Limoges',
    'Lyon',
    'Poitiers',
  ],
  B: ['Aix-Marseille', 'Amiens', 'Lille', 'Nancy-Metz', 'Nantes', 'Nice', 'Normandie', 'Rennes'],
  C: ['Créteil', 'Montpellier', 'Paris', 'Toulouse', 'Versailles'],
}

/** The most rows of one answer, as the data set has it. */
const PAGE = 100

/** A day as the data set writes it: the midnight of Paris, in UTC. */
const midnight = (date: IsoDate): string =>
  parisInstant(date, '00:00').toISOString().replace('.000Z', '+00:00')

/**
 * A school year as rows of the data set, with what is odd about them: one for each académie, straight
 * apostrophes, days of teachers among those of pupils, single days that end when they begin.
 *
 * @param nextFirstDay the return after summer; until it is known, summer is the mark of its first day.
 */
export const rowsOf = (year: PublishedYear, nextFirstDay?: IsoDate): CalendarRow[] =>
  ACADEMIES[year.zone].flatMap((location) => {
    const row = (
      description: string,
      from: IsoDate,
      back: IsoDate,
      population: string | null = '-',
    ): CalendarRow => ({
      description: description.replaceAll('’', "'"),
      population,
      start_date: midnight(from),
      end_date: midnight(back),
      location,
      zones: `Zone ${year.zone}`,
      annee_scolaire: year.id,
    })
    const summer = addDays(year.lastDay, 1)
    return [
      row('Prérentrée des enseignants', addDays(year.firstDay, -1), year.firstDay, 'Enseignants'),
      row('Rentrée scolaire des élèves', year.firstDay, year.firstDay, 'Élèves'),
      ...year.holidays.map(({ name, from, back }) =>
        row(name, from, addDays(from, 1) === back ? from : back),
      ),
      ...(nextFirstDay === undefined
        ? [row('Début des Vacances d’Été', summer, summer)]
        : [
            row('Vacances d’Été', summer, nextFirstDay, 'Élèves'),
            row('Vacances d’Été', summer, addDays(nextFirstDay, -1), 'Enseignants'),
          ]),
    ]
  })

/** All rows of some years: the summer of each ends when the next one of its zone begins. */
export const rowsOfAll = (years: readonly PublishedYear[]): CalendarRow[] =>
  years.flatMap((year) => {
    const next = years.find(({ zone, id }) => zone === year.zone && id.startsWith(year.id.slice(5)))
    return rowsOf(year, next?.firstDay)
  })

/** What is answered once in the place of what was asked for. */
export interface Trouble {
  readonly status: number
  /** JSON, or a text that is sent as it is. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The open data of the State on this machine. */
export interface OpenData extends Served {
  /** What it was asked, in order. */
  readonly asked: readonly URL[]
  /** Publishes other rows from now on. */
  readonly publish: (rows: readonly unknown[]) => void
  /** Answers the next question otherwise; each trouble once. */
  readonly disturb: (...troubles: readonly Trouble[]) => void
}

const send = (response: ServerResponse, { status, body, headers }: Trouble): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

const isRowOf = (row: unknown, zone: string, year: string): boolean =>
  row instanceof Object &&
  'zones' in row &&
  'annee_scolaire' in row &&
  row.zones === zone &&
  row.annee_scolaire === year

/**
 * Serves the school calendar of the ministry and the public holidays of the State, by the two questions that
 * the portal asks.
 *
 * @param years what the ministry has published.
 * @param page the most rows of one answer.
 */
export const startOpenData = async (
  years: readonly PublishedYear[],
  page = PAGE,
): Promise<OpenData> => {
  const asked: URL[] = []
  const troubles: Trouble[] = []
  let published: readonly unknown[] = rowsOfAll(years)

  const records = (query: URLSearchParams): Trouble => {
    const where = query.get('where') ?? ''
    const [, zone = '', year = ''] =
      /^zones="([^"]+)" and annee_scolaire="([^"]+)"$/.exec(where) ?? []
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))]
    if (zone === '' || limit < 1 || limit > PAGE) {
      return { status: 400, body: { error_code: 'ODSQLError', message: 'Invalid query' } }
    }
    const rows = published.filter((row) => isRowOf(row, zone, year))
    const results = rows.slice(offset, offset + Math.min(limit, page))
    return { status: 200, body: { total_count: rows.length, results } }
  }

  const answerTo = ({ pathname, searchParams }: URL): Trouble => {
    if (pathname.endsWith('/fr-en-calendrier-scolaire/records')) return records(searchParams)
    const [, year] = /^\/jours-feries\/metropole\/(\d{4})\.json$/.exec(pathname) ?? []
    return year === undefined
      ? { status: 404, body: { message: 'Not found' } }
      : { status: 200, body: Object.fromEntries(publicHolidays(Number(year))) }
  }

  const served = await listen(
    createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      asked.push(url)
      send(response, troubles.shift() ?? answerTo(url))
    }),
  )
  return {
    ...served,
    asked,
    publish: (rows) => {
      published = rows
    },
    disturb: (...more) => {
      troubles.push(...more)
    },
  }
}
