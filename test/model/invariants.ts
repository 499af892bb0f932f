import type { Activity } from '../../shared/catalogue/model.ts'
import { weekdayOf } from '../../shared/kernel/dates.ts'
import { rosterIn } from '../../shared/places/image.ts'
import type { Roster, Waiting } from '../../shared/places/model.ts'
import { capacityOf, holderKey, slotKey, slotsOfUnits, slotsOn } from '../../shared/places/rules.ts'
import { waitingIn } from '../../shared/places/waiting-list.ts'
import { planningIn } from '../../shared/reservations/image.ts'
import { letterOn } from '../../shared/reservations/lines.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import { isWanted } from '../../shared/reservations/rules.ts'
import { areExclusive } from '../../shared/reservations/wishes.ts'
import type { LoggedChange } from '../support/memory-table.ts'
import type { Process } from './processes.ts'
import { DATES } from './town.ts'
import { BrokenInvariant, type World } from './world.ts'

/** Says what is broken unless something holds. */
export const must = (holds: boolean, say: () => string): void => {
  if (!holds) throw new BrokenInvariant(say())
}

/** An activity of the town, which must be there. */
export const activityOf = ({ town }: World, activityId: string): Activity => {
  const found = town.catalogue.activities.find(({ id }) => id === activityId)
  if (found === undefined) throw new BrokenInvariant(`No activity ${activityId}`)
  return found
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** Places left, kept for the waiting list and held are all there are, and none of them negative. */
const checkBalance = (world: World, roster: Roster): void => {
  const { places } = activityOf(world, roster.activityId)
  must(places !== undefined, () => 'A roster of an activity without places')
  for (const weekday of WEEKDAYS) {
    for (const [slot] of places?.slots.entries() ?? []) {
      const key = slotKey(weekday, slot)
      const capacity = places === undefined ? 0 : capacityOf(places, roster.groupId, slot)
      const left = roster.left.get(key) ?? capacity
      const freed = roster.freed.get(key) ?? 0
      const held = [...roster.holdings.values()].filter((holding) =>
        slotsOn(holding, weekday).includes(slot),
      ).length
      must(
        left >= 0 && freed >= 0 && left + freed + held === capacity,
        () =>
          `Places do not balance in ${roster.activityId} ${roster.monday} ${key}: ${String(left)} left + ${String(freed)} freed + ${String(held)} held, capacity ${String(capacity)}`,
      )
    }
  }
}

/** No child has, or wants, two units at a time that exclude each other. */
const checkExclusion = (world: World, { familyId, childId }: Planning): void => {
  const own = world.planningsOf(familyId).filter((planning) => planning.childId === childId)
  for (const date of DATES) {
    const wanted = own.flatMap((planning) => {
      const activity = activityOf(world, planning.activityId)
      return activity.units
        .filter(({ id }) => isWanted(letterOn(planning, id, date)))
        .map((unit) => ({ activity, unit }))
    })
    for (const [index, one] of wanted.entries()) {
      const other = wanted.slice(index + 1).find((each) => areExclusive(one, each))
      must(
        other === undefined,
        () =>
          `${childId} has on ${date} both ${one.activity.id} ${one.unit.id} and ${other?.activity.id ?? ''} ${other?.unit.id ?? ''}`,
      )
    }
  }
}

/** Whether there is room in a roster for all that somebody waits for. */
export const fits = (
  world: World,
  roster: Roster | undefined,
  { activityId, groupId, date, unitIds }: Waiting,
): boolean => {
  const activity = activityOf(world, activityId)
  const { places } = activity
  if (places === undefined) return false
  return slotsOfUnits(activity, unitIds).every((slot) => {
    const key = slotKey(weekdayOf(date), slot)
    const left = roster?.left.get(key) ?? capacityOf(places, groupId, slot)
    return left + (roster?.freed.get(key) ?? 0) >= 1
  })
}

/**
 * First come, first served: whoever gives a place from the waiting list passes over nobody who was
 * on the list that it read, and for whom there was room both when it looked and when it gave.
 */
const checkTurn = (world: World, process: Process, before: Roster | undefined, after: Roster) => {
  const given = [...after.holdings].find(([key, holding]) => {
    const had = before?.holdings.get(key)
    return (
      holding.given && (had?.number !== holding.number || had.days !== holding.days || !had.given)
    )
  })
  if (given === undefined) return
  const [key, { number }] = given
  const listAt = process.operations.findLastIndex(
    ({ partition }) => partition[0] === 'WAITING' && partition[1] === after.activityId,
  )
  const list = (process.operations[listAt]?.read ?? [])
    .flatMap((item) => waitingIn(item) ?? [])
    .toSorted((a, b) => (turnOf(a) < turnOf(b) ? -1 : 1))
  const lookedAt = process.operations
    .slice(0, listAt)
    .findLast(({ kind, about }) => kind === 'get' && about.startsWith('ROSTER'))
  const seen = lookedAt?.read.map(rosterIn)[0]
  const served = list.findIndex((entry) => holderKey(entry) === key && entry.number === number)
  // A holding that shrinks keeps its mark; only one that grows was given.
  const grew = list[served] !== undefined && weekGrew(before, after, key)
  if (!grew) return
  const passedOver = list
    .slice(0, served)
    .find(
      (entry) =>
        entry.offeredUntil === undefined && fits(world, seen, entry) && fits(world, before, entry),
    )
  must(
    passedOver === undefined,
    () =>
      `${String(passedOver?.number)} was passed over for ${String(number)} on ${String(passedOver?.date)}`,
  )
}

/** The town's priorities first, then the time of asking. */
const turnOf = ({ rank, since, number }: Waiting): string =>
  [String(rank).padStart(2, '0'), since, String(number).padStart(9, '0')].join(' ')

const weekGrew = (before: Roster | undefined, after: Roster, key: string): boolean => {
  const days = after.holdings.get(key)?.days ?? ''
  const had = before?.holdings.get(key)?.days ?? ''
  return WEEKDAYS.some((weekday) =>
    slotsOn({ days }, weekday).some((slot) => !slotsOn({ days: had }, weekday).includes(slot)),
  )
}

/** What must hold after every single operation. */
export const checkChanges = (
  world: World,
  process: Process,
  changes: readonly LoggedChange[],
): void => {
  for (const { before, after } of changes) {
    if (after === undefined) continue
    const roster = rosterIn(after)
    if (roster !== undefined) {
      checkBalance(world, roster)
      checkTurn(world, process, before && rosterIn(before), roster)
    }
    const planning = planningIn(after)
    if (planning !== undefined) checkExclusion(world, planning)
  }
}
