import type { TownCatalogue } from '../catalogue/calendar.ts'
import { schoolYearOf } from '../catalogue/calendar.ts'
import { describeGroup } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import type { Enrolment } from '../families/model.ts'
import {
  addDays,
  eachDay,
  mondayOf,
  weekdayOf,
  type IsoDate,
  type Weekday,
} from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Roster } from '../places/model.ts'
import { EMPTY_WEEK, holderKey, mondaysBetween, Room, type Slot } from '../places/rules.ts'
import { leavingWrite, waitingWrite } from '../places/waiting-list.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import type { GroupId } from '../platform/schemas.ts'
import { begunId } from './begun-rules.ts'
import { slotsHeld, type LimitedActivity } from './claims.ts'
import type { changeGroupRoute } from './closing-routes.ts'
import { isStillWaiting, sameOwner, yearsOf } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning, Receipt } from './model.ts'
import { entryOf } from './place-waiting.ts'

/** What is to change, and when it was asked. */
export type GroupAsked = Pick<Call<typeof changeGroupRoute>, 'parameters' | 'body' | 'now'>

/** A change of group against the family file as it was read. */
export interface GroupChange {
  readonly household: Household
  readonly activity: Activity
  /** The enrolment as it is now. */
  readonly before: Enrolment
  /** What is left of it; nothing where it changes from its first day on. */
  readonly ended: Enrolment | undefined
  readonly begun: Enrolment
  /** The planning that both share; nothing while nothing was ever booked. */
  readonly planning: Planning | undefined
}

/** The days of a week on which the child has places, with the slots. */
export type Weeks = ReadonlyMap<IsoDate, ReadonlyMap<Weekday, readonly Slot[]>>

const refusedFrom = (detail: string): PortalError =>
  new PortalError('period-out-of-range', { faults: [{ pointer: '/body/from', detail }] })

/**
 * The enrolment that the same change has begun before; nothing if it is still to be made.
 *
 * @throws PortalError `unknown-enrolment`.
 */
export const alreadyBegun = ({ file }: Household, asked: GroupAsked): Enrolment | undefined => {
  const { enrolmentId } = asked.parameters
  const { groupId, from } = asked.body
  if (!file.enrolments.some((each) => each.enrolmentId === enrolmentId)) {
    throw new PortalError('unknown-enrolment')
  }
  return file.enrolments.find(
    (each) =>
      each.enrolmentId === begunId(asked.parameters, asked.body) ||
      (each.enrolmentId === enrolmentId && each.groupId === groupId && each.from === from),
  )
}

/**
 * What a change of group comes to.
 *
 * @throws PortalError `unknown-enrolment`, `not-found` for a group that the activity does not have,
 * `nothing-to-change`, `period-out-of-range`.
 */
export const decideGroup = (
  { catalogue }: TownCatalogue,
  household: Household,
  asked: GroupAsked,
): GroupChange => {
  const { groupId, from } = asked.body
  const before = household.file.enrolments.find(
    ({ enrolmentId }) => enrolmentId === asked.parameters.enrolmentId,
  )
  if (before === undefined) throw new PortalError('unknown-enrolment')
  const described = describeGroup(catalogue, { ...before, groupId })
  if (described === undefined) throw new PortalError('not-found')
  if (groupId === before.groupId) {
    throw new PortalError('nothing-to-change', { detail: DETAILS.sameGroup })
  }
  if (from < parisDate(asked.now) || from < before.from || from > before.until) {
    throw refusedFrom(DETAILS.groupFrom)
  }
  const isWhole = from === before.from
  return {
    household,
    activity: described.activity,
    before,
    ended: isWhole ? undefined : { ...before, until: addDays(from, -1) },
    begun: {
      ...before,
      enrolmentId: isWhole ? before.enrolmentId : begunId(asked.parameters, asked.body),
      groupId,
      from,
    },
    planning: household.plannings.find(
      (each) => sameOwner(each, before) && each.schoolYear === schoolYearOf(from),
    ),
  }
}

