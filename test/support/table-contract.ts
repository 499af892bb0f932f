import { describe, expect, it } from 'vitest'
import { keyAttributes } from '../../shared/platform/entity.ts'
import type { Segment } from '../../shared/platform/keys.ts'
import { streamHandler, type Change } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import type { StreamedTable } from './engine.ts'
import { describeTransact } from './table-contract-transact.ts'
import { describeUpdate } from './table-contract-update.ts'
import { INVALID, item, ITEM_SIZE, numbersOf, ownKey, ownPartition } from './table-items.ts'

/** A table, and what was written to it since one last asked. */
export interface TableUnderTest {
  readonly table: Table
  readonly changes: () => Promise<readonly Change[]>
}

/** The changes that a table on the engine streams, as a consumer of the stream gets them. */
export const streamed =
  (newRecords: StreamedTable['newRecords']): TableUnderTest['changes'] =>
  async () => {
    const changes: Change[] = []
    const consume = streamHandler((change) => {
      changes.push(change)
      return Promise.resolve()
    })
    await consume({ Records: await newRecords() })
    return changes
  }

const describeReads = (table: Table): void => {
  const fill = async (partition: readonly Segment[], numbers: readonly number[]) => {
    for (const number of numbers) {
      await table.put(item({ partition, sort: ['ITEM', number] }, { number }))
    }
  }

  describe('get', () => {
    it('returns what was put, with every kind of value', async () => {
      const key = { partition: ownPartition(), sort: ['A'] }
      const values = {
        text: 'Léo',
        zero: 0,
        no: false,
        nothing: null,
        list: [1, 'two', { three: 3 }],
        months: { '2025-09': { repas: '.'.repeat(31) } },
        bytes: Uint8Array.of(0, 1, 255),
      }
      const left = undefined
      await table.put(
        item(key, {
          ...values,
          list: [left, ...values.list],
          months: { ...values.months, left },
          left,
        }),
      )
      expect(await table.get(key)).toStrictEqual(item(key, values))
    })

    it('returns nothing where there is nothing', async () => {
      expect(await table.get({ partition: ownPartition(), sort: ['A'] })).toBeUndefined()
    })

    it('hands out and takes in copies', async () => {
      const key = ownKey()
      const list = [{ a: 1 }]
      const kept = item(key, { list: [{ a: 1 }] })
      await table.put(item(key, { list }))
      list.push({ a: 2 })
      const refused = await table.update(key, {
        set: { a: 1 },
        when: [{ attribute: 'a', is: 'equal', value: 1 }],
      })
      const gotten = [
        await table.get(key),
        ...(await table.query({ partition: key.partition })),
        refused.done ? refused.item : refused.held,
      ]
      for (const copy of gotten) {
        expect(copy).toEqual(kept)
        Object.assign(copy ?? {}, { list: [] })
      }
      expect(await table.get(key)).toEqual(kept)
    })
  })

  describe('query', () => {
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
      const shown = ownPartition()
      const inIndex = (number: number) => ({ gsi1pk: shown.join('#'), gsi1sk: String(number) })
      await table.put(item({ partition, sort: ['A'] }, { number: 2, ...inIndex(2) }))
      await table.put(item({ partition, sort: ['B'] }, { number: 1, ...inIndex(1) }))
      await table.put(item({ partition, sort: ['C'] }, { number: 3 }))
      expect(numbersOf(await table.query({ partition: shown, index: true }))).toEqual([1, 2])

      await table.put(item({ partition, sort: ['B'] }, { number: 1 }))
      expect(numbersOf(await table.query({ partition: shown, index: true }))).toEqual([2])
    })

    it('reads at half the price what was written long ago', async () => {
      const partition = ownPartition()
      await fill(partition, [1, 2, 3])
      expect(numbersOf(await table.query({ partition, stale: true }))).toEqual([1, 2, 3])
    })

    it('reads nothing from an empty partition', async () => {
      expect(await table.query({ partition: ownPartition() })).toEqual([])
    })

    it('orders keys by their bytes', async () => {
      const partition = ownPartition()
      const keys = ['A', 'AB', 'B', 'B\uff5e', 'B\u{1f600}', 'a']
      for (const sk of [...keys].reverse()) {
        await table.put({ ...item({ partition, sort: ['A'] }), sk, number: sk })
      }
      expect(numbersOf(await table.query({ partition }))).toEqual(keys)
    })

    it('is an error that ends before it starts, or asks for nothing', async () => {
      const partition = ownPartition()
      await expect(table.query({ partition, from: ['B'], to: ['A'] })).rejects.toMatchObject(
        INVALID,
      )
      await expect(table.query({ partition, limit: 0 })).rejects.toMatchObject(INVALID)
    })

    it('refuses a key that could be forged', async () => {
      await expect(table.get({ partition: ['A#B'], sort: ['C'] })).rejects.toThrow(RangeError)
      await expect(table.query({ partition: ['A#B'] })).rejects.toThrow(RangeError)
    })
  })
}

