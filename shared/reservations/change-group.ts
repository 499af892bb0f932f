import type * as z from 'zod'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import { capacityOf, claimWrites, releaseWrites } from '../enrolments/capacity.ts'
import { endedAmong, hasPlaceBeside } from '../enrolments/place-of-child.ts'
import { enrolmentWrites } from '../families/change-enrolment.ts'
import { labelEnrolment } from '../families/label-enrolment.ts'
import type { Enrolment } from '../families/model.ts'
import { readSheets } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { claimPlaces } from '../places/claim-places.ts'
import { loadRosters } from '../places/load-rosters.ts'
import type { Write } from '../platform/expressions.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { voidReceipt, type Booking } from './carry-out.ts'
import { limitedActivityOf, type LimitedActivity } from './claims.ts'
import { begunId, hasMoved } from './begun-rules.ts'
import type { changeGroupRoute } from './closing-routes.ts'
import {
  alreadyBegun,
  daysFull,
  decideGroup,
  excessOf,
  isSameWeek,
  moveWaits,
  weeksNeeded,
  type GroupAsked,
  type GroupChange,
} from './group-rules.ts'
import { loadHousehold } from './load-household.ts'
import type { Receipt } from './model.ts'
import {
  findReceipt,
  MOST_WRITES,
  saveIntent,
  saveOutcome,
  saveSubmission,
  submissionWrites,
} from './store.ts'

/** For how long the receipt of a change is kept, in seconds: a day. */
const LIFETIME = 86_400

const receiptKey = (asked: GroupAsked): string => `GROUP.${begunId(asked.parameters, asked.body)}`

/** An open receipt that stands for more weeks than it did when an earlier attempt opened it. */
const widen = async (
  table: Table,
  earlier: Receipt,
  excess: NonNullable<Receipt['excess']>,
): Promise<Receipt> => {
  const known = earlier.excess ?? []
  const more = excess.filter((week) => !known.some((each) => isSameWeek(each, week)))
  if (more.length === 0) return earlier
  const receipt = { ...earlier, version: earlier.version + 1, excess: [...known, ...more] }
  if (!(await saveIntent(table, receipt))) throw new StaleReadError('receipt')
  return receipt
}

/**
 * Opens the receipt that keeps what is claimed from being given back before it is written: in every
 * week that is claimed, also those that were booked since an earlier attempt.
 */
const openReceipt = async (
  { table }: Booking,
  asked: GroupAsked,
  { earlier, excess }: { earlier: Receipt | undefined; excess: NonNullable<Receipt['excess']> },
): Promise<Receipt> => {
  if (earlier?.state === 'open') return widen(table, earlier, excess)
  const receipt: Receipt = {
    familyId: asked.parameters.familyId,
    key: receiptKey(asked),
    bodyHash: hashOf(asked.body),
    number: await takeRequestNumbers(table, 1),
    version: (earlier?.version ?? 0) + 1,
    state: 'open',
    excess,
    openedAt: asked.now.toISOString(),
    expiresAt: Math.floor(asked.now.getTime() / 1000) + LIFETIME,
  }
  if (!(await saveIntent(table, receipt))) throw new StaleReadError('receipt')
  return receipt
}

/** Claims the places of the new group under an open receipt; refused when a day has none. */
const claimNew = async (
  booking: Booking,
  change: GroupChange,
  activity: LimitedActivity,
  asked: GroupAsked,
): Promise<Receipt | undefined> => {
  const { table } = booking
  const { begun } = change
  const { activityId, groupId, familyId, childId, from, until } = begun
  const weeks = weeksNeeded(change, activity)
  const earlier = await findReceipt(table, familyId, receiptKey(asked))
  const isWhole = change.ended === undefined
  if (weeks.size === 0 && !isWhole && earlier?.state !== 'open') return undefined
  const rosters = await loadRosters(table, activityId, groupId, from, until)
  const excess = excessOf(change, weeks, rosters)
  const full = daysFull(change, activity, weeks, rosters)
  const refusal = new PortalError('group-full', { detail: DETAILS.groupFull(full) })
  if (full.length > 0 && earlier?.state !== 'open') throw refusal
  const receipt = await openReceipt(booking, asked, { earlier, excess })
  if (full.length > 0) {
    if (!(await voidReceipt(table, receipt))) throw new StaleReadError('receipt')
    throw refusal
  }
  const claims = await Promise.all(
    [...weeks].map(([monday, days]) =>
      claimPlaces(
        table,
        {
          address: { activityId, groupId, monday },
          places: activity.places,
          holder: { familyId, childId },
          days,
          number: receipt.number,
          given: false,
        },
        rosters.find((roster) => roster.monday === monday),
      ),
    ),
  )
  // Somebody was faster: the next attempt sees which days are full, and gives back what it claimed.
  if (claims.some(({ done }) => !done)) throw new StaleReadError('roster')
  return receipt
}

