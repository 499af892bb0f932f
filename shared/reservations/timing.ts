import type { TownCatalogue } from '../catalogue/calendar.ts'
import { deadlineOf } from '../catalogue/deadlines.ts'
import type { Activity } from '../catalogue/model.ts'
import type { Child, FamilyFile } from '../families/model.ts'
import { isIsoDate, type IsoDate } from '../kernel/dates.ts'
import { parisInstant } from '../kernel/paris.ts'
import { isAmong } from './audience.ts'
import type { Adding, Cancelling } from './decide-day.ts'
import type { Acting } from './model.ts'

/** Who books which activity, and when. */
export interface Asking {
  readonly file: Pick<FamilyFile, 'family' | 'enrolments'>
  readonly child: Child
  readonly activity: Activity
  /** Whether a sibling has a place in the activity on a day. */
  readonly siblingHolds: (date: IsoDate) => boolean
  /** The time of the portal's own clock. */
  readonly now: Date
}

/** Who acts: an agent is bound neither by deadlines nor by openings. */
export type ActingAs =
  | Extract<Acting, { kind: 'family' }>
  | Pick<Extract<Acting, { kind: 'staff' }>, 'kind' | 'justified'>

/** Whether the clocks of Paris have shown a minute, `2026-03-04T08:30`, by `now`. */
export const hasStruck = (minute: string, now: Date): boolean => {
  const date = minute.slice(0, 10)
  return isIsoDate(date) && parisInstant(date, minute.slice(11)) <= now
}

/** Whether the bookings of a day are open to a child: days of no booking opening always are. */
const isOpenFor = (
  { file: { family, enrolments }, child, activity, siblingHolds, now }: Asking,
  date: IsoDate,
): boolean => {
  const openings = activity.bookingOpenings.filter(
    ({ from, until }) => from <= date && date <= until,
  )
  if (openings.length === 0) return true
  return openings
    .flatMap(({ opensAt }) => opensAt)
    .filter(({ at }) => hasStruck(at, now))
    .some(({ audience }) =>
      isAmong(audience, {
        child,
        family,
        enrolments,
        activityId: activity.id,
        date,
        siblingHolds: audience.kind === 'siblings' && siblingHolds(date),
      }),
    )
}

const isLateAllowed = (
  { catalogue: { schoolYears, town } }: TownCatalogue,
  { activity: { decision, deadlines }, now }: Asking,
  date: IsoDate,
): boolean =>
  decision === 'automatic' &&
  deadlines.late !== undefined &&
  now < deadlineOf(deadlines.late, date, schoolYears, town.publicHolidays)

/**
 * Whether days can still, and already, be added [guide 49, 50]. Late adding is for activities that
 * decide by themselves; staff add late whenever they say so.
 */
export const addingOf =
  (town: TownCatalogue, asking: Asking, acting: ActingAs) =>
  (date: IsoDate): Adding => {
    const isInTime = town.calendars.isInTime(asking.activity, 'add', date, asking.now)
    if (acting.kind === 'staff') return isInTime ? 'inTime' : 'late'
    if (!isInTime && !isLateAllowed(town, asking, date)) return 'addDeadline'
    if (!isOpenFor(asking, date)) return 'notYetOpen'
    return isInTime ? 'inTime' : 'late'
  }

/**
 * Whether days can still be cancelled [guide 49, 50]. Too late, only staff cancel: the day stays
 * owed unless it is justified.
 */
export const cancellingOf =
  (
    { calendars }: TownCatalogue,
    { activity, now }: Pick<Asking, 'activity' | 'now'>,
    acting: ActingAs,
  ) =>
  (date: IsoDate): Cancelling => {
    if (calendars.isInTime(activity, 'cancel', date, now)) return 'inTime'
    if (acting.kind === 'family') return 'cancelDeadline'
    return acting.justified ? 'inTime' : 'owed'
  }
