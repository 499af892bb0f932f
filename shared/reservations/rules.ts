import type { DayState } from '../catalogue/calendar.ts'
import type { Unit } from '../catalogue/model.ts'
import { addDays, daysBetween, type IsoDate } from '../kernel/dates.ts'
import type { UnitId } from '../platform/schemas.ts'
import { CHANGES, LETTERS, type Request } from './model.ts'

/** Whether a day of an enrolment can be changed at all, deadlines aside. */
export type DayOfEnrolment = DayState | 'notEnrolled' | 'otherHousehold'

const among = (...letters: readonly string[]) => {
  const set = new Set(letters)
  return (letter: string): boolean => set.has(letter)
}

/** Whether the family wants the day that a letter stands for. */
export const isWanted = among(
  LETTERS.requested,
  LETTERS.accepted,
  LETTERS.late,
  LETTERS.waiting,
  LETTERS.offered,
)

/** Whether a day is owed: accepted and its cancellation not granted, or attended without a booking. */
export const isDue = among(
  LETTERS.accepted,
  LETTERS.cancelling,
  LETTERS.late,
  LETTERS.absent,
  LETTERS.unbooked,
)

/** Whether a day takes a place where places are counted: also while staff have not decided yet. */
export const holdsPlace = among(
  LETTERS.requested,
  LETTERS.accepted,
  LETTERS.cancelling,
  LETTERS.offered,
  LETTERS.late,
  LETTERS.absent,
  LETTERS.excused,
)

/** Whether a day is on a waiting list, be it that a place is offered. */
export const isOnWaitingList = among(LETTERS.waiting, LETTERS.offered)

/** Whether staff have noted a presence or an absence, which no wish changes. */
export const isMarked = among(LETTERS.excused, LETTERS.absent, LETTERS.unbooked)

/** Whether a day keeps the child from a unit that excludes it: wanted, or owed. */
export const occupies = (letter: string): boolean => isWanted(letter) || isDue(letter)

/** The unit whose price a day has: one added late, or not booked, may have a price of its own [guide 50]. */
export const pricedUnitId = (
  { id, lateUnitId }: Pick<Unit, 'id' | 'lateUnitId'>,
  letter: string,
): UnitId => (letter === LETTERS.late || letter === LETTERS.unbooked ? (lateUnitId ?? id) : id)

/** What a request asks. */
type Asked = Pick<Request, 'from' | 'to' | 'units'>

const changeOn = ({ from, units }: Asked, unit: UnitId, date: IsoDate): string =>
  units.find(({ unitId }) => unitId === unit)?.changes[daysBetween(from, date) - 1] ??
  CHANGES.unchanged

/**
 * What a request still asks: the days that no later request has changed and that are not over. A
 * day that was withdrawn and asked for again is decided with the later request; a day that went by
 * undecided stays as it was, since its month may be billed.
 *
 * @param later the requests of the same child and activity that were made since.
 * @param today the day of the decision.
 */
export const stillAsked = (request: Asked, later: readonly Asked[], today: IsoDate): Asked => ({
  from: request.from,
  to: request.to,
  units: request.units.map(({ unitId, changes }) => ({
    unitId,
    changes: Array.from(changes, (change, index) => {
      const date = addDays(request.from, index)
      const changedSince = later.some((each) => changeOn(each, unitId, date) !== CHANGES.unchanged)
      return changedSince || date < today ? CHANGES.unchanged : change
    }).join(''),
  })),
})
