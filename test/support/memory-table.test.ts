import * as fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Check, Condition, Update, Write } from '../../shared/platform/expressions.ts'
import type { Key, Segment } from '../../shared/platform/keys.ts'
import type { Change } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import { streamedTable } from './engine.ts'
import { interleaved, memoryTable, type Gate } from './memory-table.ts'
import { describeTable, streamed } from './table-contract.ts'
import { item, ownKey, ownPartition } from './table-items.ts'

const memory = memoryTable()
let told = 0

describeTable('the table in memory', {
  table: memory,
  changes: () => {
    const changes = memory.changes(told)
    told += changes.length
    return Promise.resolve(changes)
  },
})

describe('memory alone', () => {
  const AT = new Date('2025-09-03T06:30:00Z')

  it('makes no item only to remove attributes from it, as DynamoDB does not', async () => {
    const table = memoryTable()
    expect(await table.update(ownKey(), { set: {}, remove: ['a'] })).toEqual({
      done: true,
      item: {},
    })
    expect(table.items()).toEqual([])
  })

  it('tells no change where a write leaves an item as it was, as DynamoDB does not', async () => {
    const table = memoryTable()
    const key = ownKey()
    await table.put(item(key, { a: 1, b: [2] }))
    await table.put(item(key, { b: [2], a: 1 }))
    await table.update(key, { set: { a: 1 }, remove: ['c'] })
    expect(table.changes()).toHaveLength(1)
  })

  it('counts whole numbers only, so that it never counts otherwise than DynamoDB', async () => {
    const table = memoryTable()
    const key = ownKey()
    await table.put(item(key, { value: 0.1 }))
    await expect(table.count(key, 1)).rejects.toThrow(RangeError)
    await expect(table.count(ownKey(), 0.2)).rejects.toThrow(RangeError)
  })

  it('numbers and dates its changes, and tells them again from any of them', async () => {
    const table = memoryTable(() => AT)
    const key = ownKey()
    for (const number of [1, 2, 3]) await table.put(item(key, { number }))
    expect(table.changes()).toMatchObject([0, 1, 2].map((sequence) => ({ sequence, at: AT })))
    expect(table.changes(1)).toEqual(table.changes().slice(1))
    expect(table.changes(3)).toEqual([])
  })

  it('shows its inside, which nobody can change', async () => {
    const table = memoryTable()
    await table.put(item(ownKey(), { map: { list: [1] } }))
    const [inside] = table.items()
    expect(table.changes()[0]?.after).toBe(inside)
    expect(() => Object.assign(inside ?? {}, { map: 1 })).toThrow(TypeError)
    expect(Object.isFrozen(inside?.['map'])).toBe(true)
  })

  it('has clones that go their own ways', async () => {
    const table = memoryTable()
    const [partition, shown] = [ownPartition(), ownPartition()]
    const inIndex = { gsi1pk: shown.join('#'), gsi1sk: 'A' }
    await table.put(item({ partition, sort: ['A'] }, inIndex))
    const clone = table.clone(() => AT)
    expect(clone.changes()).toEqual([])
    await clone.transact([{ kind: 'delete', key: { partition, sort: ['A'] } }])
    await table.put(item({ partition, sort: ['B'] }, inIndex))
    expect(await clone.query({ partition: shown, index: true })).toEqual([])
    expect(await table.query({ partition: shown, index: true })).toHaveLength(2)
    expect([table.items().length, clone.items().length]).toEqual([2, 0])
    expect([table.changes().length, clone.changes().length]).toEqual([2, 1])
    expect(clone.changes()[0]).toMatchObject({ at: AT, sequence: 0, after: undefined })
  })
})