const describePut = (table: Table): void => {
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

    it.each<[string, object]>([
      ['a sort key that is no text', { sk: 1 }],
      ['an empty sort key', { sk: '' }],
      ['a sort key of more than 1,024 bytes', { sk: 'é'.repeat(513) }],
      ['no partition key', { pk: undefined }],
      ['a place in the index that is no text', { gsi1pk: 1 }],
      ['an empty place in the index', { gsi1sk: '' }],
    ])('refuses an item with %s', async (_, more) => {
      const key = ownKey()
      await expect(table.put(item(key, more))).rejects.toMatchObject(INVALID)
      expect(await table.query({ partition: key.partition })).toEqual([])
    })

    it.each([Number.NaN, Infinity, 2 ** 53, new Date(0)])(
      'refuses a value that no item holds: %s',
      async (value) => {
        await expect(table.put(item(ownKey(), { list: [{ value }] }))).rejects.toThrow()
      },
    )

    it.each<[string, object, number]>([
      ['text', { a: 'é' }, 1 + 2],
      ['numbers', { a: -123, b: 12_000, c: 0, d: 0.25 }, 1 + 4 + 1 + 2 + 1 + 1 + 1 + 2],
      ['a list', { a: [true, null] }, 1 + 3 + 2 + 2],
      ['a map', { a: { bc: false } }, 1 + 3 + 1 + 2 + 1],
      ['bytes', { a: Uint8Array.of(1, 2, 3) }, 1 + 3],
    ])('holds 400 KB and not one byte more, with %s', async (_, more, size) => {
      const key = ownKey()
      const { pk, sk } = keyAttributes(key)
      const rest = ITEM_SIZE - `pk${pk}sk${sk}filling`.length - size
      await expect(
        table.put(item(key, { ...more, filling: 'x'.repeat(rest + 1) })),
      ).rejects.toMatchObject(INVALID)
      expect(await table.put(item(key, { ...more, filling: 'x'.repeat(rest) }))).toBe(true)
    })
  })
}

const describeDelete = (table: Table): void => {
  describe('delete', () => {
    it('deletes an item with its place in the index, and no other', async () => {
      const [partition, shown] = [ownPartition(), ownPartition()]
      const inIndex = { gsi1pk: shown.join('#'), gsi1sk: 'A' }
      await table.put(item({ partition, sort: ['A'] }, inIndex))
      await table.put(item({ partition, sort: ['B'] }, { number: 2 }))
      await table.delete({ partition, sort: ['A'] })
      expect(numbersOf(await table.query({ partition }))).toEqual([2])
      expect(await table.query({ partition: shown, index: true })).toEqual([])
    })

    it('leaves things as they are where there is nothing', async () => {
      const key = ownKey()
      await table.delete(key)
      expect(await table.get(key)).toBeUndefined()
    })
  })
}

const describeChanges = ({ table, changes }: TableUnderTest): void => {
  describe('changes', () => {
    it('tells each write with the item before and after it, in order', async () => {
      await changes()
      const partition = ownPartition()
      const [key, counter] = [
        { partition, sort: ['A'] },
        { partition, sort: ['COUNTER'] },
      ]
      await table.put(item(key, { number: 1 }))
      await table.put(item(key, { number: 2 }))
      await table.put(item(key, { number: 3 }), { kind: 'absent' })
      await table.update(key, { set: { name: 'Léo' }, remove: ['number'] })
      await table.update(key, { set: { a: 1 }, when: [{ attribute: 'name', is: 'absent' }] })
      await table.count(counter, 3)
      await table.transact([
        { kind: 'delete', key },
        { kind: 'move-counter', key: counter, from: 3, to: 4 },
      ])
      await table.transact([
        { kind: 'put', item: item({ partition, sort: ['B'] }) },
        { kind: 'delete', key },
      ])
      expect((await changes()).map(({ before, after }) => [before, after])).toEqual([
        [undefined, item(key, { number: 1 })],
        [item(key, { number: 1 }), item(key, { number: 2 })],
        [item(key, { number: 2 }), item(key, { name: 'Léo' })],
        [undefined, item(counter, { value: 3 })],
        [item(key, { name: 'Léo' }), undefined],
        [item(counter, { value: 3 }), item(counter, { value: 4 })],
      ])
      expect(await changes()).toEqual([])
    })
  })
}

/** What every table keeps to, the one on DynamoDB and the one in memory. */
export const describeTable = (name: string, subject: TableUnderTest): void => {
  describe(name, () => {
    describeReads(subject.table)
    describePut(subject.table)
    describeDelete(subject.table)
    describeUpdate(subject.table)
    describeTransact(subject.table)
    describeChanges(subject)
  })
}
