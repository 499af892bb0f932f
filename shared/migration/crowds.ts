import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import {
  beginCount,
  capacityOf,
  claimWrites,
  countOf,
  releaseWrites,
  type Crowd,
} from '../enrolments/capacity.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Refusal, Row } from './model.ts'
import type { Move } from './plan-rules.ts'

/** A group with a capacity, and who takes a place of it or gives one back. */
interface Counted {
  readonly crowd: Crowd
  readonly described: NonNullable<ReturnType<typeof describeGroup>>
  readonly capacity: number
  /** How many children it had before the import. */
  readonly taken: number
  coming: ReadonlySet<string>
  leaving: ReadonlySet<string>
}

/** What moves are to a transaction: its writes, or the lines for which there is no place. */
export type Moved = { readonly writes: Write[] } | { readonly refusals: Refusal[] }

const nameOf = (crowd: Crowd): string => Object.values(crowd).join(' ')

const childOf = ({ family, childId }: Row<'enrolments'>): string => `${family} ${childId}`

const refusalOf = ({ crowd, described, capacity }: Counted, { line }: Move): Refusal => ({
  ...{ kind: 'enrolments', line: line.line, field: 'groupId' },
  reason: FAULTS.full(described.group, crowd.schoolYear, capacity),
})

/**
 * The groups of the town whose children are counted by their enrolments, over a whole import: each is
 * counted once, before its first child comes, so that a request at the same moment is not missed; what the
 * import adds is known to the rows that follow. An import that only tells counts without a write. Places of
 * single days are a matter of bookings, of which none is imported.
 */
export class Crowds {
  readonly #table: Table
  readonly #town: TownCatalogue
  readonly #today: IsoDate
  readonly #write: boolean
  readonly #counted = new Map<string, Promise<Counted | undefined>>()
  readonly #busy = new Map<string, Promise<undefined>>()

  constructor(table: Table, town: TownCatalogue, today: IsoDate, write: boolean) {
    this.#table = table
    this.#town = town
    this.#today = today
    this.#write = write
  }

  async #count(crowd: Crowd): Promise<Counted | undefined> {
    const described = describeGroup(this.#town.catalogue, crowd)
    const capacity = described && capacityOf(described.activity, crowd.groupId)
    if (described === undefined || capacity === undefined) return undefined
    const { taken } = this.#write
      ? await again(() => beginCount(this.#table, crowd, this.#today))
      : await countOf(this.#table, crowd, this.#today)
    return { crowd, described, capacity, taken, coming: new Set(), leaving: new Set() }
  }

  #countedOf({ activityId, groupId, from }: Row<'enrolments'>): Promise<Counted | undefined> {
    const crowd = { activityId, groupId, schoolYear: schoolYearOf(from) }
    const name = nameOf(crowd)
    const known = this.#counted.get(name)
    if (known !== undefined) return known
    const counted = this.#count(crowd)
    this.#counted.set(name, counted)
    // While the table is busy: who comes next asks anew.
    counted.catch(() => this.#counted.delete(name))
    return counted
  }

  async #byGroup(moves: readonly Move[]): Promise<Map<Counted, Move[]>> {
    const groups = new Map<Counted, Move[]>()
    for (const move of moves) {
      const counted = await this.#countedOf(move.line.row)
      if (counted !== undefined) groups.set(counted, [...(groups.get(counted) ?? []), move])
    }
    return groups
  }

  /**
   * The lines of a family's children for whom their group has no place. A family is taken over as a whole:
   * unless there is none, its places count for those that follow.
   */
  async refusals(moves: readonly Move[]): Promise<Refusal[]> {
    const refused: Refusal[] = []
    const groups = await this.#byGroup(moves)
    const after = new Map<Counted, Pick<Counted, 'coming' | 'leaving'>>()
    for (const [counted, own] of groups) {
      const { capacity, taken } = counted
      const coming = new Set(counted.coming)
      const leaving = new Set(counted.leaving)
      for (const { line, places } of own) {
        if (places < 0) leaving.add(childOf(line.row))
      }
      for (const move of own.filter(({ places }) => places > 0)) {
        const child = childOf(move.line.row)
        const isFull = taken + coming.size - leaving.size >= capacity
        if (isFull && !coming.has(child)) refused.push(refusalOf(counted, move))
        else coming.add(child)
      }
      after.set(counted, { coming, leaving })
    }
    if (refused.length > 0) return refused
    for (const [counted, { coming, leaving }] of after) {
      counted.coming = coming
      counted.leaving = leaving
    }
    return []
  }

  /** Takes back what a family was promised that is refused after all. */
  async takeBack(moves: readonly Move[]): Promise<void> {
    for (const [counted, own] of await this.#byGroup(moves)) {
      const children = new Set(own.map(({ line }) => childOf(line.row)))
      const isOfOthers = (child: string): boolean => !children.has(child)
      counted.coming = new Set([...counted.coming].filter(isOfOthers))
      counted.leaving = new Set([...counted.leaving].filter(isOfOthers))
    }
  }

  /** The writes that take places and give them back, or whom somebody else has left no place. */
  async moved(moves: readonly Move[]): Promise<Moved> {
    const writes: Write[] = []
    for (const [counted, own] of await this.#byGroup(moves)) {
      const { crowd, described } = counted
      const coming = own.filter(({ places }) => places > 0)
      const children = own.reduce((sum, { places }) => sum + places, 0)
      const claim = { crowd, group: described.group, today: this.#today, children }
      try {
        if (children > 0)
          writes.push(...(await claimWrites(this.#table, described.activity, claim)))
      } catch (error) {
        if (!(error instanceof PortalError) || error.code !== 'group-full') throw error
        return { refusals: coming.map((move) => refusalOf(counted, move)) }
      }
      if (children < 0) {
        writes.push(...(await releaseWrites(this.#table, described.activity, crowd, -children)))
      }
    }
    return { writes }
  }

  /** Runs what moves places when nobody else of the same import moves those of the same groups. */
  async alone<Result>(moves: readonly Move[], run: () => Promise<Result>): Promise<Result> {
    const names = [...(await this.#byGroup(moves)).keys()].map(({ crowd }) => nameOf(crowd))
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const before = names.flatMap((name) => this.#busy.get(name) ?? [])
    // All at once, without a pause in between: so two never wait for each other.
    for (const name of names) this.#busy.set(name, promise)
    await Promise.all(before)
    try {
      return await run()
    } finally {
      resolve(undefined)
    }
  }
}
