import { addDays, mondayOf, weekdayOf, type IsoDate, type Weekday } from '../kernel/dates.ts'
import type { Activity, Places, Unit } from '../catalogue/model.ts'
import { childIdSchema, familyIdSchema, type GroupId, type UnitId } from '../platform/schemas.ts'
import type { Holder, Holding, Roster } from './model.ts'

/** A slot by its position in the activity's list. */
export type Slot = number

/** A day of a week on which a child has no slot. */
export const NO_SLOTS = '.'

const LETTERS_OF_SLOTS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ23456'

/** The letter of a set of slots: one of 31, for up to five slots. */
export const slotsLetter = (slots: readonly Slot[]): string => {
  const set = [...new Set(slots)].reduce((bits, slot) => bits + 2 ** slot, 0)
  return set === 0 ? NO_SLOTS : (LETTERS_OF_SLOTS[set - 1] ?? NO_SLOTS)
}

/** The slots that a letter stands for, in order. */
export const slotsOfLetter = (letter: string): Slot[] => {
  const set = LETTERS_OF_SLOTS.indexOf(letter) + 1
  return [0, 1, 2, 3, 4].filter((slot) => Math.floor(set / 2 ** slot) % 2 === 1)
}

/** A week in which a child has nothing. */
export const EMPTY_WEEK = NO_SLOTS.repeat(7)

/** The slots that a child has on a day of a week. */
export const slotsOn = ({ days }: Pick<Holding, 'days'>, weekday: Weekday): Slot[] =>
  slotsOfLetter(days[weekday - 1] ?? NO_SLOTS)

/** A week with the slots of one day written. */
export const withSlots = (days: string, weekday: Weekday, slots: readonly Slot[]): string =>
  days.slice(0, weekday - 1) + slotsLetter(slots) + days.slice(weekday)

/** Where a roster counts the places of a slot on a day. */
export const slotKey = (weekday: Weekday, slot: Slot): string => `${weekday}${slot}`

/** Where a roster holds the places of a child. */
export const holderKey = ({ familyId, childId }: Holder): string => `${familyId}/${childId}`

/** The child that a roster knows by a key. */
export const holderOf = (key: string): Holder => {
  const [familyId, childId] = key.split('/')
  return { familyId: familyIdSchema.parse(familyId), childId: childIdSchema.parse(childId) }
}

/** The slots in which units take places, each once, by position. */
export const slotsOfUnits = (
  { units, places }: Pick<Activity, 'units' | 'places'>,
  unitIds: readonly UnitId[],
): Slot[] => {
  const slots = places?.slots ?? []
  const taken = units.filter(({ id }) => unitIds.includes(id)).flatMap(({ takes }: Unit) => takes)
  return slots.flatMap(({ id }, position) => (taken.includes(id) ? [position] : []))
}

/** The places that a slot of a group has on a day that nobody has touched. */
export const capacityOf = (places: Places, groupId: GroupId, slot: Slot): number =>
  places.capacities.find(
    (capacity) => capacity.groupId === groupId && capacity.slotId === places.slots[slot]?.id,
  )?.places ?? 0

/** The same by `slotKey`, as rosters ask for it. */
export const capacityOfKey =
  (places: Places, groupId: GroupId) =>
  (key: string): number =>
    capacityOf(places, groupId, Number(key.slice(1)))

/** How the places of a slot stand on a day: its capacity is the sum of the three. */
export interface SlotCount {
  /** How many children have one. */
  readonly held: number
  /** How many anybody can take. */
  readonly left: number
  /** How many were given back and are kept for the waiting list. */
  readonly freed: number
}

/** How the places of a slot stand on a weekday of a roster; nothing is a week nobody has touched. */
export const countSlot = (
  { places, groupId }: { readonly places: Places; readonly groupId: GroupId },
  roster: Roster | undefined,
  weekday: Weekday,
  slot: Slot,
): SlotCount => {
  const key = slotKey(weekday, slot)
  return {
    held: [...(roster?.holdings.values() ?? [])].filter((holding) =>
      slotsOn(holding, weekday).includes(slot),
    ).length,
    left: roster?.left.get(key) ?? capacityOf(places, groupId, slot),
    freed: roster?.freed.get(key) ?? 0,
  }
}

/** The Mondays of the weeks from a day to a day. */
export const mondaysBetween = (from: IsoDate, to: IsoDate): IsoDate[] => {
  const mondays: IsoDate[] = []
  for (let monday = mondayOf(from); monday <= to; monday = addDays(monday, 7)) mondays.push(monday)
  return mondays
}

/**
 * The places of one group as a decision sees them: what rosters have left, less what the decision
 * has taken for others before. What a child holds already is there for it.
 */
export class Room {
  readonly #places: Places
  readonly #groupId: GroupId
  readonly #rosters: ReadonlyMap<IsoDate, Roster>
  readonly #taken = new Map<string, number>()

  /** @param rosters those of the group; weeks without one are untouched. */
  constructor(places: Places, groupId: GroupId, rosters: readonly Roster[]) {
    this.#places = places
    this.#groupId = groupId
    this.#rosters = new Map(rosters.map((roster) => [roster.monday, roster]))
  }

  /** The places that anybody can still take. */
  left(date: IsoDate, slot: Slot): number {
    const weekday = weekdayOf(date)
    const left =
      this.#rosters.get(mondayOf(date))?.left.get(slotKey(weekday, slot)) ??
      capacityOf(this.#places, this.#groupId, slot)
    return left - (this.#taken.get(`${date} ${slot}`) ?? 0)
  }

  /** The slots that a child holds on a day. */
  heldBy(holder: Holder, date: IsoDate): Slot[] {
    const holding = this.#rosters.get(mondayOf(date))?.holdings.get(holderKey(holder))
    return holding === undefined ? [] : slotsOn(holding, weekdayOf(date))
  }

  /** Takes slots of a day for a child, all of them or, when one is full, none. */
  take(holder: Holder, date: IsoDate, slots: readonly Slot[]): boolean {
    const held = this.heldBy(holder, date)
    const missing = slots.filter((slot) => !held.includes(slot))
    if (missing.some((slot) => this.left(date, slot) < 1)) return false
    for (const slot of missing) {
      const key = `${date} ${slot}`
      this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1)
    }
    return true
  }
}
