import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keyAttributes } from '../../shared/platform/entity.ts'
import type { Key, Segment } from '../../shared/platform/keys.ts'
import { TableBusyError } from '../../shared/kernel/errors.ts'
import { counterValue, openTable } from '../../shared/platform/table.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import {
  failNext,
  throttled,
  throughputExceeded,
  transactionCancelled,
  transactionConflict,
} from '../support/faults.ts'
import { measure } from '../support/meter.ts'

const { table, documents, tableName, newRecords } = await freshTable()

/** A partition that no other test writes to. */
const ownPartition = (): readonly Segment[] => ['TEST', randomUUID()]

const item = (key: Key, more: object = {}) => ({ ...keyAttributes(key), ...more })

const numbersOf = (items: readonly Record<string, unknown>[]) => items.map(({ number }) => number)

const fill = async (partition: readonly Segment[], numbers: readonly number[]) => {
  for (const number of numbers) {
    await table.put(item({ partition, sort: ['ITEM', number] }, { number }))
  }
}

describe('get', () => {
  it('returns what was put, with every kind of value', async () => {
    const key = { partition: ownPartition(), sort: ['A'] }
    const stored = item(key, {
      text: 'Léo',
      zero: 0,
      no: false,
      nothing: null,
      list: [1, 'two', { three: 3 }],
      months: { '2025-09': { repas: '.'.repeat(31) } },
    })
    await table.put({ ...stored, left: undefined })
    expect(await table.get(key)).toEqual(stored)
  })

  it('returns nothing where there is nothing', async () => {
    expect(await table.get({ partition: ownPartition(), sort: ['A'] })).toBeUndefined()
  })
})

describe('query', () => {
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

  it('reads the items below a prefix only', async () => {
    const partition = ownPartition()
    for (const sort of [['FILE', 'A'], ['FILE', 'B', 'C'], ['FILE'], ['FILES', 'D'], ['EILE']]) {
      await table.put(item({ partition, sort }, { number: sort.join(' ') }))
    }
    expect(numbersOf(await table.query({ partition, from: ['FILE'] }))).toEqual([
      'FILE',
      'FILE A',
      'FILE B C',
    ])
  })

  it('reads from a prefix to a prefix, both included, oldest or newest first', async () => {
    const partition = ownPartition()
    await fill(partition, [1, 2, 3, 10, 100])
    const range = { partition, from: ['ITEM', 2], to: ['ITEM', 10] }
    expect(numbersOf(await table.query(range))).toEqual([2, 3, 10])
    expect(numbersOf(await table.query({ ...range, newestFirst: true }))).toEqual([10, 3, 2])
  })

  it.each([1, 2, 5, 9])('reads at most %i items', async (limit) => {
    const partition = ownPartition()
    await fill(partition, [1, 2, 3, 4, 5])
    expect(numbersOf(await table.query({ partition, limit }))).toEqual(
      [1, 2, 3, 4, 5].slice(0, limit),
    )
  })

  it('reads what the index shows, and nothing that is not in it', async () => {
    const partition = ownPartition()
    const shown = ['SHOWN', randomUUID()]
    const inIndex = (number: number) => ({ gsi1pk: shown.join('#'), gsi1sk: String(number) })
    await table.put(item({ partition, sort: ['A'] }, { number: 2, ...inIndex(2) }))
    await table.put(item({ partition, sort: ['B'] }, { number: 1, ...inIndex(1) }))
    await table.put(item({ partition, sort: ['C'] }, { number: 3 }))
    expect(numbersOf(await table.query({ partition: shown, index: true }))).toEqual([1, 2])

    await table.put(item({ partition, sort: ['B'] }, { number: 1 }))
    expect(numbersOf(await table.query({ partition: shown, index: true }))).toEqual([2])
  })

  it('reads nothing from an empty partition', async () => {
    expect(await table.query({ partition: ownPartition() })).toEqual([])
  })
})

