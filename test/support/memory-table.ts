import { isDeepStrictEqual } from 'node:util'
import { keyAttributes, type Item } from '../../shared/platform/entity.ts'
import {
  COUNTER,
  type Check,
  type Condition,
  type Range,
  type Update,
  type Write,
} from '../../shared/platform/expressions.ts'
import {
  endOf,
  join,
  startOf,
  TABLE_KEYS,
  TRANSACTION_LIMIT,
  type Key,
} from '../../shared/platform/keys.ts'
import type { Change } from '../../shared/platform/stream.ts'
import {
  counterValue,
  type Table,
  type TransactionOutcome,
  type UpdateOutcome,
} from '../../shared/platform/table.ts'
import {
  addressOf,
  indexAddressOf,
  looseMap,
  sizeOfMap,
  storable,
  ValidationException,
  type Address,
} from './memory-item.ts'

/** The most bytes that one transaction may write (a limit of DynamoDB). */
const TRANSACTION_SIZE = 4 * 1024 * 1024

/** A change with its place in the log of its table, from 0. */
export interface LoggedChange extends Change {
  readonly sequence: number
}

/** A table in memory; what it shows of its inside is frozen, so that nothing is copied for it. */
export interface MemoryTable extends Table {
  /** What was written since the change `from`, in order. */
  readonly changes: (from?: number) => readonly LoggedChange[]
  /** Every item, in no order to rely on. */
  readonly items: () => readonly Item[]
  /** A table of its own with the same items and an empty log. */
  readonly clone: (now?: () => Date) => MemoryTable
}

/** Items by partition and sort key. */
class Partitions {
  readonly #partitions: Map<string, Map<string, Item>>

  constructor(partitions = new Map<string, Map<string, Item>>()) {
    this.#partitions = partitions
  }

  get({ partition, sort }: Address): Item | undefined {
    return this.#partitions.get(partition)?.get(sort)
  }

  set({ partition, sort }: Address, item: Item): void {
    const items = this.#partitions.get(partition)
    if (items === undefined) this.#partitions.set(partition, new Map([[sort, item]]))
    else items.set(sort, item)
  }

  delete({ partition, sort }: Address): void {
    this.#partitions.get(partition)?.delete(sort)
  }

