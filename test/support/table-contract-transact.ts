import { describe, expect, it } from 'vitest'
import { TableBusyError } from '../../shared/kernel/errors.ts'
import type { Write } from '../../shared/platform/expressions.ts'
import type { Key } from '../../shared/platform/keys.ts'
import { counterValue, type Table } from '../../shared/platform/table.ts'
import { INVALID, item, ITEM_SIZE, numbersOf, ownKey, ownPartition } from './table-items.ts'

/** The contract of `transact`. */
export const describeTransact = (table: Table): void => {
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

    it('deletes an item of a version, and refuses one that has moved on or is gone', async () => {
      const partition = ownPartition()
      const [same, moved, gone] = ['A', 'B', 'C'].map((sort) => ({ partition, sort: [sort] }))
      if (same === undefined || moved === undefined || gone === undefined) throw new Error('No key')
      await table.put(item(same, { version: 2 }))
      await table.put(item(moved, { version: 3 }))
      const ending = (key: Key): Write => ({
        kind: 'delete',
        key,
        when: { kind: 'version', version: 2 },
      })
      expect(await table.transact([ending(same), ending(moved), ending(gone)])).toEqual({
        done: false,
        refused: new Map<number, unknown>([
          [1, item(moved, { version: 3 })],
          [2, undefined],
        ]),
      })
      expect(await table.query({ partition })).toHaveLength(2)
      expect(await table.transact([ending(same)])).toEqual({ done: true })
      expect(await table.query({ partition })).toEqual([item(moved, { version: 3 })])
    })

    it('deletes what is there, beside what it writes', async () => {
      const [partition, shown] = [ownPartition(), ownPartition()]
      const inIndex = { gsi1pk: shown.join('#'), gsi1sk: 'A' }
      await table.put(item({ partition, sort: ['A'] }, inIndex))
      const outcome = await table.transact([
        { kind: 'delete', key: { partition, sort: ['A'] } },
        { kind: 'put', item: item({ partition, sort: ['B'] }), when: { kind: 'absent' } },
      ])
      expect(outcome).toEqual({ done: true })
      expect(await table.query({ partition })).toEqual([item({ partition, sort: ['B'] })])
      expect(await table.query({ partition: shown, index: true })).toEqual([])
    })

    it('deletes nothing that is not there, and then writes nothing either', async () => {
      const partition = ownPartition()
      const outcome = await table.transact([
        { kind: 'put', item: item({ partition, sort: ['A'] }) },
        { kind: 'delete', key: { partition, sort: ['B'] } },
      ])
      expect(outcome).toEqual({ done: false, refused: new Map([[1, undefined]]) })
      expect(await table.query({ partition })).toEqual([])
    })

    it('deletes nothing when another write is refused', async () => {
      const partition = ownPartition()
      const [a, b] = [item({ partition, sort: ['A'] }), item({ partition, sort: ['B'] }, { n: 1 })]
      await table.put(a)
      await table.put(b)
      const outcome = await table.transact([
        { kind: 'delete', key: { partition, sort: ['A'] } },
        { kind: 'put', item: b, when: { kind: 'absent' } },
      ])
      expect(outcome).toEqual({ done: false, refused: new Map([[1, b]]) })
      expect(await table.query({ partition })).toEqual([a, b])
    })

    it('writes at most 100 items, and at least one', async () => {
      const partition = ownPartition()
      const puts = (count: number): Write[] =>
        Array.from({ length: count }, (_, n) => ({
          kind: 'put',
          item: item({ partition, sort: [n] }),
        }))
      await expect(table.transact([])).rejects.toMatchObject(INVALID)
      await expect(table.transact(puts(101))).rejects.toMatchObject(INVALID)
      expect(await table.query({ partition })).toEqual([])
      expect(await table.transact(puts(100))).toEqual({ done: true })
      expect(await table.query({ partition })).toHaveLength(100)
    })

    it.each<[string, (key: Key) => Write[]]>([
      ['writes one item twice', (key) => [{ kind: 'delete', key }]],
      ['moves what it writes', (key) => [{ kind: 'move-counter', key, from: 0, to: 1 }]],
      [
        'writes more than 400 KB at one place',
        ({ partition }) => [
          { kind: 'put', item: item({ partition, sort: ['B'] }, { a: 'x'.repeat(ITEM_SIZE) }) },
        ],
      ],
      [
        'writes more than 4 MB',
        ({ partition }) =>
          Array.from({ length: 11 }, (_, n) => ({
            kind: 'put',
            item: item({ partition, sort: [n] }, { a: 'x'.repeat(ITEM_SIZE - 200) }),
          })),
      ],
    ])('is an error that %s, and changes nothing', async (_, more) => {
      const key = ownKey()
      const held = item(key, { number: 1 })
      await table.put(held)
      await expect(
        table.transact([{ kind: 'put', item: item(key, { number: 2 }) }, ...more(key)]),
      ).rejects.toMatchObject(INVALID)
      expect(await table.query({ partition: key.partition })).toEqual([held])
    })
  })
}