/**
 * Writes the enrolments, the planning and its entries of waiting lists, and the receipt that has the
 * stream give back the places of the old group.
 */
const save = async (
  { table, town }: Booking,
  change: GroupChange,
  { receipt, places }: { receipt: Receipt | undefined; places: readonly Write[] },
): Promise<void> => {
  const { household, ended, begun } = change
  const { file } = household
  const authorisations = await readSheets(table, file.family.familyId)
  const { planning, writes } = moveWaits(town, change)
  const enrolments = ended === undefined ? [begun] : [ended, begun]
  const more = [...enrolmentWrites({ ...file, authorisations }, enrolments), ...writes, ...places]
  if (receipt === undefined) {
    await saveOutcome(table, { submissions: [], plannings: [planning], more })
    return
  }
  const done: Receipt = { ...receipt, version: receipt.version + 1, state: 'done' }
  const all = submissionWrites({ receipt: done, plannings: [planning], more })
  if (!(await saveSubmission(table, all))) throw new StaleReadError('receipt')
}

/**
 * The places that a change of group gives back and takes, where groups have a capacity: none that the
 * child keeps, or has already, by another enrolment.
 */
const placesOf = async (
  { table, town }: Booking,
  { household, activity, before, begun }: GroupChange,
  now: Date,
): Promise<Write[]> => {
  const today = parisDate(now)
  const schoolYear = schoolYearOf(begun.from)
  const group = describeGroup(town.catalogue, begun)?.group ?? begun.groupId
  const groups = [before.groupId, begun.groupId]
  if (groups.every((each) => capacityOf(activity, each) === undefined)) return []
  const { file } = household
  // An early end has given the place back, for all of what is left of the enrolment.
  const hasEnded = (await endedAmong(table, [before])).length > 0
  const isPlaceless = hasEnded && begun.enrolmentId === before.enrolmentId
  const taken =
    isPlaceless || (await hasPlaceBeside(table, file, begun, today))
      ? []
      : await claimWrites(table, activity, { crowd: { ...begun, schoolYear }, group, today })
  // So has an earlier change of group.
  const isGiven = hasEnded || hasMoved(file, before)
  if (isGiven || (await hasPlaceBeside(table, file, before, today))) return taken
  return [...taken, ...(await releaseWrites(table, activity, { ...before, schoolYear }))]
}

/**
 * The most writes of a change beside those of waiting lists: a receipt, a planning, two enrolments, two
 * cards, two counts of places.
 */
const OTHER_WRITES = 8

const carryOut = async (booking: Booking, asked: GroupAsked): Promise<Enrolment> => {
  const { familyId } = asked.parameters
  const year = schoolYearOf(asked.body.from)
  const household = await loadHousehold(booking.table, familyId, year)
  const begun = alreadyBegun(household, asked)
  if (begun !== undefined) return begun

  const change = decideGroup(booking.town, household, asked)
  if (moveWaits(booking.town, change).writes.length > MOST_WRITES - OTHER_WRITES) {
    throw new PortalError('request-too-large')
  }
  const places = await placesOf(booking, change, asked.now)
  const activity = limitedActivityOf(booking.town, change.before)
  const receipt = activity && (await claimNew(booking, change, activity, asked))
  await save(booking, change, { receipt, places })
  return change.begun
}

/**
 * Moves a child to another group of its activity from a day on: its enrolment ends the day before
 * and a new one begins; bookings stay. Where places are counted, those of the new group are claimed
 * first, under a receipt that keeps them until all is written; those of the old group go back
 * afterwards, by the stream. The same call again finishes what a crash has left, and has one effect.
 *
 * @returns the enrolment in the new group.
 * @throws PortalError `not-found`, `unknown-enrolment`, `period-out-of-range`, `nothing-to-change`,
 * `group-full` naming the days without a place, `request-too-large`, `concurrent-change`.
 */
export const changeGroup = async (
  booking: Booking,
  asked: GroupAsked,
): Promise<z.input<(typeof changeGroupRoute)['reply']>> => {
  const begun = await again(() => carryOut(booking, asked))
  const described = describeGroup(booking.town.catalogue, begun)
  if (described === undefined) throw new PortalError('not-found')
  return labelEnrolment(begun, described)
}