describe('put', () => {
  it('writes over what is there unless it is told when', async () => {
    const key = { partition: ownPartition(), sort: ['A'] }
    expect(await table.put(item(key, { number: 1 }))).toBe(true)
    expect(await table.put(item(key, { number: 2 }))).toBe(true)
    expect(await table.get(key)).toMatchObject({ number: 2 })
  })

  it('writes where nothing is, once', async () => {
    const key = { partition: ownPartition(), sort: ['A'] }
    expect(await table.put(item(key, { number: 1 }), { kind: 'absent' })).toBe(true)
    expect(await table.put(item(key, { number: 2 }), { kind: 'absent' })).toBe(false)
    expect(await table.get(key)).toMatchObject({ number: 1 })
  })

  it.each([
    ['the first version where nothing is', undefined, 0, true],
    ['the first version over another', 1, 0, false],
    ['the next version', 1, 1, true],
    ['over a version that has moved on', 2, 1, false],
    ['the second version where nothing is', undefined, 1, false],
  ])('decides on the version: %s', async (_, stored, read, done) => {
    const key = { partition: ownPartition(), sort: ['A'] }
    if (stored !== undefined) await table.put(item(key, { version: stored }))
    const written = item(key, { version: read + 1, mine: true })
    expect(await table.put(written, { kind: 'version', version: read })).toBe(done)
    expect((await table.get(key))?.['mine']).toBe(done ? true : undefined)
  })

  it('lets one of many writers of the same version win', async () => {
    const key = { partition: ownPartition(), sort: ['A'] }
    const wins = await Promise.all(
      Array.from({ length: 10 }, (_, writer) =>
        table.put(item(key, { version: 1, writer }), { kind: 'version', version: 0 }),
      ),
    )
    expect(wins.filter(Boolean)).toHaveLength(1)
    expect(await table.get(key)).toMatchObject({ writer: wins.indexOf(true) })
  })

  it('passes on what is no condition', async () => {
    const missing = openTable(documents, 'no-such-table')
    await expect(
      missing.put(item({ partition: ['A'], sort: ['B'] }), { kind: 'absent' }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('transact', () => {
  it('writes everything', async () => {
    const partition = ownPartition()
    const counter = { partition, sort: ['COUNTER'] }
    const outcome = await table.transact([
      { kind: 'put', item: item({ partition, sort: ['A'] }, { number: 1 }) },
      { kind: 'put', item: item({ partition, sort: ['B'] }), when: { kind: 'absent' } },
      { kind: 'move-counter', key: counter, from: 0, to: 4 },
    ])
    expect(outcome).toEqual({ done: true })
    expect(await table.query({ partition })).toHaveLength(3)
  })

  it('writes nothing when one write is refused, and says which and what is there', async () => {
    const partition = ownPartition()
    const held = item({ partition, sort: ['B'] }, { version: 3, child: { name: 'Léo' }, at: [1] })
    await table.put(held)
    const outcome = await table.transact([
      { kind: 'put', item: item({ partition, sort: ['A'] }) },
      { kind: 'put', item: item({ partition, sort: ['B'] }), when: { kind: 'absent' } },
      {
        kind: 'put',
        item: item({ partition, sort: ['C'] }, { version: 2 }),
        when: { kind: 'version', version: 1 },
      },
    ])
    expect(outcome).toEqual({
      done: false,
      refused: new Map<number, unknown>([
        [1, held],
        [2, undefined],
      ]),
    })
    expect(await table.query({ partition })).toEqual([held])
  })

  it('moves a counter from where it is known to stand', async () => {
    const key = { partition: ownPartition(), sort: ['COUNTER'] }
    expect(counterValue(await table.get(key))).toBe(0)
    await table.transact([{ kind: 'move-counter', key, from: 0, to: 2 }])
    const outcome = await table.transact([{ kind: 'move-counter', key, from: 2, to: 5 }])
    expect(outcome.done).toBe(true)
    expect(counterValue(await table.get(key))).toBe(5)
  })

  it('refuses to move a counter from where it no longer stands, and says where it does', async () => {
    const key = { partition: ownPartition(), sort: ['COUNTER'] }
    await table.transact([{ kind: 'move-counter', key, from: 0, to: 2 }])
    for (const from of [0, 1, 3]) {
      const outcome = await table.transact([{ kind: 'move-counter', key, from, to: from + 1 }])
      expect(outcome.done).toBe(false)
      if (!outcome.done) expect(counterValue(outcome.refused.get(0))).toBe(2)
    }
    const absent = { partition: ownPartition(), sort: ['COUNTER'] }
    const outcome = await table.transact([{ kind: 'move-counter', key: absent, from: 1, to: 2 }])
    expect(outcome).toEqual({ done: false, refused: new Map([[0, undefined]]) })
  })

  it('moves a counter that stands at 0 and is written', async () => {
    const key = { partition: ownPartition(), sort: ['COUNTER'] }
    await table.count(key, 0)
    const outcome = await table.transact([{ kind: 'move-counter', key, from: 0, to: 1 }])
    expect(outcome.done).toBe(true)
  })

  it('gives each number of a series once to writers at the same time', async () => {
    const partition = ownPartition()
    const key = { partition, sort: ['COUNTER'] }
    const issue = async (writer: number): Promise<void> => {
      for (;;) {
        const from = counterValue(await table.get(key))
        const written = item({ partition, sort: ['ISSUED', from] }, { number: from, writer })
        const { done } = await table
          .transact([
            { kind: 'move-counter', key, from, to: from + 1 },
            { kind: 'put', item: written, when: { kind: 'absent' } },
          ])
          .catch((error: unknown) => {
            if (error instanceof TableBusyError) return { done: false }
            throw error
          })
        if (done) return
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, writer) => issue(writer)))
    const issued = await table.query({ partition, from: ['ISSUED'] })
    expect(numbersOf(issued)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(new Set(issued.map(({ writer }) => writer)).size).toBe(8)
  })

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

describe('count', () => {
  it('counts from nothing, by any step, and says where it stands', async () => {
    const key = { partition: ownPartition(), sort: ['COUNTER'] }
    expect(await table.count(key, 1)).toBe(1)
    expect(await table.count(key, 4)).toBe(5)
    expect(counterValue(await table.get(key))).toBe(5)
  })

  it('gives every caller a number of its own', async () => {
    const key = { partition: ownPartition(), sort: ['COUNTER'] }
    const given = await Promise.all(Array.from({ length: 20 }, () => table.count(key, 1)))
    expect([...given].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  })
})
