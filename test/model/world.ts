import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { ENTITY_ATTRIBUTE, TABLE_KEYS } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'
import type { Roster, Waiting } from '../../shared/places/model.ts'
import { rosterIn } from '../../shared/places/image.ts'
import { waitingIn } from '../../shared/places/waiting-list.ts'
import { planningIn, receiptIn, submissionIn } from '../../shared/reservations/image.ts'
import type { Planning, Receipt, Submission } from '../../shared/reservations/model.ts'
import type { LoggedChange, MemoryTable } from '../support/memory-table.ts'
import { Processes, type Outcome, type Process } from './processes.ts'
import type { Operation } from './record.ts'
import { FAMILIES_TABLE, START } from './town.ts'

/** Everything that the table holds at one moment, family files aside. */
export interface Snapshot {
  readonly rosters: readonly Roster[]
  readonly plannings: readonly Planning[]
  readonly submissions: readonly Submission[]
  readonly receipts: readonly Receipt[]
  readonly waiting: readonly Waiting[]
}

/** A client's call with an Idempotency-Key, and how it ended. */
export interface KeyedCall {
  readonly familyId: string
  readonly key: string
  readonly outcome: Outcome
}

/** A family's answer to an offer that was taken. */
interface Answered {
  readonly offer: Waiting
  readonly at: Date
}

/** What a check calls when something does not hold. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** Between the processes and the table: a mutant drops some of what keeps it in order. */
export type Mutation = (table: Table) => Table

/** Where a change was made, as one text. */
const placeOf = ({ before, after }: LoggedChange): string => {
  const item = after ?? before ?? {}
  return `${String(item[TABLE_KEYS.partition])}/${String(item[TABLE_KEYS.sort])}`
}

const FOLLOWED = new Set<unknown>(['Planning', 'Receipt', 'Waiting', 'Roster'])

/** The stream: every change of an item in its order, each item at its own pace. */
class Stream {
  readonly #items = new Map<string, { changes: LoggedChange[]; next: number; busy: boolean }>()
  readonly #paused = new Set<string>()

  add(change: LoggedChange): void {
    if (!FOLLOWED.has((change.after ?? change.before)?.[ENTITY_ATTRIBUTE])) return
    const place = placeOf(change)
    const item = this.#items.get(place) ?? { changes: [], next: 0, busy: false }
    item.changes.push(change)
    this.#items.set(place, item)
  }

