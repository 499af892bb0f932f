import { schoolYearOf } from '../catalogue/calendar.ts'
import { laterOf } from '../kernel/dates.ts'
import type { Waiting } from '../places/model.ts'
import { leavingWrite, waitingWrite } from '../places/waiting-list.ts'
import type { Booking } from './carry-out.ts'
import { findWait } from './lines.ts'
import type { Planning, Wait } from './model.ts'
import { decideWaits, entryOf } from './place-waiting.ts'
import { householdNow } from './settle-places.ts'
import { saveOutcome } from './store.ts'

/** What ends together: entries of one request, all of them offers or all of them not. */
export type Ending = readonly [Waiting, ...Waiting[]]

/** The entries that end together, so that a family gets one mail of all days with one deadline. */
export const endingsOf = (over: readonly Waiting[]): Ending[] =>
  [
    ...Map.groupBy(over, ({ familyId, number, groupId, date, offeredUntil }) =>
      [
        familyId,
        number,
        groupId,
        schoolYearOf(date),
        offeredUntil === undefined ? 'waits' : 'offered',
      ].join(' '),
    ).values(),
  ].flatMap(([first, ...others]) => (first === undefined ? [] : [[first, ...others] as const]))

/** Whether a wait is what its entry was found as: the index may be a moment behind the planning. */
const isOver = ({ offeredUntil }: Waiting, { until }: Wait, at: Date): boolean =>
  offeredUntil === undefined
    ? until === undefined
    : until !== undefined && until <= at.toISOString()

/** The entry of a wait for whose day the town has put off the deadline since the child joined the list. */
const postponed = (
  { town: { catalogue, calendars } }: Booking,
  planning: Planning,
  wait: Wait,
  at: Date,
): Waiting | undefined => {
  const activity = catalogue.activities.find(({ id }) => id === planning.activityId)
  const end = activity && calendars.deadlineOf(activity, 'add', wait.date)
  return end !== undefined && end > at ? entryOf(planning, wait, end) : undefined
}

/**
 * Ends offers whose time is over, or waits whose deadline for adding the day has passed, also where
 * places are no longer counted: the days become refused, the entries leave, the family is told. An
 * entry of which no planning knows (any more) is deleted: it would be found over again for ever. Of
 * what has been answered, given or withdrawn meanwhile the entry is gone already.
 *
 * @throws StaleReadError when something has changed since it was read.
 */
export const endWaits = async (booking: Booking, ending: Ending, at: Date): Promise<void> => {
  const { table } = booking
  const [{ familyId, offeredUntil }] = ending
  const isOffer = offeredUntil !== undefined
  const lastDay = ending.map(({ date }) => date).reduce(laterOf)
  const household = await householdNow(table, familyId, lastDay)
  const known = ending.map((entry) => ({
    entry,
    found: household && findWait(household.plannings, { ...entry, unitId: entry.unitIds[0] }),
  }))
  const unknown = known.filter(({ found }) => found === undefined)
  if (unknown.length > 0) await table.transact(unknown.map(({ entry }) => leavingWrite(entry)))

  const planning = known.find(({ found }) => found !== undefined)?.found?.planning
  if (household === undefined || planning === undefined) return
  const waits = known
    .flatMap(({ entry, found }) => (found && isOver(entry, found.wait, at) ? [found.wait] : []))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
  const later = isOffer ? [] : waits.flatMap((wait) => postponed(booking, planning, wait, at) ?? [])
  if (later.length > 0) {
    const plannings = [{ ...planning, version: planning.version + 1 }]
    await saveOutcome(table, { submissions: [], plannings, more: later.map(waitingWrite) })
    // The days whose deadline stays, if there are any, are found again.
    return
  }
  const [first, ...others] = waits
  if (first === undefined) return
  const fate = { kind: isOffer ? ('over' as const) : ('in-vain' as const) }
  await decideWaits(booking, { household, planning, waits: [first, ...others] }, fate, at)
}
