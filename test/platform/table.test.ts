import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TableBusyError } from '../../shared/kernel/errors.ts'
import { openTable } from '../../shared/platform/table.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import {
  failNext,
  throttled,
  throughputExceeded,
  transactionCancelled,
  transactionConflict,
  writeConflict,
} from '../support/faults.ts'
import { measure } from '../support/meter.ts'
import { describeTable, streamed } from '../support/table-contract.ts'
import { item, numbersOf, ownPartition } from '../support/table-items.ts'

const { table, documents, tableName, newRecords } = await streamedTable()

describeTable('the table on the engine', { table, changes: streamed(newRecords) })

describe('query through the client of AWS', () => {
  it('reads on over pages of one megabyte', async () => {
    const partition = ownPartition()
    const numbers = Array.from({ length: 12 }, (_, index) => index)
    for (const number of numbers) {
      await table.put(item({ partition, sort: [number] }, { number, filling: 'x'.repeat(200_000) }))
    }
    const { result, cost } = await measure([documents], () => table.query({ partition }))
    expect(numbersOf(result)).toEqual(numbers)
    expect(cost.calls['Query']).toBeGreaterThan(1)
    const newest = await table.query({ partition, newestFirst: true, limit: 8 })
    expect(numbersOf(newest)).toEqual([11, 10, 9, 8, 7, 6, 5, 4])
  })
})

describe('put through the client of AWS', () => {
  it('passes on what is no condition', async () => {
    const missing = openTable(documents, 'no-such-table')
    await expect(
      missing.put(item({ partition: ['A'], sort: ['B'] }), { kind: 'absent' }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('transact through the client of AWS', () => {
  it('shows the items of a refusal as DynamoDB marshals them: the table must read them', async () => {
    const partition = ownPartition()
    const held = item({ partition, sort: ['A'] }, { number: 1 })
    await table.put(held)
    const raw = await documents
      .send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName: tableName,
                Item: held,
                ConditionExpression: 'attribute_not_exists(pk)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      )
      .catch((error: unknown) => error)
    expect(raw).toBeInstanceOf(TransactionCanceledException)
    expect(raw).toMatchObject({
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { number: { N: '1' } } }],
    })
  })

  it.each([
    ['a conflict', transactionConflict()],
    ['throttling', transactionCancelled([{ Code: 'ThrottlingError' }])],
    ['throughput', transactionCancelled([{ Code: 'ProvisionedThroughputExceeded' }])],
    ['no reason', transactionCancelled([])],
  ])('asks to try again on %s, which says nothing about the data', async (_, error) => {
    onTestFinished(failNext(documents, TransactWriteCommand, [error]))
    await expect(
      table.transact([{ kind: 'put', item: item({ partition: ownPartition(), sort: ['A'] }) }]),
    ).rejects.toBeInstanceOf(TableBusyError)
  })

  const key = { partition: ownPartition(), sort: ['A'] }
  it.each([
    ['put', PutCommand, (): Promise<unknown> => table.put(item(key))],
    ['update', UpdateCommand, () => table.update(key, { set: { a: 1 } })],
    ['delete', DeleteCommand, () => table.delete(key)],
    ['count', UpdateCommand, () => table.count(key, 1)],
  ])('asks to try again a %s that meets a transaction', async (_, command, write) => {
    onTestFinished(failNext(documents, command, [writeConflict()]))
    await expect(write()).rejects.toBeInstanceOf(TableBusyError)
    await expect(write()).resolves.not.toThrow()
  })

  it('says what a condition refused even beside a conflict', async () => {
    onTestFinished(
      failNext(documents, TransactWriteCommand, [
        transactionCancelled([
          { Code: 'TransactionConflict' },
          { Code: 'ConditionalCheckFailed', Item: { number: { N: '4' } } },
        ]),
      ]),
    )
    const key = { partition: ownPartition(), sort: ['A'] }
    expect(await table.transact([{ kind: 'put', item: item(key) }])).toEqual({
      done: false,
      refused: new Map([[1, { number: 4 }]]),
    })
  })

  it.each([throttled(), throughputExceeded()])('passes on $name', async (error) => {
    onTestFinished(failNext(documents, TransactWriteCommand, [error]))
    await expect(
      table.transact([{ kind: 'put', item: item({ partition: ownPartition(), sort: ['A'] }) }]),
    ).rejects.toBe(error)
  })

  it('has one effect when the SDK sends it twice', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      kinds: ['sent-twice'],
      scenario: () => {
        const partition = ownPartition()
        return Promise.resolve({
          run: () =>
            table.transact([
              { kind: 'move-counter', key: { partition, sort: ['COUNTER'] }, from: 0, to: 1 },
              { kind: 'put', item: item({ partition, sort: ['A'] }), when: { kind: 'absent' } },
            ]),
          check: async (outcome) => {
            expect(outcome).toEqual({ done: true })
            expect(await table.query({ partition })).toHaveLength(2)
          },
        })
      },
    })
    expect(crashes).toHaveLength(1)
  })

  it('shows every write of a transaction in the stream', async () => {
    await newRecords()
    const partition = ownPartition()
    await table.transact([
      { kind: 'put', item: item({ partition, sort: ['A'] }) },
      { kind: 'put', item: item({ partition, sort: ['B'] }) },
    ])
    const keys = (await newRecords()).map(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S)
    expect(keys.sort()).toEqual(['A', 'B'])
  })
})
