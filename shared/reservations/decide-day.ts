import type { Activity, Unit } from '../catalogue/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { UnitId } from '../platform/schemas.ts'
import { LETTERS, type Letter } from './model.ts'
import type { Relations, UnitSet } from './relations.ts'
import {
  holdsPlace,
  isMarked,
  isOnWaitingList,
  isWanted,
  occupies,
  type DayOfEnrolment,
} from './rules.ts'
import { WISH } from './wishes.ts'

/** Whether a day can be added: in time, late at the late price, or not any more or not yet. */
export type Adding = 'inTime' | 'late' | 'addDeadline' | 'notYetOpen'

/** Whether a day can be cancelled: in time, too late and thus still owed, or not any more. */
export type Cancelling = 'inTime' | 'owed' | 'cancelDeadline'

/** Why a wish leaves a day as it is. */
export type KeptReason =
  | Exclude<DayOfEnrolment, 'open'>
  | 'addDeadline'
  | 'cancelDeadline'
  | 'notYetOpen'
  /** Another unit that excludes it stays on that day. */
  | 'exclusive'
  /** None of the units that it needs is there. */
  | 'dependent'
  /** A unit that brings it stays. */
  | 'required'
  | 'full'
  /** Staff have noted a presence or an absence. */
  | 'marked'

/** What holds of every day of an enrolment. */
export interface DayRules {
  readonly relations: Relations
  readonly decision: Activity['decision']
  /** Whether a wish for a full day waits for a place; it is refused otherwise. */
  readonly isWaitingListKept: boolean
  readonly stateOf: (date: IsoDate) => DayOfEnrolment
  readonly adding: (date: IsoDate) => Adding
  readonly cancelling: (date: IsoDate) => Cancelling
  /** The places left, where they are counted: takes those of all units that the child would have. */
  readonly room?: { take: (date: IsoDate, unitIds: readonly UnitId[]) => boolean } | undefined
}

/** A day to decide: what is wished, what there is, and what is booked elsewhere. */
export interface Day {
  readonly date: IsoDate
  readonly wish: (unit: UnitId) => string
  readonly letter: (unit: UnitId) => string
  /** Whether a unit of another planning of the child keeps it from this one. */
  readonly isRivalled: (unit: UnitId) => boolean
}

/** What a day comes to: the letters that change, the units that stay against the wish, and why. */
export interface DayOutcome {
  readonly changed: ReadonlyMap<UnitId, Letter>
  readonly kept: ReadonlyMap<UnitId, KeptReason>
  /** The sets of units that wait together. */
  readonly waiting: readonly [UnitId, ...UnitId[]][]
}

/** A day being decided. Removals come first, so that a unit that leaves makes room for another. */
class DayInCourse implements DayOutcome {
  readonly changed = new Map<UnitId, Letter>()
  readonly kept = new Map<UnitId, KeptReason>()
  readonly waiting: [UnitId, ...UnitId[]][] = []
  readonly #rules: DayRules
  readonly #day: Day
  #known: Adding | undefined

  constructor(rules: DayRules, day: Day) {
    this.#rules = rules
    this.#day = day
  }

