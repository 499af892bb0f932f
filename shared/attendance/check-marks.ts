import type { TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { AVAILABILITY_LEGEND, DETAILS } from '../kernel/texts.ts'
import { MOST_BYTES, MOST_UNIT_MARKS, type Mark, type Sheet } from './model.ts'

/** How far the clock of a device may be ahead, in milliseconds: five minutes. */
const CLOCK_SKEW = 300_000

/**
 * Refuses a sheet of a day to come, or of one on which the activity does not take place.
 *
 * @throws PortalError `period-out-of-range`.
 */
export const checkDay = (
  { calendars }: TownCatalogue,
  { activity, date, now }: { activity: Activity; date: IsoDate; now: Date },
): void => {
  const state = calendars.stateOf(activity, date)
  if (date <= parisDate(now) && state === 'open') return
  const detail =
    state === 'open' ? DETAILS.sheetInFuture : DETAILS.dayClosed(AVAILABILITY_LEGEND[state])
  throw new PortalError('period-out-of-range', { faults: [{ pointer: '/path/date', detail }] })
}

const faultyMarks = (detail: string): PortalError =>
  new PortalError('invalid-request', { faults: [{ pointer: '/body/marks', detail }] })

/**
 * Refuses marks with which a sheet would grow beyond what the table can hold.
 *
 * @throws PortalError `invalid-request` naming the marks.
 */
export const checkSize = (sheet: Sheet): void => {
  if (Buffer.byteLength(JSON.stringify(sheet)) > MOST_BYTES) throw faultyMarks(DETAILS.sheetFull)
}

const faultsOfTimes = (activity: Activity, mark: Mark, at: string): Fault[] => {
  const { arrivedAt, leftAt, unitIds, state } = mark
  if (arrivedAt === undefined && leftAt === undefined) return []
  const byTime = activity.units.some(
    ({ id, byTime: timed }) => timed === true && unitIds.includes(id),
  )
  if (!byTime || state !== 'present') {
    const field = arrivedAt === undefined ? 'leftAt' : 'arrivedAt'
    return [{ pointer: `${at}/${field}`, detail: DETAILS.notByTime }]
  }
  return arrivedAt !== undefined && leftAt !== undefined && leftAt < arrivedAt
    ? [{ pointer: `${at}/leftAt`, detail: DETAILS.leftBeforeArrival }]
    : []
}

/**
 * Refuses marks that the register cannot hold: more than 1,500 of a child and unit at once, of units
 * that the activity does not have, of a time to come, with times where nobody bills by them. Whether the child exists is for those who read.
 *
 * @throws PortalError `invalid-request` naming each field.
 */
export const checkMarks = (activity: Activity, marks: readonly Mark[], now: Date): void => {
  if (marks.reduce((sum, { unitIds }) => sum + unitIds.length, 0) > MOST_UNIT_MARKS) {
    throw faultyMarks(DETAILS.tooManyMarks(MOST_UNIT_MARKS))
  }
  const units = bookableUnits(activity)
  const latest = now.getTime() + CLOCK_SKEW
  const faults = marks.flatMap((mark, index) => {
    const at = `/body/marks/${String(index)}`
    return [
      ...mark.unitIds.flatMap((unitId, position) =>
        units.some(({ id }) => id === unitId)
          ? []
          : [
              {
                pointer: `${at}/unitIds/${String(position)}`,
                detail: DETAILS.unknownUnit(activity.name),
              },
            ],
      ),
      ...(Date.parse(mark.markedAt) > latest
        ? [{ pointer: `${at}/markedAt`, detail: DETAILS.markInFuture }]
        : []),
      ...faultsOfTimes(activity, mark, at),
    ]
  })
  if (faults.length > 0) throw new PortalError('invalid-request', { faults: faults.slice(0, 20) })
}
