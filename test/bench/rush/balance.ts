import { letterOn } from '../../../shared/reservations/lines.ts'
import { holdsPlace, isOnWaitingList } from '../../../shared/reservations/rules.ts'
import { planningEntity, receiptEntity } from '../../../shared/reservations/store.ts'
import { enrolmentEntity } from '../../../shared/families/store.ts'
import { weekdayOf } from '../../../shared/kernel/dates.ts'
import { rosterIn } from '../../../shared/places/image.ts'
import { holderOf, slotsOn } from '../../../shared/places/rules.ts'
import { waitingIn } from '../../../shared/places/waiting-list.ts'
import type { Item } from '../../../shared/platform/entity.ts'
import type { Answer } from './crowd.ts'
import { familyIdOf, sessionsOf, UNIT, WANTED_DAY, WANTED_SLOT, type Demand } from './town.ts'

/** What the books say after a rush. */
export interface Balance {
  /** Children with a place above the capacity of a session, or without one in its roster. */
  readonly overbooked: number
  /** Places that nobody has although somebody wants them, or that a child holds without need. */
  readonly lost: number
  /** Whatever else does not agree, in words. */
  readonly faults: readonly string[]
}

/** Whoever has a letter of a kind on the day, by their plannings. */
const familiesWith = (items: readonly Item[], is: (letter: string) => boolean): Set<string> =>
  new Set(
    planningEntity
      .pick(items)
      .filter((planning) => is(letterOn(planning, UNIT, WANTED_DAY)))
      .map(({ familyId }) => familyId),
  )

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...some].filter((each) => !others.has(each))

/** The places of each session: what is left, what is kept for the waiting list, who has the others. */
const countedPlaces = (items: readonly Item[], demand: Demand) => {
  const rosters = items.flatMap((item) => rosterIn(item) ?? [])
  return sessionsOf(demand).map(({ groupId }) => {
    const roster = rosters.find((each) => each.groupId === groupId)
    const holders = [...(roster?.holdings ?? [])]
      .filter(([, holding]) => slotsOn(holding, weekdayOf(WANTED_DAY)).includes(0))
      .map(([key]) => holderOf(key).familyId)
    return {
      groupId,
      left: roster?.left.get(WANTED_SLOT) ?? demand.places,
      freed: roster?.freed.get(WANTED_SLOT) ?? 0,
      holders: new Set<string>(holders),
    }
  })
}

/**
 * Compares everything that the table holds: places with plannings, plannings with waiting lists, and
 * all of them with what families were told.
 *
 * @param answers what families were told, by their place in the queue.
 */
export const balanceOf = (
  items: readonly Item[],
  demand: Demand,
  answers: ReadonlyMap<number, Answer>,
): Balance => {
  const faults: string[] = []
  const booked = familiesWith(items, holdsPlace)
  const waiting = familiesWith(items, isOnWaitingList)
  const entries = new Set<string>(
    items.flatMap((item) => waitingIn(item) ?? []).map(({ familyId }) => familyId),
  )
  const groups = new Map<string, string>(
    enrolmentEntity.pick(items).map(({ familyId, groupId }) => [familyId, groupId]),
  )
  const unserved = [...answers]
    .filter(([, answer]) => answer === 'gave-up')
    .map(([index]) => familyIdOf(index))
  let overbooked = 0
  let lost = 0
  for (const { groupId, left, freed, holders } of countedPlaces(items, demand)) {
    const own = (families: Iterable<string>): Set<string> =>
      new Set([...families].filter((familyId) => groups.get(familyId) === groupId))
    const promised = own(booked)
    if (left + freed + holders.size !== demand.places) {
      faults.push(`${groupId}: ${left} left + ${freed} freed + ${holders.size} held`)
    }
    overbooked += Math.max(0, promised.size - demand.places) + without(promised, holders).length
    const wanted = own(waiting).size + own(unserved).size
    lost += Math.min(Math.max(0, left + freed), wanted) + without(holders, promised).length
  }
  for (const familyId of [...without(waiting, entries), ...without(entries, waiting)]) {
    faults.push(`${familyId}: planning and waiting list disagree`)
  }
  for (const { familyId, state } of receiptEntity.pick(items)) {
    if (state === 'open') faults.push(`${familyId}: a receipt is still open`)
  }
  for (const [index, answer] of answers) {
    const familyId = familyIdOf(index)
    const isTrue =
      answer === 'gave-up' ||
      booked.has(familyId) ||
      // Who was told to wait may have been given a place since, never the other way round.
      (answer === 'waiting' && waiting.has(familyId))
    if (!isTrue) faults.push(`${familyId}: was told ${answer}`)
  }
  return { overbooked, lost, faults }
}