/** By week, what the child needs in its new group. */
export const weeksNeeded = ({ begun, planning }: GroupChange, activity: LimitedActivity): Weeks => {
  const weeks = new Map<IsoDate, Map<Weekday, readonly Slot[]>>()
  if (planning === undefined) return weeks
  const years = yearsOf([planning], planning)
  for (const date of eachDay(begun.from, begun.until)) {
    const slots = slotsHeld(activity, years, date)
    if (slots.length === 0) continue
    const week = weeks.get(mondayOf(date)) ?? new Map<Weekday, readonly Slot[]>()
    weeks.set(mondayOf(date), week.set(weekdayOf(date), slots))
  }
  return weeks
}

/** The days on which the new group has no place for the child. */
export const daysFull = (
  { begun }: GroupChange,
  activity: LimitedActivity,
  weeks: Weeks,
  rosters: readonly Roster[],
): IsoDate[] => {
  const room = new Room(activity.places, begun.groupId, rosters)
  return [...weeks].flatMap(([monday, days]) =>
    [...days].flatMap(([weekday, slots]) => {
      const date = addDays(monday, weekday - 1)
      return room.take(begun, date, slots) ? [] : [date]
    }),
  )
}

type Excess = NonNullable<Receipt['excess']>

/** Whether two are the same child in the same week of the same group. */
export const isSameWeek = (a: Excess[number], b: Excess[number]): boolean =>
  a.childId === b.childId &&
  a.activityId === b.activityId &&
  a.groupId === b.groupId &&
  a.monday === b.monday

/**
 * Where the child holds, or may hold, places that it does not need after a change, done or not. An
 * enrolment that changes as a whole leaves no trace of its old group in the file: a booking on its
 * way may claim there in any week until the change is written, so all of them are looked through.
 */
export const excessOf = (
  { before, begun, ended }: GroupChange,
  weeks: Weeks,
  rosters: readonly Roster[],
): Excess => {
  const { childId, activityId } = before
  const inGroup = (groupId: GroupId, mondays: Iterable<IsoDate>) =>
    [...mondays].map((monday) => ({ childId, activityId, groupId, monday }))
  const held = rosters.filter(
    ({ holdings }) => (holdings.get(holderKey(begun))?.days ?? EMPTY_WEEK) !== EMPTY_WEEK,
  )
  return [
    ...inGroup(
      before.groupId,
      ended === undefined ? mondaysBetween(before.from, before.until) : weeks.keys(),
    ),
    ...inGroup(begun.groupId, new Set([...weeks.keys(), ...held.map(({ monday }) => monday)])),
  ]
}

/** The planning that both enrolments share, with who waits in the old group now in the new one. */
export const moveWaits = (
  { calendars }: TownCatalogue,
  { begun, before, planning, activity }: GroupChange,
): { readonly planning: Planning; readonly writes: readonly Write[] } => {
  const { familyId, childId, activityId, groupId } = begun
  // Also where it is empty: a booking that read the enrolment before must not be written after it.
  const held = planning ?? {
    familyId,
    schoolYear: schoolYearOf(begun.from),
    childId,
    activityId,
    version: 0,
    units: {},
  }
  const { waits, ...rest } = held
  const moves = (wait: NonNullable<typeof waits>[number]): boolean =>
    wait.groupId === before.groupId && wait.date >= begun.from && isStillWaiting(held, wait)
  return {
    planning: {
      ...rest,
      version: held.version + 1,
      ...(waits === undefined
        ? {}
        : { waits: waits.map((wait) => (moves(wait) ? { ...wait, groupId } : wait)) }),
    },
    writes: (waits ?? [])
      .filter(moves)
      .flatMap((wait): Write[] => [
        leavingWrite({ ...wait, activityId }),
        waitingWrite(
          entryOf(
            held,
            { ...wait, groupId },
            wait.until === undefined ? calendars.deadlineOf(activity, 'add', wait.date) : undefined,
          ),
        ),
      ]),
  }
}
