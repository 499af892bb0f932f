import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, cessonTown, GUIDE_DAY } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()
const untouched = await freshTable()

const named = (name: string): typeof cesson.catalogue => ({
  ...cesson.catalogue,
  town: { ...cesson.catalogue.town, name },
})

/** The table with the reads through it, of which the next can be made to fail. */
const watched = () => {
  const reads: string[] = []
  let failure: Error | undefined
  const read = (kind: string): void => {
    reads.push(kind)
    const error = failure
    failure = undefined
    if (error !== undefined) throw error
  }
  const through: Table = {
    ...table,
    get: async (key) => {
      read('get')
      return table.get(key)
    },
    query: async (range) => {
      read('query')
      return table.query(range)
    },
  }
  return {
    town: townCatalogue(through),
    /** The reads since the last call. */
    reads: () => reads.splice(0),
    failNext: (error: Error) => {
      failure = error
    },
  }
}

beforeEach(async () => {
  await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
  vi.useFakeTimers({ toFake: ['performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

it('loads the catalogue in force with its calendars, once', async () => {
  const { town, reads } = watched()
  const { catalogue, calendars } = await town()
  expect(catalogue).toEqual(cesson.catalogue)
  const [meals] = catalogue.activities
  if (meals === undefined) throw new Error('No activity')
  expect(calendars.stateOf(meals, '2025-11-11')).toBe(
    cessonTown.calendars.stateOf(meals, '2025-11-11'),
  )
  expect(reads()).toEqual(['get', 'query'])
  expect((await town()).catalogue).toBe(catalogue)
  expect(reads()).toEqual([])
})

it('asks again after half a minute, and loads nothing while the edition is the same', async () => {
  const { town, reads } = watched()
  const { catalogue } = await town()
  reads()
  vi.advanceTimersByTime(29_999)
  await town()
  expect(reads()).toEqual([])
  vi.advanceTimersByTime(1)
  expect((await town()).catalogue).toBe(catalogue)
  expect(reads()).toEqual(['get'])
  vi.advanceTimersByTime(29_999)
  await town()
  expect(reads()).toEqual([])
})

it('takes a new edition over within half a minute, calendars included', async () => {
  const { town, reads } = watched()
  await town()
  const next = {
    ...named('Cesson-la-Nouvelle'),
    schoolYears: cesson.catalogue.schoolYears.map((year) =>
      year.id === '2025-2026' ? { ...year, lastDay: '2026-07-02' as const } : year,
    ),
  }
  await publishCatalogue(table, next, GUIDE_DAY)
  expect((await town()).catalogue.town.name).toBe('Cesson')
  vi.advanceTimersByTime(30_000)
  reads()
  const { catalogue, calendars } = await town()
  expect(reads()).toEqual(['get', 'query'])
  expect(catalogue.town.name).toBe('Cesson-la-Nouvelle')
  expect(calendars.schoolYearFrom('2026-07-03')?.id).toBe('2026-2027')
})

it('asks again at the next call when it could not ask', async () => {
  const { town, reads, failNext } = watched()
  await town()
  reads()
  vi.advanceTimersByTime(30_000)
  failNext(new Error('no table'))
  await expect(town()).rejects.toThrow('no table')
  expect((await town()).catalogue).toEqual(cesson.catalogue)
  expect(reads()).toEqual(['get', 'get'])
})

it('is unavailable until the first town file is loaded, and no longer', async () => {
  const town = townCatalogue(untouched.table)
  await expect(town()).rejects.toMatchObject({ code: 'unavailable' })
  await publishCatalogue(untouched.table, cesson.catalogue, GUIDE_DAY)
  expect((await town()).catalogue.town.name).toBe('Cesson')
})
