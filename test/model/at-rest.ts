import { mondayOf, weekdayOf } from '../../shared/kernel/dates.ts'
import { holderKey, slotsOn } from '../../shared/places/rules.ts'
import { slotsHeld } from '../../shared/reservations/claims.ts'
import { bookedUnits, letterOn, yearsOf } from '../../shared/reservations/lines.ts'
import { activityOf, fits, must } from './invariants.ts'
import { checkAnswers, checkRequests } from './requests.ts'
import { DATES, ENROLMENTS } from './town.ts'
import type { Snapshot, World } from './world.ts'

/** Everybody holds what their planning says, and nothing is kept for nobody. */
const checkHoldings = (world: World, { rosters, plannings }: Snapshot): void => {
  for (const roster of rosters) {
    for (const [key, freed] of roster.freed) {
      must(
        freed === 0,
        () => `${String(freed)} places kept in ${roster.activityId} ${roster.monday} ${key}`,
      )
    }
  }
  for (const { familyId, childId, activityId, groupId, from, until } of ENROLMENTS) {
    const activity = activityOf(world, activityId)
    if (activity.places === undefined) continue
    const owner = { childId, activityId }
    const years = yearsOf(
      plannings.filter((planning) => planning.familyId === familyId),
      owner,
    )
    for (const date of DATES.filter((each) => from <= each && each <= until)) {
      const needed = slotsHeld(activity, years, date)
      const roster = rosters.find(
        (each) =>
          each.activityId === activityId &&
          each.groupId === groupId &&
          each.monday === mondayOf(date),
      )
      const holding = roster?.holdings.get(holderKey({ familyId, childId }))
      const held = holding === undefined ? [] : slotsOn(holding, weekdayOf(date))
      must(
        held.join() === needed.join(),
        () =>
          `${childId} needs slots [${needed.join()}] of ${activityId} on ${date} and holds [${held.join()}]`,
      )
    }
  }
}

/** Nobody waits for what is free, nor for what cannot be given any more. */
const checkNobodyWaitsInVain = (world: World, { rosters, waiting }: Snapshot): void => {
  for (const entry of waiting) {
    if (entry.offeredUntil !== undefined) continue
    const activity = activityOf(world, entry.activityId)
    must(
      world.now < world.town.calendars.deadlineOf(activity, 'add', entry.date),
      () => `${entry.childId} waits past the deadline for ${entry.activityId} on ${entry.date}`,
    )
    const roster = rosters.find(
      ({ activityId, groupId, monday }) =>
        activityId === entry.activityId &&
        groupId === entry.groupId &&
        monday === mondayOf(entry.date),
    )
    must(
      !fits(world, roster, entry),
      () => `${entry.childId} waits in vain for ${entry.activityId} on ${entry.date}`,
    )
  }
}

const waitText = (
  owner: { familyId: string; childId: string; activityId: string },
  wait: { date: string; rank: number; since: string; number: number; unitIds: readonly string[] },
  until: string | undefined,
): string =>
  [
    owner.familyId,
    owner.childId,
    owner.activityId,
    wait.date,
    wait.rank,
    wait.since,
    wait.number,
    wait.unitIds.join('+'),
    until ?? '-',
  ].join(' ')

/** Plannings, their letters and the waiting lists tell the same story. */
const checkWaits = ({ plannings, waiting }: Snapshot): void => {
  const entries = waiting.map((entry) => waitText(entry, entry, entry.offeredUntil)).toSorted()
  const waits = plannings
    .flatMap((planning) =>
      (planning.waits ?? []).map((wait) => waitText(planning, wait, wait.until)),
    )
    .toSorted()
  must(
    entries.join('\n') === waits.join('\n'),
    () => `Waiting lists:\n${entries.join('\n')}\nPlannings:\n${waits.join('\n')}`,
  )
  for (const planning of plannings) {
    for (const date of DATES) {
      for (const id of bookedUnits(planning)) {
        const letter = letterOn(planning, id, date)
        const own = (planning.waits ?? []).filter(
          (wait) => wait.date === date && wait.unitIds.includes(id),
        )
        const expected = letter === 'w' || letter === 'o' ? 1 : 0
        must(
          own.length === expected &&
            own.every(({ until }) => (until === undefined) === (letter === 'w')),
          () =>
            `${planning.childId} has ${letter} for ${id} on ${date} with ${String(own.length)} waits`,
        )
      }
    }
  }
}

/** What must hold when nothing is under way: every process has ended and the stream is drained. */
export const checkAtRest = (world: World): void => {
  const snapshot = world.snapshot()
  checkHoldings(world, snapshot)
  checkNobodyWaitsInVain(world, snapshot)
  checkWaits(snapshot)
  checkRequests(world, snapshot)
  checkAnswers(world, snapshot)
}
