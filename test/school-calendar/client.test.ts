import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rowsOfAll, startOpenData, type OpenData } from '../../lib/local/open-data.ts'
import { schoolYearIdSchema } from '../../shared/platform/schemas.ts'
import { calendarSource } from '../../shared/school-calendar/client.ts'
import type { CalendarSource, Row } from '../../shared/school-calendar/model.ts'
import { SEED } from '../../shared/school-calendar/seed.ts'

const YEARS = ['2025-2026', '2026-2027'].map((id) => schoolYearIdSchema.parse(id))

const ROWS = rowsOfAll(SEED)
const OF_ZONE_C = ROWS.filter(({ zones }) => zones === 'Zone C')

let data: OpenData
let source: CalendarSource

beforeEach(async () => {
  data = await startOpenData(SEED, 30)
  source = calendarSource({
    schoolUrl: data.url,
    publicUrl: data.url,
    pause: 1,
    patience: 300,
  })
})
afterEach(() => data.stop())

const read = async (): Promise<readonly Row[]> => {
  const answer = await source.rows('C', YEARS)
  if ('why' in answer) throw new Error(answer.why)
  return answer.rows
}

const refused = async (): Promise<string> => {
  const answer = await source.rows('C', YEARS)
  return 'why' in answer ? answer.why : 'read'
}

describe('the reader of the official calendar', () => {
  it('reads page after page until it has every row once', async () => {
    expect(await read()).toEqual(OF_ZONE_C)
    const queries = data.asked.map(({ searchParams }) => Object.fromEntries(searchParams))
    expect(queries.length).toBeGreaterThan(2)
    expect(queries[1]).toEqual({
      where: 'zones="Zone C" and annee_scolaire="2025-2026"',
      limit: '100',
      offset: '30',
      order_by: 'start_date,location,description,population',
    })
  })

  it.for([
    ['is busy', { status: 429, body: {}, headers: { 'retry-after': '0' } }],
    ['is down', { status: 503, body: 'Service Unavailable' }],
    ['answers a page of HTML', { status: 200, body: '<html>Maintenance</html>' }],
    ['breaks off', { status: 200, body: '{"total_count": 4, "results": [{"descr' }],
  ] as const)('asks again when the server %s', async ([, trouble]) => {
    data.disturb(trouble, trouble, trouble)
    expect(await read()).toEqual(OF_ZONE_C)
  })

  it('gives up after four times, and reads nothing of what it had', async () => {
    const down = { status: 503, body: {} }
    data.disturb({ status: 200, body: { total_count: 60, results: OF_ZONE_C.slice(0, 30) } })
    data.disturb(down, down, down, down)
    expect(await refused()).toBe('127.0.0.1 answers 503')
    expect(data.asked).toHaveLength(5)
  })

  it('does not repeat a question that is refused', async () => {
    data.disturb({ status: 400, body: { error_code: 'ODSQLError' } })
    expect(await refused()).toBe('127.0.0.1 answers 400')
    expect(data.asked).toHaveLength(1)
  })

  it('waits for as long as it is asked to, within its time', async () => {
    data.disturb({ status: 429, body: {}, headers: { 'retry-after': '1' } })
    const from = performance.now()
    await read()
    expect(performance.now() - from).toBeGreaterThan(990)
  })

  it.for([
    ['has no end', { end_date: null }],
    ['has a date that is none', { start_date: '2026-13-45T22:00:00+00:00' }],
    ['has a date without a time', { start_date: '2026-10-17' }],
    ['has another kind of year', { annee_scolaire: '2025-2026', description: '' }],
  ] as const)('refuses the whole answer when a row %s', async ([, fault]) => {
    data.publish(OF_ZONE_C.map((row, index) => (index === 3 ? { ...row, ...fault } : row)))
    expect(await refused()).toMatch(/^row 3\./)
  })

  it('refuses an answer that is none of records, that ends too early or is too long', async () => {
    data.disturb({ status: 200, body: { message: 'Hello' } })
    expect(await refused()).toBe('an answer that is no page of records')
    data.disturb(
      { status: 200, body: { total_count: 60, results: OF_ZONE_C.slice(0, 30) } },
      { status: 200, body: { total_count: 60, results: [] } },
    )
    expect(await refused()).toBe('30 of 60 rows')
    data.disturb({ status: 200, body: { total_count: 90_000, results: OF_ZONE_C } })
    expect(await refused()).toBe('90000 rows')
  })

  it('says that nobody answers', async () => {
    await data.stop()
    expect(await refused()).toMatch(/^127\.0\.0\.1: /)
    data = await startOpenData(SEED)
  })

  it('reads the public holidays of a year', async () => {
    const answer = await source.publicHolidays(2027)
    if ('why' in answer) throw new Error(answer.why)
    // As the State published them.
    expect(answer.days).toEqual([
      '2027-01-01',
      '2027-03-29',
      '2027-05-01',
      '2027-05-06',
      '2027-05-08',
      '2027-05-17',
      '2027-07-14',
      '2027-08-15',
      '2027-11-01',
      '2027-11-11',
      '2027-12-25',
    ])
    data.disturb({ status: 200, body: { jour: 'férié' } })
    expect(await source.publicHolidays(2027)).toEqual({ why: 'public holidays that are no days' })
  })
})
