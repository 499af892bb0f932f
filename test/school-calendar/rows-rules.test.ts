import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { rowsOfAll } from '../../lib/local/open-data.ts'
import { schoolYearIdSchema } from '../../shared/platform/schemas.ts'
import { rowSchema, type OfficialYear, type Row } from '../../shared/school-calendar/model.ts'
import { readYear } from '../../shared/school-calendar/rows-rules.ts'
import { SEED } from '../../shared/school-calendar/seed.ts'

const Y2025 = schoolYearIdSchema.parse('2025-2026')
const Y2026 = schoolYearIdSchema.parse('2026-2027')

const ROWS = z.array(rowSchema).parse(rowsOfAll(SEED))

const published = (rows: readonly Row[], id = Y2026): OfficialYear => {
  const reading = readYear(rows, 'C', id)
  if (reading.kind !== 'published') throw new Error(reading.kind)
  return reading.year
}

/** A row like those of an académie of zone C. */
const row = (description: string, start: string, end: string, more: Partial<Row> = {}): Row => ({
  description,
  population: '-',
  start_date: start,
  end_date: end,
  location: 'Paris',
  zones: 'Zone C',
  annee_scolaire: Y2026,
  ...more,
})

/** The rows of zone C without those of a name. */
const without = (description: RegExp): Row[] =>
  ROWS.filter((each) => each.zones !== 'Zone C' || !description.test(each.description))

describe('the rows of the official data set', () => {
  it.for(SEED)('give zone $zone its dates of $id', (year) => {
    const reading = readYear(ROWS, year.zone, year.id)
    expect(reading).toEqual({ kind: 'published', year })
  })

  it('are midnights of Paris, in summer and in winter time', () => {
    const starts = ROWS.filter(({ zones }) => zones === 'Zone C').map((each) => each.start_date)
    expect(starts).toContain('2026-10-16T22:00:00+00:00')
    expect(starts).toContain('2026-12-18T23:00:00+00:00')
    expect(published(ROWS).holidays.map(({ from }) => from)).toEqual(
      expect.arrayContaining(['2026-10-17', '2026-12-19']),
    )
  })

  it('end on the day on which classes resume', () => {
    const [allSaints] = published(ROWS).holidays
    expect(allSaints).toMatchObject({ from: '2026-10-17', back: '2026-11-02' })
  })

  it('come once for each académie and count once', () => {
    const rows = ROWS.filter((each) => each.zones === 'Zone C' && each.annee_scolaire === Y2026)
    expect(rows.filter(({ description }) => description === 'Vacances de Noël')).toHaveLength(5)
    expect(published(ROWS).holidays).toHaveLength(5)
  })

  it('are dropped where they are for teachers alone', () => {
    const teachers = row('Journée de formation', '2026-11-12T23:00:00Z', '2026-11-13T23:00:00Z', {
      population: 'Enseignants',
    })
    expect(published([...ROWS, teachers])).toEqual(published(ROWS))
    const everybody = { ...teachers, population: 'Premier degré' }
    expect(published([...ROWS, everybody]).holidays).toHaveLength(6)
  })

  it('mean one day off where they begin and end at once', () => {
    const bridge = published(ROWS).holidays.find(({ name }) => name === 'Pont de l’Ascension')
    expect(bridge).toMatchObject({ from: '2027-05-07', back: '2027-05-08' })
  })

  it('end the year when summer begins, be its end known or not', () => {
    expect(published(ROWS, Y2025).lastDay).toBe('2026-07-03')
    expect(published(ROWS).lastDay).toBe('2027-07-02')
    const summers = ROWS.filter(({ description }) => description.endsWith("Vacances d'Été"))
    expect(summers.map(({ description }) => description)).toContain("Début des Vacances d'Été")
  })

  it('begin the year by the end of the summer before, where no row says the return of pupils', () => {
    expect(published(without(/^Rentrée/))).toEqual(published(ROWS))
    expect(readYear(without(/^Rentrée/), 'C', Y2025)).toEqual({ kind: 'unpublished' })
  })

  it('follow most académies of the zone, where a rector has decided otherwise', () => {
    const [sample] = ROWS.filter(
      ({ zones, description, annee_scolaire }) =>
        zones === 'Zone C' && description === 'Vacances de Noël' && annee_scolaire === Y2026,
    )
    if (sample === undefined) throw new Error('There is a Christmas')
    const other = { ...sample, start_date: '2026-12-19T23:00:00+00:00' }
    const rows = ROWS.map((each) => (each === sample ? other : each))
    expect(published(rows)).toEqual(published(ROWS))
  })

  it('are not used where as many académies say one thing as another', () => {
    const one = row('Journée banalisée', '2026-11-12T23:00:00Z', '2026-11-12T23:00:00Z')
    const other = { ...one, location: 'Créteil', start_date: '2026-11-11T23:00:00Z' }
    expect(readYear([...ROWS, one, other], 'C', Y2026)).toEqual({
      kind: 'contradictory',
      why: 'Journée banalisée',
    })
  })

  it.for([
    ['that end before they begin', '2026-11-20T23:00:00Z', '2026-11-18T23:00:00Z'],
    ['that lie in others', '2026-12-21T23:00:00Z', '2026-12-23T23:00:00Z'],
    ['that last for months', '2027-02-28T23:00:00Z', '2027-06-01T22:00:00Z'],
    ['that lie in summer', '2027-07-20T22:00:00Z', '2027-07-22T22:00:00Z'],
  ] as const)('are not used where there are holidays %s', ([, start, end]) => {
    const rows = [...ROWS, row('Vacances impossibles', start, end)]
    expect(readYear(rows, 'C', Y2026)).toEqual({
      kind: 'contradictory',
      why: 'Vacances impossibles',
    })
  })

  it('publish nothing of a year before its long holidays and its summer are there', () => {
    expect(readYear([], 'C', Y2026)).toEqual({ kind: 'unpublished' })
    for (const missing of [/^Vacances de Noël/, /^Vacances d'Hiver/, /Vacances d'Été$/]) {
      const rows = without(missing)
      expect(readYear(rows, 'C', Y2026)).toEqual({ kind: 'unpublished' })
    }
  })

  it('say nothing of other zones', () => {
    const others = ROWS.filter(({ zones }) => zones !== 'Zone C')
    expect(readYear(others, 'C', Y2026)).toEqual({ kind: 'unpublished' })
  })
})