  /** The items of which a change can be delivered now. */
  get due(): readonly string[] {
    return [...this.#items]
      .filter(
        ([place, { changes, next, busy }]) =>
          !busy && next < changes.length && !this.#paused.has(place),
      )
      .map(([place]) => place)
  }

  /** All items that have ever changed. */
  get places(): readonly string[] {
    return [...this.#items.keys()]
  }

  /** Hands out the next change of an item, until `back` says what became of it. */
  take(place: string): LoggedChange | undefined {
    const item = this.#items.get(place)
    const change = item?.changes[item.next]
    if (item !== undefined) item.busy = true
    return change
  }

  back(place: string, isHandled: boolean): void {
    const item = this.#items.get(place)
    if (item === undefined) return
    item.busy = false
    if (isHandled) item.next += 1
  }

  /** Delivers no more of an item for a while. */
  pause(place: string): void {
    this.#paused.add(place)
  }

  resume(): void {
    this.#paused.clear()
  }

  /** Has the last changes of an item delivered again. */
  rewind(place: string, by: number): void {
    const item = this.#items.get(place)
    if (item !== undefined && !item.busy) item.next = Math.max(0, item.next - by)
  }
}

/** The small town while a schedule runs: its table, its clock, its stream and its processes. */
export class World {
  readonly town: TownCatalogue
  readonly processes: Processes
  readonly stream = new Stream()
  readonly calls: KeyedCall[] = []
  readonly answered: Answered[] = []
  /** What happened, in words. */
  readonly lines: string[] = []
  readonly #isTraced: boolean
  readonly #table: MemoryTable
  readonly #watch: (world: World, process: Process, changes: readonly LoggedChange[]) => void
  /** What the index shows: it lags behind the table. */
  #index: Table
  #time = START
  #seen = 0
  #broken: Error | undefined

  /** @param watch called after each operation with what it changed. */
  constructor(
    town: TownCatalogue,
    {
      watch,
      mutation = (table) => table,
      isTraced,
    }: {
      readonly watch: (world: World, process: Process, changes: readonly LoggedChange[]) => void
      readonly mutation?: Mutation | undefined
      readonly isTraced: boolean
    },
  ) {
    this.#isTraced = isTraced
    this.town = town
    this.#watch = watch
    this.#table = FAMILIES_TABLE.clone(() => this.now)
    this.#index = this.#table
    const lagging: Table = {
      ...this.#table,
      query: (range) => (range.index === true ? this.#index : this.#table).query(range),
    }
    this.processes = new Processes(mutation(lagging), (process, operation) => {
      this.#note(process, operation)
    })
  }

  get now(): Date {
    return new Date(this.#time)
  }

  /** How many changes there have been. */
  get length(): number {
    return this.#seen
  }

  /** The first thing that was found broken. */
  get broken(): Error | undefined {
    return this.#broken
  }

  /** Notes that something is broken which no operation has shown. */
  break(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error))
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds
  }

  /** Whether the index shows what the table holds, or what it held just now. */
  setIndex(isFresh: boolean): void {
    this.#index = isFresh ? this.#table : this.#table.clone()
  }

  noteAnswered(process: Process, answered: Answered): void {
    this.tell(`    ${process.name} was told that it is done`)
    this.answered.push(answered)
  }

  snapshot(): Snapshot {
    return {
      rosters: this.#all('Roster', rosterIn),
      plannings: this.#all('Planning', planningIn),
      submissions: this.submissions(),
      receipts: this.#all('Receipt', receiptIn),
      waiting: this.waiting(),
    }
  }

  submissions(): readonly Submission[] {
    return this.#all('Submission', submissionIn)
  }

  waiting(): readonly Waiting[] {
    return this.#all('Waiting', waitingIn)
  }

  /** The plannings of a family. */
  planningsOf(familyId: string): readonly Planning[] {
    return this.#all('Planning', (item) =>
      item['familyId'] === familyId ? planningIn(item) : undefined,
    )
  }

  #all<Value>(entity: string, read: (item: Item) => Value | undefined): readonly Value[] {
    return this.#table
      .items()
      .flatMap((item) => (item[ENTITY_ATTRIBUTE] === entity ? (read(item) ?? []) : []))
  }

  /** Says what happened. */
  tell(line: string): void {
    if (this.#isTraced) this.lines.push(line)
  }

  #tellOf(process: Process, operation: Operation, changes: readonly LoggedChange[]): void {
    const refused = operation.done ? '' : ' REFUSED'
    this.tell(`${process.id} ${process.name}: ${operation.kind} ${operation.about}${refused}`)
    for (const { after } of changes) {
      const roster = after && rosterIn(after)
      if (roster !== undefined) this.tell(`    roster: ${rosterText(roster)}`)
    }
  }

  #note(process: Process, operation: Operation): void {
    const changes = this.#table.changes(this.#seen)
    this.#seen += changes.length
    for (const change of changes) this.stream.add(change)
    if (this.#isTraced) this.#tellOf(process, operation, changes)
    try {
      this.#watch(this, process, changes)
    } catch (error) {
      this.#broken ??= error instanceof Error ? error : new Error(String(error))
    }
  }
}

const rosterText = ({ monday, left, freed, holdings }: Roster): string =>
  [
    monday,
    `left ${JSON.stringify(Object.fromEntries(left))}`,
    `freed ${JSON.stringify(Object.fromEntries(freed))}`,
    ...[...holdings].map(
      ([key, { days, number, given }]) => `${key} ${days} by ${number}${given ? ' given' : ''}`,
    ),
  ].join(', ')
