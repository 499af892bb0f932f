import { expect, it } from 'vitest'
import { streamedTable } from './engine.ts'

const { table, newRecords, tableName } = await streamedTable()

it('gives each call a table of its own', async () => {
  const other = await streamedTable()
  await other.table.put({ pk: 'A', sk: '1' })
  expect(other.tableName).not.toBe(tableName)
  expect(await table.query({ partition: ['A'] })).toEqual([])
})

it('hands over what was written since the last time, as a stream consumer gets it', async () => {
  await table.put({ pk: 'A', sk: '1', days: 'aa..', list: [1, true, null], map: { name: 'Léo' } })
  await table.put({ pk: 'A', sk: '2', ids: new Set(['x']), bytes: new Uint8Array([1, 2]) })
  const records = await newRecords()
  expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'INSERT'])
  expect(records[0]?.dynamodb).toMatchObject({
    Keys: { pk: { S: 'A' }, sk: { S: '1' } },
    NewImage: {
      days: { S: 'aa..' },
      list: { L: [{ N: '1' }, { BOOL: true }, { NULL: true }] },
      map: { M: { name: { S: 'Léo' } } },
    },
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  })
  expect(records[1]?.dynamodb?.NewImage).toMatchObject({ ids: { SS: ['x'] }, bytes: { B: 'AQI=' } })

  await table.put({ pk: 'A', sk: '1', days: '....' })
  const changes = await newRecords()
  expect(changes).toHaveLength(1)
  expect(changes[0]).toMatchObject({
    eventName: 'MODIFY',
    dynamodb: { NewImage: { days: { S: '....' } }, OldImage: { days: { S: 'aa..' } } },
  })
  expect(await newRecords()).toEqual([])
})
