import { BatchWriteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { GetSendQuotaCommand, SESClient } from '@aws-sdk/client-ses'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { freshTable } from './engine.ts'
import { expectCost, measure, UNITS_ARE_EXACT, type Cost } from './meter.ts'

const { documents, table, tableName } = await freshTable()

const item = (sk: string, more: object = {}) => ({ pk: 'METER', sk, ...more })

it('tells the write units of the table from those of the index', async () => {
  const { cost } = await measure([documents], () =>
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: item('1', { gsi1pk: 'A', gsi1sk: 'B', text: 'x'.repeat(1500) }),
      }),
    ),
  )
  expect(cost).toEqual({ reads: 0, tableWrites: 2, indexWrites: 2, calls: { PutItem: 1 } })
})

it.runIf(UNITS_ARE_EXACT)('counts twice the units of the table for a transaction', async () => {
  const { cost } = await measure([documents], () =>
    table.transact([
      { kind: 'put', item: item('2') },
      { kind: 'put', item: item('3') },
    ]),
  )
  expect(cost).toEqual({
    reads: 0,
    tableWrites: 4,
    indexWrites: 0,
    calls: { TransactWriteItems: 1 },
  })
})

it('adds up reads and calls of several kinds, and gives the result', async () => {
  const { cost, result } = await measure([documents], async () => {
    await documents.send(
      new BatchWriteCommand({
        RequestItems: { [tableName]: [{ PutRequest: { Item: item('4') } }] },
      }),
    )
    await documents.send(
      new GetCommand({ TableName: tableName, Key: item('4'), ConsistentRead: true }),
    )
    const { Count: count } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :a',
        ExpressionAttributeValues: { ':a': 'A' },
      }),
    )
    return count
  })
  expect(result).toBe(1)
  expect(cost).toEqual({
    reads: 1.5,
    tableWrites: 1,
    indexWrites: 0,
    calls: { BatchWriteItem: 1, GetItem: 1, Query: 1 },
  })
})

it('counts a call that is refused, and calls of other services, without units', async () => {
  const ses = new SESClient({ maxAttempts: 1 })
  const { cost } = await measure([documents, ses], async () => {
    await table.put(item('4'), { kind: 'absent' })
    await ses.send(new GetSendQuotaCommand({})).catch(() => undefined)
  })
  expect(cost).toEqual({
    reads: 0,
    tableWrites: 0,
    indexWrites: 0,
    calls: { PutItem: 1, GetSendQuota: 1 },
  })
})

it('leaves nothing on the client', async () => {
  const before = documents.middlewareStack.identify()
  await measure([documents], () => table.get({ partition: ['METER'], sort: ['1'] }))
  expect(documents.middlewareStack.identify()).toEqual(before)
})

const golden = (): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'costs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return pathToFileURL(join(folder, 'costs.json'))
}

const cost: Cost = { reads: 1, tableWrites: 4, indexWrites: 2, calls: { Query: 1, PutItem: 2 } }

it('accepts the cost that was recorded, and keeps the file sorted', () => {
  const file = golden()
  expectCost('b', cost, { file, record: true, exact: true })
  expectCost('a', cost, { file, record: true, exact: true })
  expect(() => expectCost('b', cost, { file, record: false, exact: true })).not.toThrow()
  const text = readFileSync(file, 'utf8')
  expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'))
  expect(text.indexOf('PutItem')).toBeLessThan(text.indexOf('Query'))
})

it.each([
  ['rose', { ...cost, reads: 1.5 }],
  ['rose', { ...cost, tableWrites: 3, indexWrites: 3 }],
  ['rose', { ...cost, calls: { ...cost.calls, PutItem: 3 } }],
  ['rose', { ...cost, calls: { ...cost.calls, GetItem: 1 } }],
  ['fell', { ...cost, tableWrites: 3 }],
  ['fell', { ...cost, calls: { Query: 1 } }],
])('fails when a cost %s: %j', (change, actual) => {
  const file = golden()
  expectCost('use case', cost, { file, record: true, exact: true })
  expect(() => expectCost('use case', actual, { file, record: false, exact: true })).toThrow(
    `The cost of “use case” ${change}`,
  )
})

it('fails for a use case that was never recorded', () => {
  expect(() => expectCost('new', cost, { file: golden(), record: false, exact: true })).toThrow(
    'never recorded',
  )
})

it('compares the round trips alone where units are not exact', () => {
  const file = golden()
  expectCost('use case', cost, { file, record: true, exact: true })
  const compare = (actual: Cost) => () =>
    expectCost('use case', actual, { file, record: false, exact: false })
  expect(compare({ ...cost, tableWrites: 2 })).not.toThrow()
  expect(compare({ ...cost, calls: { ...cost.calls, Query: 2 } })).toThrow()
  expect(() => expectCost('use case', cost, { file, record: true, exact: false })).toThrow('exact')
})