describe('interleaved', () => {
  const operations: [keyof Table, (table: Table, key: Key) => Promise<unknown>][] = [
    ['get', (table, key) => table.get(key)],
    ['query', (table, { partition }) => table.query({ partition })],
    ['put', (table, key) => table.put(item(key), { kind: 'absent' })],
    ['update', (table, key) => table.update(key, { set: { a: 1 } })],
    ['transact', (table, key) => table.transact([{ kind: 'put', item: item(key) }])],
    ['count', (table, key) => table.count(key, 1)],
  ]

  it.each(operations)('asks before %s and after it, and gives its answer', async (name, run) => {
    const [key, table] = [ownKey(), memoryTable()]
    const asked: unknown[] = []
    const gate: Gate = (...step) => {
      asked.push([...step, table.changes().length])
      return Promise.resolve()
    }
    const expected = await run(memoryTable(), key)
    expect(await run(interleaved(table, gate), key)).toEqual(expected)
    const writes = name === 'get' || name === 'query' ? 0 : 1
    expect(asked).toEqual([
      [name, 'before', 0],
      [name, 'after', writes],
    ])
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('kills the caller %s a write, which is then done %i times', async (when, times) => {
    const table = memoryTable()
    const gate: Gate = (_, phase) =>
      phase === when ? Promise.reject(new Error('dead')) : Promise.resolve()
    await expect(interleaved(table, gate).count(ownKey(), 1)).rejects.toThrow('dead')
    expect(table.changes()).toHaveLength(times)
  })

  it('lets one caller come between the reading and the writing of another', async () => {
    const [key, table] = [ownKey(), memoryTable()]
    const waiting: (() => void)[] = []
    const slow = interleaved(table, (operation, phase) =>
      operation === 'put' && phase === 'before'
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(),
    )
    const add = async (on: Table): Promise<boolean> => {
      const version = Number((await on.get(key))?.['version'] ?? 0)
      return on.put(item(key, { version: version + 1 }), { kind: 'version', version })
    }
    const late = add(slow)
    await expect.poll(() => waiting.length).toBe(1)
    expect(await add(table)).toBe(true)
    waiting.forEach((go) => go())
    expect(await late).toBe(false)
  })
})

describe('the law of the table in memory', async () => {
  const engine = await streamedTable()
  const engineChanges = streamed(engine.newRecords)

  const small = fc.integer({ min: -1, max: 3 })
  const sort = fc.constantFrom<Segment[]>(['A'], ['A', 'B'], ['C'])
  const name = fc.constantFrom('a', 'b', 'value', 'version')
  const scalar = fc.oneof({ weight: 4, arbitrary: small }, fc.constantFrom('', 'x'))
  const attributes = fc.dictionary(
    name,
    fc.oneof(scalar, fc.constantFrom(null, undefined, [1, { x: [] }], { y: undefined })),
  )
  /** The place of an item in the index: none, or half of what it takes, or all of it. */
  const shown = fc.record({ in: fc.boolean(), order: fc.option(fc.integer({ min: 1, max: 3 })) })

  const when: fc.Arbitrary<Condition | undefined> = fc.oneof(
    fc.constant(undefined),
    fc.constant({ kind: 'absent' as const }),
    fc.record({ kind: fc.constant('version' as const), version: fc.nat(2) }),
    fc.record({
      kind: fc.constant('equal' as const),
      attribute: name,
      value: fc.constantFrom('', 'x'),
    }),
  )

  const check: fc.Arbitrary<Check> = fc.oneof(
    fc.record({ attribute: name, is: fc.constant('absent' as const) }),
    fc.record({ attribute: name, is: fc.constant('equal' as const), value: scalar }),
    fc.record({
      attribute: name,
      is: fc.constant('at-least' as const),
      value: small,
      start: small,
    }),
  )

  const change: fc.Arbitrary<Update> = fc
    .record({
      set: fc.dictionary(name, scalar, { maxKeys: 2 }),
      move: fc.dictionary(name, fc.record({ by: small, start: small }), { maxKeys: 2 }),
      remove: fc.array(name, { maxLength: 1 }),
      when: fc.array(check, { maxLength: 2 }),
    })
    // The engine makes an item only to remove attributes from it, which DynamoDB does not.
    .filter(
      ({ set, move, remove }) => remove.length === 0 || Object.keys({ ...set, ...move }).length > 0,
    )

  const put = fc.record({ kind: fc.constant('put' as const), sort, attributes, shown, when })
  const write = fc.oneof(
    put,
    fc.record({ kind: fc.constant('move-counter' as const), sort, from: small, to: small }),
    fc.record({ kind: fc.constant('delete' as const), sort }),
  )

  const range = fc.record(
    {
      from: fc.constantFrom(['A'], ['A', 'B'], ['B']),
      to: fc.constantFrom(['A'], ['C']),
      newestFirst: fc.boolean(),
      limit: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: [] },
  )

  const operation = fc.oneof(
    fc.record({ kind: fc.constant('get' as const), sort }),
    fc.record({ kind: fc.constant('query' as const), range }),
    fc.record({
      kind: fc.constant('query-index' as const),
      range: fc.record({ newestFirst: fc.boolean(), limit: fc.integer({ min: 1, max: 3 }) }),
    }),
    put,
    fc.record({ kind: fc.constant('update' as const), sort, change, shown }),
    fc.record({
      kind: fc.constant('transact' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('count' as const), sort, by: small }),
  )

  type Given<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

  /** Does operations in a partition of `table`, with an index partition, where no other run is. */
  const player = (table: Table, partition: readonly Segment[], indexed: readonly Segment[]) => {
    const inIndex = (
      { in: isIn, order }: Given<typeof shown>,
      at: readonly Segment[],
    ): Record<string, string> => ({
      ...(isIn && { gsi1pk: indexed.join('#') }),
      // No two items tie, whose order is nobody's promise.
      ...(order !== null && { gsi1sk: [order, ...at].join('#') }),
    })
    const itemOf = (given: Given<typeof put>) =>
      item(
        { partition, sort: given.sort },
        { ...given.attributes, ...inIndex(given.shown, given.sort) },
      )
    const writeOf = (given: Given<typeof write>): Write => {
      if (given.kind === 'put') {
        const made = { kind: given.kind, item: itemOf(given) }
        return given.when === undefined ? made : { ...made, when: given.when }
      }
      return { ...given, key: { partition, sort: given.sort } }
    }
    return (given: Given<typeof operation>): Promise<unknown> => {
      switch (given.kind) {
        case 'get':
          return table.get({ partition, sort: given.sort })
        case 'query':
          return table.query({ partition, ...given.range })
        case 'query-index':
          return table.query({ partition: indexed, index: true, ...given.range })
        case 'put':
          return table.put(itemOf(given), given.when)
        case 'update': {
          const set = { ...given.change.set, ...inIndex(given.shown, given.sort) }
          return table.update({ partition, sort: given.sort }, { ...given.change, set })
        }
        case 'transact':
          return table.transact(given.writes.map(writeOf))
        case 'count':
          return table.count({ partition, sort: given.sort }, given.by)
      }
    }
  }

  const images = (changes: readonly Change[]) =>
    changes.map(({ before, after }) => ({ before, after }))

  it('answers, holds and tells the same as the engine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
        const mine = memoryTable()
        const [partition, indexed] = [ownPartition(), ownPartition()]
        const inMemory = player(mine, partition, indexed)
        const onEngine = player(engine.table, partition, indexed)
        // Which of several reasons a request is refused for is not compared, only that it is.
        const refused = () => 'refused'
        await engineChanges()
        for (const each of operations) {
          expect(await inMemory(each).catch(refused)).toStrictEqual(
            await onEngine(each).catch(refused),
          )
        }
        expect(await mine.query({ partition })).toStrictEqual(
          await engine.table.query({ partition }),
        )
        // The engine also tells writes that change nothing.
        const told = images(await engineChanges()).filter(
          ({ before, after }) => !isDeepStrictEqual(before, after),
        )
        expect(images(mine.changes())).toStrictEqual(told)
      }),
      { numRuns: 60 },
    )
  })
})
