import { describe, expect, it } from 'vitest'
import type { Check, Update } from '../../shared/platform/expressions.ts'
import { counterValue, type Table } from '../../shared/platform/table.ts'
import { INVALID, item, ITEM_SIZE, ownKey } from './table-items.ts'

/** The contract of `update` and `count`. */
export const describeUpdate = (table: Table): void => {
  describe('update', () => {
    it('makes an item that is not there, of its key and what is set and moved', async () => {
      const key = ownKey()
      const change: Update = { set: { name: 'Léo', age: 7 }, move: { left: { by: -1, start: 20 } } }
      const made = item(key, { name: 'Léo', age: 7, left: 19 })
      expect(await table.update(key, change)).toEqual({ done: true, item: made })
      expect(await table.get(key)).toEqual(made)
    })

    it('changes what it names and leaves the rest', async () => {
      const key = ownKey()
      await table.put(item(key, { kept: { a: [1] }, set: 'old', moved: 5, removed: 'x' }))
      const outcome = await table.update(key, {
        set: { set: 'new', added: 1 },
        move: { moved: { by: 3, start: 100 }, started: { by: -2, start: 10 } },
        remove: ['removed', 'never-there'],
      })
      const after = item(key, { kept: { a: [1] }, set: 'new', added: 1, moved: 8, started: 8 })
      expect(outcome).toEqual({ done: true, item: after })
      expect(await table.get(key)).toEqual(after)
    })

    it.each([
      { set: { a: 'x' } },
      { move: { left: { by: 0, start: 0 } } },
      { remove: ['gone'] },
    ] satisfies Update[])('takes a change of one kind: %j', async (change) => {
      const key = ownKey()
      await table.put(item(key, { gone: 1, left: 4 }))
      const after: Record<string, unknown> = item(key, { gone: 1, left: 4, ...change.set })
      const { gone, ...rest } = after
      expect(gone).toBe(1)
      await table.update(key, change)
      expect(await table.get(key)).toEqual(change.remove === undefined ? after : rest)
    })

    const nothing = undefined
    const absent: Check = { attribute: 'a', is: 'absent' }
    const equal = (value: string | number): Check => ({ attribute: 'a', is: 'equal', value })
    const atLeast = (value: number, start: number): Check => ({
      attribute: 'a',
      is: 'at-least',
      value,
      start,
    })

    it.each<[boolean, Check, object | undefined]>([
      [true, absent, nothing],
      [true, absent, {}],
      [false, absent, { a: 0 }],
      [false, absent, { a: '' }],
      [false, absent, { a: null }],
      [false, equal(1), nothing],
      [false, equal(1), {}],
      [true, equal(1), { a: 1 }],
      [false, equal(1), { a: '1' }],
      [false, equal(1), { a: 2 }],
      [true, equal('x'), { a: 'x' }],
      [false, equal('x'), { a: 'X' }],
      [true, atLeast(1, 20), nothing],
      [true, atLeast(1, 1), {}],
      [false, atLeast(1, 0), nothing],
      [false, atLeast(1, 0), {}],
      [true, atLeast(1, 0), { a: 1 }],
      [false, atLeast(1, 20), { a: 0 }],
      [true, atLeast(-1, -2), { a: -1 }],
      [false, atLeast(1, 20), { a: 'many' }],
      [false, atLeast(1, 20), { a: null }],
    ])('is done: %j, when %j is asked of %j', async (done, check, stored) => {
      const key = ownKey()
      const held = stored && item(key, stored)
      if (held !== undefined) await table.put(held)
      const outcome = await table.update(key, { set: { b: 1 }, when: [check] })
      const after = item(key, { ...stored, b: 1 })
      expect(outcome).toEqual(done ? { done, item: after } : { done, held })
      expect(await table.get(key)).toEqual(done ? after : held)
    })

    it('is done only when all its checks hold', async () => {
      const key = ownKey()
      const held = item(key, { a: 1, left: 3, child: { name: 'Léo' } })
      await table.put(held)
      const checks: readonly Check[] = [
        equal(1),
        { attribute: 'seat', is: 'absent' },
        { attribute: 'left', is: 'at-least', value: 3, start: 0 },
      ]
      const book: Update = {
        set: { seat: 'leo' },
        move: { left: { by: -1, start: 0 } },
        when: checks,
      }
      expect(await table.update(key, { ...book, when: [...checks, equal(2)] })).toEqual({
        done: false,
        held,
      })
      expect(await table.get(key)).toEqual(held)
      const after = { ...held, seat: 'leo', left: 2 }
      expect(await table.update(key, book)).toEqual({ done: true, item: after })
      // Now the seat is taken and too few are left, while `a` still is what it was.
      expect(await table.update(key, book)).toEqual({ done: false, held: after })
      expect(await table.get(key)).toEqual(after)
    })

    it('gives 20 places to 50 who ask at the same time, and not one more', async () => {
      const key = ownKey()
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, child) =>
          table.update(key, {
            set: { [`seat-${child}`]: child },
            move: { left: { by: -1, start: 20 } },
            when: [
              { attribute: 'left', is: 'at-least', value: 1, start: 20 },
              { attribute: `seat-${child}`, is: 'absent' },
            ],
          }),
        ),
      )
      const served = outcomes.flatMap(({ done }, child) => (done ? [child] : []))
      expect(served).toHaveLength(20)
      const seats = Object.fromEntries(served.map((child) => [`seat-${child}`, child]))
      expect(await table.get(key)).toEqual(item(key, { left: 0, ...seats }))
    })

    it.each<[string, Update]>([
      ['nothing', {}],
      ['nothing under a condition', { when: [absent] }],
      ['an attribute set and removed', { set: { a: 1 }, remove: ['a'] }],
      ['an attribute set and moved', { set: { a: 1 }, move: { a: { by: 1, start: 0 } } }],
      ['an attribute moved and removed', { move: { a: { by: 1, start: 0 } }, remove: ['a'] }],
      ['an attribute removed twice', { remove: ['a', 'a'] }],
      ['a key', { set: { sk: 'other' } }],
      ['a key away', { remove: ['pk'] }],
      ['a text by a number', { move: { text: { by: 1, start: 0 } } }],
      ['the place in the index to none', { set: { gsi1pk: '' } }],
      ['the place in the index to a number', { set: { gsi1sk: 1 } }],
      ['an item beyond 400 KB', { set: { a: 'x'.repeat(ITEM_SIZE) } }],
    ])('is an error that changes %s', async (_, change) => {
      const key = ownKey()
      const held = item(key, { text: 'x' })
      await table.put(held)
      await expect(table.update(key, change)).rejects.toMatchObject(INVALID)
      expect(await table.get(key)).toEqual(held)
    })

    it('says that its checks refuse it before it finds a text where it moves a number', async () => {
      const key = ownKey()
      await table.put(item(key, { text: 'x' }))
      const change: Update = { move: { text: { by: 1, start: 0 } }, when: [equal(1)] }
      expect((await table.update(key, change)).done).toBe(false)
    })
  })

  describe('count', () => {
    it('counts from nothing, by any step, and says where it stands', async () => {
      const key = ownKey()
      expect(await table.count(key, 1)).toBe(1)
      expect(await table.count(key, 4)).toBe(5)
      expect(counterValue(await table.get(key))).toBe(5)
    })

    it('gives every caller a number of its own', async () => {
      const key = ownKey()
      const given = await Promise.all(Array.from({ length: 20 }, () => table.count(key, 1)))
      expect([...given].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
    })

    it('leaves the rest of the item as it is, and counts no text', async () => {
      const key = ownKey()
      await table.put(item(key, { other: 'x' }))
      expect(await table.count(key, -2)).toBe(-2)
      expect(await table.get(key)).toEqual(item(key, { other: 'x', value: -2 }))
      await table.put(item(key, { value: 'x' }))
      await expect(table.count(key, 1)).rejects.toMatchObject(INVALID)
    })
  })
}