  /** The items from one sort key to another, both included, in their order. */
  range(partition: string, from: string, to: string): Item[] {
    return [...(this.#partitions.get(partition) ?? [])]
      .filter(([sort]) => sort >= from && sort <= to)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item)
  }

  all(): Item[] {
    return [...this.#partitions.values()].flatMap((items) => [...items.values()])
  }

  clone(): Partitions {
    return new Partitions(
      new Map([...this.#partitions].map(([partition, items]) => [partition, new Map(items)])),
    )
  }
}

/** The items, the index and the log, which change together. */
class Store {
  readonly log: LoggedChange[] = []
  readonly #now: () => Date
  readonly #items: Partitions
  readonly #index: Partitions

  constructor(now: () => Date, items = new Partitions(), index = new Partitions()) {
    this.#now = now
    this.#items = items
    this.#index = index
  }

  at(address: Address): Item | undefined {
    return this.#items.get(address)
  }

  all(): Item[] {
    return this.#items.all()
  }

  query({ partition, from = [], to = from, index, newestFirst, limit = Infinity }: Range): Item[] {
    const [start, end] = [startOf(from), endOf(to)]
    if (partition.length === 0) throw new ValidationException('A range of no partition')
    if (start > end) throw new ValidationException('A range that ends before it starts')
    if (limit < 1) throw new ValidationException('A range of no items')
    const items = (index === true ? this.#index : this.#items).range(join(partition), start, end)
    return (newestFirst === true ? items.reverse() : items).slice(0, limit)
  }

  write(address: Address, after: Item | undefined): void {
    const before = this.#items.get(address)
    // As AWS documents its streams: a write that changes nothing leaves no record.
    if (isDeepStrictEqual(before, after)) return
    const [shown, toShow] = [before, after].map((item) => item && indexAddressOf(item))
    if (shown !== undefined) this.#index.delete(shown)
    if (after === undefined) {
      this.#items.delete(address)
    } else {
      this.#items.set(address, after)
      if (toShow !== undefined) this.#index.set(toShow, after)
    }
    this.log.push(Object.freeze({ sequence: this.log.length, before, after, at: this.#now() }))
  }

  clone(now = this.#now): Store {
    return new Store(now, this.#items.clone(), this.#index.clone())
  }
}

const allows = (when: Condition | undefined, held: Item | undefined): boolean => {
  if (when === undefined) return true
  if (when.kind === 'equal') return held?.[when.attribute] === when.value
  return when.kind === 'absent' || when.version === 0
    ? held === undefined
    : // An attribute that holds null is there, as in DynamoDB.
      held !== undefined && ('version' in held ? held['version'] : 1) === when.version
}

const passes = (check: Check, held: Item | undefined): boolean => {
  const value = held?.[check.attribute]
  switch (check.is) {
    case 'absent':
      return value === undefined
    case 'equal':
      return value === check.value
    case 'at-least':
      return value === undefined
        ? check.start >= check.value
        : typeof value === 'number' && value >= check.value
  }
}

/** Adds whole numbers only: DynamoDB counts in decimals, which JavaScript cannot. */
const added = (value: unknown, by: number): number => {
  if (typeof value !== 'number') throw new ValidationException('Only numbers can be moved')
  if (![value, by, value + by].every(Number.isSafeInteger)) throw new RangeError('Not whole')
  return value + by
}

/** Refuses an update that no item could take. */
const checkUpdate = ({ set = {}, move = {}, remove = [] }: Update): void => {
  const attributes = [...Object.keys(set), ...Object.keys(move), ...remove]
  if (attributes.length === 0) throw new ValidationException('An update of nothing')
  if (new Set(attributes).size < attributes.length) {
    throw new ValidationException('An update that changes one attribute twice')
  }
  if (attributes.some((name) => name === TABLE_KEYS.partition || name === TABLE_KEYS.sort)) {
    throw new ValidationException('An update of a key')
  }
}

const updated = (held: Item, { set = {}, move = {}, remove = [] }: Update): Item => {
  const item: Item = { ...held, ...set }
  for (const [name, { by, start }] of Object.entries(move)) {
    item[name] = added(held[name] === undefined ? start : held[name], by)
  }
  for (const name of remove) item[name] = undefined
  return storable(item)
}

const update = (store: Store, key: Key, change: Update): UpdateOutcome => {
  checkUpdate(change)
  const address = addressOf(keyAttributes(key))
  const held = store.at(address)
  if (change.when?.every((check) => passes(check, held)) === false) {
    return { done: false, held: held && looseMap(held) }
  }
  // DynamoDB makes no item only to remove attributes from it.
  if (held === undefined && Object.keys({ ...change.set, ...change.move }).length === 0) {
    return { done: true, item: {} }
  }
  const after = updated(held ?? keyAttributes(key), change)
  store.write(address, after)
  return { done: true, item: looseMap(after) }
}

/** One write of a transaction: whether it may be done, and what it leaves. */
interface Planned {
  readonly address: Address
  readonly held: Item | undefined
  readonly allowed: boolean
  readonly after: Item | undefined
}

const planned = (store: Store, write: Write): Planned => {
  const address = addressOf(write.kind === 'put' ? write.item : keyAttributes(write.key))
  const held = store.at(address)
  const plan = { address, held }
  switch (write.kind) {
    case 'put':
      return { ...plan, allowed: allows(write.when, held), after: storable(write.item) }
    case 'delete':
      return {
        ...plan,
        allowed: held !== undefined && allows(write.when, held),
        after: undefined,
      }
    case 'move-counter': {
      const stands = held?.[COUNTER] === undefined ? 0 : held[COUNTER]
      const after = storable({ ...held, ...keyAttributes(write.key), [COUNTER]: write.to })
      return { ...plan, allowed: stands === write.from, after }
    }
  }
}

const transact = (store: Store, writes: readonly Write[]): TransactionOutcome => {
  if (writes.length === 0 || writes.length > TRANSACTION_LIMIT) {
    throw new ValidationException('A transaction of no or too many writes')
  }
  const plans = writes.map((write) => planned(store, write))
  const places = new Set(plans.map(({ address }) => `${address.partition}\0${address.sort}`))
  if (places.size < plans.length) throw new ValidationException('Two writes of one item')
  const size = plans.reduce((sum, { after }) => sum + (after ? sizeOfMap(after) : 0), 0)
  if (size > TRANSACTION_SIZE) throw new ValidationException('A transaction of more than 4 MB')
  const refused = plans.flatMap(({ allowed, held }, position) =>
    allowed ? [] : [[position, held && looseMap(held)] as const],
  )
  if (refused.length > 0) return { done: false, refused: new Map(refused) }
  for (const { address, after } of plans) store.write(address, after)
  return { done: true }
}

const put = (store: Store, item: Item, when: Condition | undefined): boolean => {
  const stored = storable(item)
  const address = addressOf(stored)
  const done = allows(when, store.at(address))
  if (done) store.write(address, stored)
  return done
}

const count = (store: Store, key: Key, by: number): number => {
  const outcome = update(store, key, { move: { [COUNTER]: { by, start: 0 } } })
  return counterValue(outcome.done ? outcome.item : undefined)
}

/** Answers as a client does: with a promise, also of an error. */
const answer = <Result>(run: () => Result): Promise<Result> =>
  new Promise((resolve) => {
    resolve(run())
  })

const open = (store: Store): MemoryTable => ({
  get: (key) =>
    answer(() => {
      const item = store.at(addressOf(keyAttributes(key)))
      return item && looseMap(item)
    }),
  query: (range) => answer(() => store.query(range).map(looseMap)),
  put: (item, when) => answer(() => put(store, item, when)),
  delete: (key) =>
    answer(() => {
      store.write(addressOf(keyAttributes(key)), undefined)
    }),
  update: (key, change) => answer(() => update(store, key, change)),
  transact: (writes) => answer(() => transact(store, writes)),
  count: (key, by) => answer(() => count(store, key, by)),
  changes: (from = 0) => store.log.slice(from),
  items: () => store.all(),
  clone: (now) => open(store.clone(now)),
})

/**
 * A table in memory, as DynamoDB would be if nothing ever went wrong: each operation happens at
 * once, when it is called, and the index shows it from then on. `now` dates the changes.
 */
export const memoryTable = (now: () => Date = () => new Date()): MemoryTable => open(new Store(now))

/** Asked before an operation happens and after it did, before its caller knows. */
export type Gate = (operation: keyof Table, phase: 'before' | 'after') => Promise<void>

/**
 * A table whose operations wait for `gate`, so that a scheduler says who goes on. Where `gate`
 * throws, the caller dies: with nothing done before an operation, with all of it done after.
 */
export const interleaved = (table: Table, gate: Gate): Table => {
  const gated = async <Result>(
    operation: keyof Table,
    run: () => Promise<Result>,
  ): Promise<Result> => {
    await gate(operation, 'before')
    const result = await run()
    await gate(operation, 'after')
    return result
  }
  return {
    get: (key) => gated('get', () => table.get(key)),
    query: (range) => gated('query', () => table.query(range)),
    put: (item, when) => gated('put', () => table.put(item, when)),
    delete: (key) => gated('delete', () => table.delete(key)),
    update: (key, change) => gated('update', () => table.update(key, change)),
    transact: (writes) => gated('transact', () => table.transact(writes)),
    count: (key, by) => gated('count', () => table.count(key, by)),
  }
}
