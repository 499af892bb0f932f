import type { Places } from '../catalogue/model.ts'
import type { Weekday } from '../kernel/dates.ts'
import type { Table } from '../platform/table.ts'
import type { Holder, Holding, Roster, RosterAddress } from './model.ts'
import { capacityOfKey, holderKey, slotKey, slotsOn, withSlots, type Slot } from './rules.ts'
import { changeRoster, findRoster, type Moves } from './store.ts'

/** What a child gives back. */
export interface Release {
  readonly address: RosterAddress
  readonly places: Places
  readonly holder: Holder
  /** What the child held when it was found that it needs less. */
  readonly seen: Holding
  /** By day, the slots that are given back. */
  readonly days: ReadonlyMap<Weekday, readonly Slot[]>
}

/** The roster of a week; nothing while nobody has touched it. One read. */
export const readRoster = (table: Table, address: RosterAddress): Promise<Roster | undefined> =>
  findRoster(table, address)

/**
 * Gives places back, unless the child's holding has changed since it was seen: then whoever changed
 * it needs it. Where there is a waiting list, it is asked before anybody else.
 *
 * @returns whether they were given back, and the roster as it is now.
 */
export const releasePlaces = async (
  table: Table,
  { address, places, holder, seen, days }: Release,
): Promise<{ readonly done: boolean; readonly roster: Roster | undefined }> => {
  const moves: Record<string, number> = {}
  let after = seen.days
  for (const [weekday, slots] of days) {
    for (const slot of slots) moves[slotKey(weekday, slot)] = 1
    after = withSlots(
      after,
      weekday,
      slotsOn(seen, weekday).filter((slot) => !slots.includes(slot)),
    )
  }
  return changeRoster(table, address, {
    holder: {
      key: holderKey(holder),
      before: seen,
      after: { ...seen, days: after },
    },
    ...(places.waiting.kind === 'none' ? { left: moves } : { freed: moves }),
    capacity: capacityOfKey(places, address.groupId),
  })
}

/**
 * Lets anybody take places that were kept for a waiting list on which nobody can use them.
 *
 * @param freed by `slotKey`, how many.
 */
export const openFreedPlaces = async (
  table: Table,
  { address, places, freed }: { address: RosterAddress; places: Places; freed: Moves },
): Promise<boolean> => {
  const { done } = await changeRoster(table, address, {
    left: freed,
    freed: Object.fromEntries(Object.entries(freed).map(([key, count]) => [key, -count])),
    capacity: capacityOfKey(places, address.groupId),
  })
  return done
}
