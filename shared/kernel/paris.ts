import { addDays, dateOfEpochDay, epochDay, weekdayOf, type IsoDate } from './dates.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** When the clocks change in a month of 31 days: on its last Sunday, at 01:00 UTC. */
const changeIn = (year: number, month: '03' | '10'): number => {
  const last: IsoDate = `${String(year)}-${month}-31`
  return epochDay(addDays(last, -(weekdayOf(last) % 7))) * DAY + HOUR
}

/**
 * How far the clocks of Paris are ahead of UTC: two hours between the changes of March and October,
 * one hour otherwise (directive 2000/84/EC; so since 1996). The rule stands here because asking the
 * runtime for it costs every cold start 20 to 40 ms of loading its tables of the world.
 */
const offsetAt = (instant: number): number => {
  const year = new Date(instant).getUTCFullYear()
  return changeIn(year, '03') <= instant && instant < changeIn(year, '10') ? 2 * HOUR : HOUR
}

/** What the clocks of Paris show at an instant, read as if it were UTC (milliseconds). */
const wallClock = (instant: number): number => instant + offsetAt(instant)

/** The day it is in Paris at an instant. */
export const parisDate = (instant: Date): IsoDate =>
  dateOfEpochDay(Math.floor(wallClock(instant.getTime()) / DAY))

/** The hour it is in Paris at an instant, `10:41`. */
export const parisTime = (instant: Date): string =>
  new Date(wallClock(instant.getTime())).toISOString().slice(11, 16)

/**
 * The instant at which the clocks of Paris show `time` on `date`. An hour that the spring change
 * skips is read as the hour after it; one that the autumn change repeats is its first occurrence,
 * so that a deadline is never later than a family would read it.
 */
export const parisInstant = (date: IsoDate, time: string): Date => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const wall = epochDay(date) * DAY + (hours * 60 + minutes) * 60_000
  // Summer time makes the earlier instant: it is the answer wherever it shows the asked hour.
  const early = wall - 2 * HOUR
  return new Date(wallClock(early) === wall ? early : wall - HOUR)
}
