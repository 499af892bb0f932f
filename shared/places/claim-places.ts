import type { Places } from '../catalogue/model.ts'
import type { Weekday } from '../kernel/dates.ts'
import type { RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Holder, Holding, Roster, RosterAddress } from './model.ts'
import {
  capacityOfKey,
  EMPTY_WEEK,
  holderKey,
  slotKey,
  slotsOn,
  withSlots,
  type Slot,
} from './rules.ts'
import { changeRoster, findRoster } from './store.ts'

/** What a child is to hold in a week, in addition to what it holds. */
export interface Claim {
  readonly address: RosterAddress
  readonly places: Places
  readonly holder: Holder
  /** By day, the slots. */
  readonly days: ReadonlyMap<Weekday, readonly Slot[]>
  /** The request that claims. */
  readonly number: RequestNumber
  /** Whether the places come from the waiting list: what was freed for it is taken first. */
  readonly given: boolean
}

/** How often a claim starts anew because the child's holding was not what was read. */
const ATTEMPTS = 4

/**
 * What a claim changes in the roster as it was read.
 *
 * @returns nothing when a slot is full.
 */
const changeFor = (
  { address, places, holder, days, number, given }: Claim,
  roster: Roster | undefined,
): Parameters<typeof changeRoster>[2] | undefined => {
  const key = holderKey(holder)
  const before = roster?.holdings.get(key)
  const capacity = capacityOfKey(places, address.groupId)
  const left: Record<string, number> = {}
  const freed: Record<string, number> = {}
  let after = before?.days ?? EMPTY_WEEK
  for (const [weekday, slots] of days) {
    const held = before === undefined ? [] : slotsOn(before, weekday)
    for (const slot of slots.filter((each) => !held.includes(each))) {
      const at = slotKey(weekday, slot)
      const kept = given ? (roster?.freed.get(at) ?? 0) : 0
      if (kept < 1 && (roster?.left.get(at) ?? capacity(at)) < 1) return undefined
      if (kept >= 1) freed[at] = -1
      else left[at] = -1
    }
    after = withSlots(after, weekday, [...held, ...slots])
  }
  return {
    holder: { key, before, after: { days: after, number, given } },
    left,
    freed,
    capacity,
  }
}

const isDone = ({ holder, days, number }: Claim, roster: Roster | undefined): boolean => {
  const holding = roster?.holdings.get(holderKey(holder))
  return (
    holding?.number === number &&
    [...days].every(([weekday, slots]) =>
      slots.every((slot) => slotsOn(holding, weekday).includes(slot)),
    )
  )
}

/**
 * Takes places of one week for a child: all of them or none, by one conditional update. The same
 * claim again finds its places taken and changes nothing.
 *
 * A claim always leaves its number, also where the child held all the places already: whoever was
 * about to give them back has then read too early.
 *
 * @param roster the week as it was read, a guess that is corrected.
 * @returns whether the child has the places, and the roster as it is now.
 */
export const claimPlaces = async (
  table: Table,
  claim: Claim,
  roster: Roster | undefined,
): Promise<{ readonly done: boolean; readonly roster: Roster | undefined }> => {
  let known = roster
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (isDone(claim, known)) return { done: true, roster: known }
    const change = changeFor(claim, known)
    if (change === undefined) return { done: false, roster: known }
    const outcome = await changeRoster(table, claim.address, change)
    if (outcome.done) return outcome
    known = outcome.roster
  }
  return { done: false, roster: await findRoster(table, claim.address) }
}

/**
 * Puts the number of a request on places that a child holds already, without taking any: whoever was
 * about to give them back has then read too early.
 *
 * @param seen what the child holds.
 * @returns false when it holds something else by now.
 */
export const keepPlaces = async (
  table: Table,
  { address, places, holder, number }: Omit<Claim, 'days' | 'given'>,
  seen: Holding,
): Promise<boolean> => {
  const { done } = await changeRoster(table, address, {
    holder: {
      key: holderKey(holder),
      before: seen,
      after: { ...seen, number, given: true },
    },
    capacity: capacityOfKey(places, address.groupId),
  })
  return done
}
