import { expect, test } from 'vitest'
import { TableBusyError } from '../../shared/kernel/errors.ts'
import { rosterIn } from '../../shared/places/image.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { openTable } from '../../shared/platform/table.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { engineOfThisFile } from '../support/engine.ts'
import { UNITS_ARE_EXACT } from '../support/meter.ts'
import { balanceOf } from './rush/balance.ts'
import { answerOf, type Answer } from './rush/crowd.ts'
import { missed } from './rush/figures.ts'
import { openTown, runControl, runRush } from './rush/scenario.ts'
import { createTable, deleteTable, openClient, readEverything } from './rush/table.ts'
import { townOf, wishesOf } from './rush/town.ts'
import { exposeToWeather, lockTable } from './rush/weather.ts'

const { endpoint } = await engineOfThisFile()
const place = (name: string) => ({ endpoint, tableName: `${name}-${process.pid}` })

test('a rush on few places overbooks nothing, loses nothing and answers everybody [guide 36]', async () => {
  const demand = { families: 80, sessions: 1, places: 12 }
  const { figures } = await runRush(place('rush-one'), demand, 32)
  expect(missed(figures, { unitsAreExact: UNITS_ARE_EXACT })).toEqual([])
  expect(figures).toMatchObject({ accepted: 12, waiting: 68, giveUps: 0 })
})

test('a rush on several sessions fills each of them', async () => {
  const demand = { families: 40, sessions: 4, places: 3 }
  const { figures } = await runRush(place('rush-many'), demand, 16)
  expect(missed(figures, { unitsAreExact: UNITS_ARE_EXACT })).toEqual([])
  expect(figures).toMatchObject({ accepted: 12, waiting: 28 })
})

test('a counter inside transactions meets locks, and needs more writes for a place', async () => {
  const { figures, details } = await runControl(
    place('rush-control'),
    { families: 60, sessions: 1, places: 40 },
    32,
  )
  expect(details.conflicts['counter']).toBeGreaterThan(0)
  expect(figures.attemptsPerBooking).toBeGreaterThan(1)
  expect(figures.accepted + figures.placesLeft).toBe(40)
})

test('in the weather of the rush a transaction keeps its items to itself, and calls are throttled', async () => {
  const at = place('rush-weather')
  await createTable(at)
  const documents = openClient(endpoint)
  const locks = lockTable()
  let luck = 1
  const weather = exposeToWeather(documents, locks, () => luck)
  const table = openTable(documents, at.tableName)
  const item = { pk: 'ROSTER#A', sk: 'WEEK' }

  locks.set('ROSTER#A WEEK', performance.now() + 60_000)
  await expect(table.put(item)).rejects.toThrow(TableBusyError)
  await expect(table.transact([{ kind: 'put', item }])).rejects.toThrow(TableBusyError)
  expect(weather.conflicts.get('roster')).toBe(2)
  locks.clear()
  await expect(table.transact([{ kind: 'put', item }])).resolves.toEqual({ done: true })
  expect(locks.get('ROSTER#A WEEK')).toBeGreaterThan(0)

  luck = 0
  await expect(table.get({ partition: ['ROSTER', 'A'], sort: ['WEEK'] })).resolves.toEqual(item)
  expect(weather.throttles.get('GetItem')).toBe(2)
  documents.destroy()
  await deleteTable(at)
})

/** The books of three families who wanted two places, all as it should be. */
const books = async () => {
  const demand = { families: 3, sessions: 1, places: 2 }
  const at = place('rush-books')
  await openTown(at, demand)
  const documents = openClient(endpoint)
  const booking = { table: openTable(documents, at.tableName), town: townOf(demand) }
  const answers = new Map<number, Answer>()
  for (const index of [0, 1, 2]) {
    answers.set(index, answerOf(await submitWishes(booking, wishesOf(index))))
  }
  const items = await readEverything(at)
  documents.destroy()
  await deleteTable(at)
  return { items, demand, answers }
}

const isA = (entity: string) => (item: Item) => item['entity'] === entity
const isRoster = (item: Item) => rosterIn(item) !== undefined
const withHolder = (holder: string, text?: string) => (item: Item) =>
  isRoster(item)
    ? Object.fromEntries(
        Object.entries({ ...item, [holder]: text }).filter(([, value]) => value !== undefined),
      )
    : item

test('the comparison of the books sees what does not agree', async () => {
  const { items, demand, answers } = await books()
  const fine = balanceOf(items, demand, answers)
  expect([...answers.values()]).toEqual(['accepted', 'accepted', 'waiting'])
  expect(fine).toEqual({ overbooked: 0, lost: 0, faults: [] })

  const nobody = items.map(withHolder('@F10000/enfant'))
  expect(balanceOf(nobody, demand, answers)).toMatchObject({ overbooked: 1, lost: 0 })
  const somebody = items.map(withHolder('@F10002/enfant', '..A....9'))
  expect(balanceOf(somebody, demand, answers)).toMatchObject({ overbooked: 0, lost: 1 })
  const free = items.map((item) => (isRoster(item) ? { ...item, l30: 1 } : item))
  const unsold = balanceOf(free, demand, answers)
  expect(unsold.lost).toBe(1)
  expect(unsold.faults).toEqual(['S1: 1 left + 0 freed + 2 held'])
  const unlisted = items.filter((item) => !isA('Waiting')(item))
  expect(balanceOf(unlisted, demand, answers).faults).toHaveLength(1)
  const lie = new Map<number, Answer>([...answers, [2, 'accepted']])
  expect(balanceOf(items, demand, lie).faults).toHaveLength(1)
})