  /** @param forced sets that leave whatever is wished, because what they depend on does. */
  remove(forced: ReadonlySet<UnitSet>): void {
    const { sets } = this.#rules.relations
    const unwanted = sets.filter((set) => !forced.has(set) && this.#wishFor(set) === WISH.unwanted)
    if (unwanted.length === 0 && forced.size === 0) return
    const leaving = new Set(forced)
    for (const set of unwanted) {
      const reason = this.#whyNotRemoved(set)
      if (reason === undefined) leaving.add(set)
      else this.#keep(set.units, reason)
    }
    this.#keepRequired(leaving, forced)
    for (const { units } of leaving) {
      for (const { id } of units) {
        const letter = this.#day.letter(id)
        if (isWanted(letter)) this.changed.set(id, this.#afterRemoving(letter))
      }
    }
  }

  /** Adds what is wished, each set with all that it brings or not at all. */
  add(): void {
    for (const { units, bundle } of this.#rules.relations.sets) {
      if (!units.some(({ id }) => this.#day.wish(id) === WISH.wanted)) continue
      const missing = bundle.filter(({ id }) => !isWanted(this.#after(id)))
      if (missing.length === 0) continue
      const reason = this.#whyNotAdded(missing, bundle) ?? this.#place(missing, bundle)
      for (const { id } of missing) {
        if (reason === undefined) this.kept.delete(id)
        else this.kept.set(id, reason)
      }
    }
  }

  /** The sets that are left without what they depend on, though they had it, and that can leave. */
  leftAlone(): UnitSet[] {
    const { relations } = this.#rules
    const had = (id: UnitId) => isWanted(this.#day.letter(id))
    const has = (id: UnitId) => isWanted(this.#after(id))
    return relations.sets.filter(
      (set) =>
        this.#whyNotRemoved(set) === undefined &&
        set.units.some(
          ({ id, requires, brings }) =>
            had(id) &&
            has(id) &&
            ((requires.some(had) && !requires.some(has)) ||
              brings.some((brought) => had(brought) && !has(brought))),
        ),
    )
  }

  #adding(): Adding {
    this.#known ??= this.#rules.adding(this.#day.date)
    return this.#known
  }

  #after(unit: UnitId): string {
    return this.changed.get(unit) ?? this.#day.letter(unit)
  }

  #wishFor({ units, askedBy }: UnitSet): string {
    if (askedBy.some((id) => this.#day.wish(id) === WISH.wanted)) return WISH.wanted
    const isUnwanted = units.some(({ id }) => this.#day.wish(id) === WISH.unwanted)
    return isUnwanted ? WISH.unwanted : WISH.untouched
  }

  /** Says of the units of a set that are there why they stay. */
  #keep(units: readonly Unit[], reason: KeptReason): void {
    for (const { id } of units) {
      const letter = this.#day.letter(id)
      if (isMarked(letter)) this.kept.set(id, 'marked')
      else if (isWanted(letter)) this.kept.set(id, reason)
    }
  }

  /** What stays keeps what it brought. */
  #keepRequired(leaving: Set<UnitSet>, forced: ReadonlySet<UnitSet>): void {
    const { relations } = this.#rules
    if (relations.isPlain) return
    const isLeaving = (id: UnitId) =>
      [...leaving].some(({ units }) => units.some((unit) => unit.id === id))
    const isKept = (set: UnitSet) =>
      !forced.has(set) &&
      set.askedBy.some(
        (id) =>
          !set.units.some((unit) => unit.id === id) &&
          isWanted(this.#day.letter(id)) &&
          !isLeaving(id),
      )
    for (let kept = [...leaving].find(isKept); kept; kept = [...leaving].find(isKept)) {
      leaving.delete(kept)
      this.#keep(kept.units, 'required')
    }
  }

  /** One who waits may leave the list at any time; what is booked has its deadline. */
  #whyNotRemoved({ units }: UnitSet): KeptReason | undefined {
    const letters = units.map(({ id }) => this.#day.letter(id))
    if (letters.some(isMarked)) return 'marked'
    const isBooked = letters.some((letter) => isWanted(letter) && !isOnWaitingList(letter))
    return isBooked && this.#rules.cancelling(this.#day.date) === 'cancelDeadline'
      ? 'cancelDeadline'
      : undefined
  }

  #afterRemoving(letter: string): Letter {
    if (letter === LETTERS.requested || isOnWaitingList(letter)) return LETTERS.nothing
    if (this.#rules.cancelling(this.#day.date) === 'owed') return LETTERS.absent
    return this.#rules.decision === 'automatic' ? LETTERS.nothing : LETTERS.cancelling
  }

  #whyNotAdded(missing: readonly Unit[], bundle: readonly Unit[]): KeptReason | undefined {
    if (missing.some(({ id }) => isMarked(this.#day.letter(id)))) return 'marked'
    const state = this.#rules.stateOf(this.#day.date)
    if (state !== 'open') return state
    const adding = this.#adding()
    if (adding === 'addDeadline' || adding === 'notYetOpen') return adding
    if (missing.some(({ id }) => this.#isExcluded(id, missing))) return 'exclusive'
    if (this.#rules.relations.isPlain) return undefined
    const isHalfWaiting = bundle.some(
      ({ id }) => isOnWaitingList(this.#after(id)) && !this.#waitsNow(id),
    )
    return isHalfWaiting || missing.some((unit) => this.#lacks(unit, missing))
      ? 'dependent'
      : undefined
  }

  /**
   * A unit whose earlier cancellation is undecided may yet come back, and excludes others till then;
   * one that this plan cancels is decided together with what it adds.
   */
  #isExcluded(unit: UnitId, missing: readonly Unit[]): boolean {
    const others = this.#rules.relations.exclusive.get(unit) ?? []
    return (
      this.#day.isRivalled(unit) ||
      others.some((other) => {
        const changed = this.changed.get(other)
        return (
          missing.some(({ id }) => id === other) ||
          (changed === undefined ? occupies(this.#day.letter(other)) : isWanted(changed))
        )
      })
    )
  }

  /** Whether none of the units that a unit needs is sure to be there, or waits together with it. */
  #lacks({ requires }: Unit, missing: readonly Unit[]): boolean {
    return (
      requires.length > 0 &&
      !requires.some(
        (id) => missing.some((unit) => unit.id === id) || this.#isSure(id) || this.#waitsNow(id),
      )
    )
  }

  #isSure(unit: UnitId): boolean {
    const letter = this.#after(unit)
    return isWanted(letter) && !isOnWaitingList(letter)
  }

  #waitsNow(unit: UnitId): boolean {
    return this.waiting.some((set) => set.includes(unit))
  }

  /** Adds units where there is room for all of them; else they wait together, or not at all. */
  #place(missing: readonly Unit[], bundle: readonly Unit[]): KeptReason | undefined {
    const company = this.#companyOf(missing, bundle)
    if (company === undefined && this.#fits(missing)) {
      for (const { id } of missing) this.changed.set(id, this.#afterAdding(id))
      return undefined
    }
    if (!this.#rules.isWaitingListKept || this.#adding() !== 'inTime') return 'full'
    const [first, ...others] = missing.map(({ id }) => id)
    if (first === undefined) return undefined
    if (company === undefined) this.waiting.push([first, ...others])
    else company.push(first, ...others)
    for (const { id } of missing) this.changed.set(id, LETTERS.waiting)
    return undefined
  }

  /** Those that wait already and that units have to wait with. */
  #companyOf(missing: readonly Unit[], bundle: readonly Unit[]): UnitId[] | undefined {
    if (this.waiting.length === 0) return undefined
    const awaited = [
      ...bundle.map(({ id }) => id),
      ...missing.flatMap(({ requires }) =>
        requires.some((id) => this.#isSure(id)) ? [] : requires,
      ),
    ]
    return this.waiting.find((set) => awaited.some((id) => set.includes(id)))
  }

  #fits(missing: readonly Unit[]): boolean {
    const { room, relations } = this.#rules
    if (room === undefined) return true
    if (missing.every(({ id }) => holdsPlace(this.#day.letter(id)))) return true
    const held = relations.units.filter(
      (unit) => missing.includes(unit) || holdsPlace(this.#after(unit.id)),
    )
    return room.take(
      this.#day.date,
      held.map(({ id }) => id),
    )
  }

  #afterAdding(unit: UnitId): Letter {
    if (this.#day.letter(unit) === LETTERS.cancelling) return LETTERS.accepted
    if (this.#adding() === 'late') return LETTERS.late
    return this.#rules.decision === 'automatic' ? LETTERS.accepted : LETTERS.requested
  }
}

const NONE_FORCED: ReadonlySet<UnitSet> = new Set()

/** Decides one day. Where two units compete for it, the one that the catalogue names first wins. */
export const decideDay = (
  rules: DayRules,
  day: Day,
  forced: ReadonlySet<UnitSet> = NONE_FORCED,
): DayOutcome => {
  const course = new DayInCourse(rules, day)
  course.remove(forced)
  course.add()
  if (rules.relations.isPlain) return course
  const alone = course.leftAlone().filter((set) => !forced.has(set))
  // What leaves with them may make room for others: the day is decided anew.
  return alone.length === 0 ? course : decideDay(rules, day, new Set([...forced, ...alone]))
}
