import type { Item } from '../../shared/platform/entity.ts'
import { keyAttributes } from '../../shared/platform/entity.ts'
import type { Write } from '../../shared/platform/expressions.ts'
import { TABLE_KEYS, type Segment } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'

/** An operation that was done, and what it brought. */
export interface Operation {
  readonly kind: keyof Table
  /** What it was about, for people. */
  readonly about: string
  /** The items that it read, in their order. */
  readonly read: readonly Item[]
  /** Of a query. */
  readonly partition: readonly Segment[]
  /** Whether its conditions held. */
  readonly done: boolean
}

const placeOf = (write: Write): string => {
  const item = write.kind === 'put' ? write.item : keyAttributes(write.key)
  return `${write.kind} ${String(item[TABLE_KEYS.partition])}/${String(item[TABLE_KEYS.sort])}`
}

const textOf = (key: Parameters<Table['get']>[0]): string =>
  `${key.partition.join('#')}/${key.sort.join('#')}`

/** A table that tells of each operation, right after it was done. */
export const recorded = (table: Table, note: (operation: Operation) => void): Table => {
  const nothing = { read: [], partition: [], done: true }
  return {
    get: async (key) => {
      const item = await table.get(key)
      note({ ...nothing, kind: 'get', about: textOf(key), read: item === undefined ? [] : [item] })
      return item
    },
    query: async (range) => {
      const read = await table.query(range)
      const about = `${range.partition.join('#')}/${(range.from ?? []).join('#')}`
      note({ ...nothing, kind: 'query', about, read, partition: range.partition })
      return read
    },
    put: async (item, when) => {
      const done = await table.put(item, when)
      note({ ...nothing, kind: 'put', about: placeOf({ kind: 'put', item }), done })
      return done
    },
    delete: async (key) => {
      await table.delete(key)
      note({ ...nothing, kind: 'delete', about: textOf(key) })
    },
    update: async (key, change) => {
      const outcome = await table.update(key, change)
      note({ ...nothing, kind: 'update', about: textOf(key), done: outcome.done })
      return outcome
    },
    transact: async (writes) => {
      const outcome = await table.transact(writes)
      const about = writes.map(placeOf).join(', ')
      note({ ...nothing, kind: 'transact', about, done: outcome.done })
      return outcome
    },
    count: async (key, by) => {
      const value = await table.count(key, by)
      note({ ...nothing, kind: 'count', about: textOf(key) })
      return value
    },
  }
}
