import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { capacityOf, claimWrites, countOf, type Crowd } from '../enrolments/capacity.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import type { Line, Refusal, Row } from './model.ts'

/** A group with a capacity, and who asks for a place of it. */
interface Counted {
  readonly crowd: Crowd
  readonly capacity: number
  readonly before: { readonly taken: number; readonly isCounted: boolean }
  readonly claims: Set<string>
}

/**
 * The groups of the town whose children are counted by their enrolments, over a whole import: each is
 * counted once, and what the import adds is known to the rows that follow. Where nobody has counted yet
 * nothing is written, since the first who asks for a place will count the register with all that was
 * imported; so an import and a first request at the same moment may miss each other. Places of single days
 * are a matter of bookings, of which none is imported.
 */
export class Crowds {
  readonly #table: Table
  readonly #town: TownCatalogue
  readonly #today: IsoDate
  readonly #counted = new Map<string, Promise<Counted>>()

  constructor(table: Table, town: TownCatalogue, today: IsoDate) {
    this.#table = table
    this.#town = town
    this.#today = today
  }

  async #countedOf({
    activityId,
    groupId,
    from,
    until,
  }: Row<'enrolments'>): Promise<Counted | undefined> {
    const described = describeGroup(this.#town.catalogue, { activityId, groupId })
    const capacity = described && capacityOf(described.activity, groupId)
    if (capacity === undefined || until < this.#today) return undefined
    const crowd = { activityId, groupId, schoolYear: schoolYearOf(from) }
    const name = Object.values(crowd).join(' ')
    const known =
      this.#counted.get(name) ??
      countOf(this.#table, crowd, this.#today).then((before) => ({
        ...{ crowd, capacity, before },
        claims: new Set<string>(),
      }))
    this.#counted.set(name, known)
    return known
  }

  /** The new enrolments for which their group has no place; those that have one keep it. */
  async refusals(created: readonly Line<'enrolments'>[]): Promise<Refusal[]> {
    const refused: Refusal[] = []
    for (const { line, row } of created) {
      const counted = await this.#countedOf(row)
      if (counted === undefined) continue
      counted.claims.add(`${row.family} ${row.childId}`)
      if (counted.before.taken + counted.claims.size <= counted.capacity) continue
      counted.claims.delete(`${row.family} ${row.childId}`)
      const reason = FAULTS.full(row.groupId)
      refused.push({ kind: 'enrolments', line, field: 'groupId', reason })
    }
    return refused
  }

  /**
   * The writes that take the places of new enrolments where they are counted.
   *
   * @throws PortalError `group-full` when somebody else has come first.
   */
  async claims(created: readonly Line<'enrolments'>[]): Promise<Write[]> {
    const wanted = new Map<Counted, Set<string>>()
    for (const { row } of created) {
      const counted = await this.#countedOf(row)
      if (counted?.before.isCounted !== true) continue
      wanted.set(counted, (wanted.get(counted) ?? new Set()).add(row.childId))
    }
    const writes: Write[] = []
    for (const [{ crowd }, children] of wanted) {
      const described = describeGroup(this.#town.catalogue, crowd)
      if (described === undefined) continue
      const { activity, group } = described
      const claim = { crowd, group, today: this.#today, children: children.size }
      writes.push(...(await claimWrites(this.#table, activity, claim)))
    }
    return writes
  }
}
