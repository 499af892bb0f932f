import type { Table } from '../../shared/platform/table.ts'
import { replacePause } from '../../shared/platform/retry.ts'
import { interleaved } from '../support/memory-table.ts'
import { recorded, type Operation } from './record.ts'

// Rivals come apart by the scheduler's choice; nothing here waits for real.
replacePause(() => Promise.resolve())

/** What a killed process fails with. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

/** What has become of a process. */
export type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'killed' }

/** Something that runs against the table: a client's call, a delivery of the stream, a sweep. */
export interface Process {
  readonly id: number
  readonly name: string
  /** What it has sent, in order. */
  readonly operations: readonly Operation[]
  readonly outcome: Outcome | undefined
}

/** How a process goes on: it does its operation, or dies before or after it. */
export type Fate = 'goes-on' | 'dies-before' | 'dies-after'

/** An operation that waits to be done. */
export interface Pending {
  readonly process: Process
  readonly operation: keyof Table
  readonly resume: (fate: Fate) => void
}

/** Lets everything run that waits for nothing but earlier steps of this program. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

class RunningProcess implements Process {
  readonly id: number
  readonly name: string
  readonly operations: Operation[] = []
  outcome: Outcome | undefined
  isDead = false
  diesNext = false

  constructor(id: number, name: string) {
    this.id = id
    this.name = name
  }
}

/** Processes that go on one operation at a time, when they are told to. */
export class Processes {
  readonly #table: Table
  readonly #noted: (process: Process, operation: Operation) => void
  readonly #pending: Pending[] = []
  #started = 0

  /** @param noted hears of each operation right after it was done. */
  constructor(table: Table, noted: (process: Process, operation: Operation) => void) {
    this.#table = table
    this.#noted = noted
  }

  /** The operations that wait, the oldest first. */
  get pending(): readonly Pending[] {
    return this.#pending
  }

  /** Starts a process, up to its first operation. */
  async start(
    name: string,
    run: (table: Table, self: Process) => Promise<unknown>,
    ended: (outcome: Outcome) => void,
  ): Promise<void> {
    this.#started += 1
    const process = new RunningProcess(this.#started, name)
    const end = (outcome: Outcome): void => {
      process.outcome = outcome
      ended(outcome)
    }
    run(this.#tableOf(process), process).then(
      (value) => {
        end(process.isDead ? { kind: 'killed' } : { kind: 'done', value })
      },
      (error: unknown) => {
        end(process.isDead ? { kind: 'killed' } : { kind: 'failed', error })
      },
    )
    await settled()
  }

  /** Has a pending operation done, or its process die. */
  async step(pending: Pending, fate: Fate): Promise<void> {
    pending.resume(fate)
    await settled()
  }

  #tableOf(process: RunningProcess): Table {
    const table = recorded(this.#table, (operation) => {
      process.operations.push(operation)
      this.#noted(process, operation)
    })
    return interleaved(table, (operation, phase) =>
      phase === 'before' ? this.#wait(process, operation) : this.#goOn(process),
    )
  }

  #wait(process: RunningProcess, operation: keyof Table): Promise<void> {
    if (process.isDead) return Promise.reject(new Killed())
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        process,
        operation,
        resume: (fate) => {
          this.#pending.splice(this.#pending.indexOf(pending), 1)
          if (fate === 'dies-before') this.#bury(process)
          if (process.isDead) {
            reject(new Killed())
            return
          }
          process.diesNext = fate === 'dies-after'
          resolve()
        },
      }
      this.#pending.push(pending)
    })
  }

  /** What was done is done, but a process that dies then never hears of it. */
  #goOn(process: RunningProcess): Promise<void> {
    if (!process.diesNext) return Promise.resolve()
    process.diesNext = false
    this.#bury(process)
    return Promise.reject(new Killed())
  }

  #bury(dead: RunningProcess): void {
    dead.isDead = true
    for (const pending of this.#pending.filter(({ process }) => process.id === dead.id)) {
      pending.resume('goes-on')
    }
  }
}
