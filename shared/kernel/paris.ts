import { dateOfEpochDay, epochDay, type IsoDate } from './dates.ts'

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
})

/** What the clocks of Paris show at an instant, read as if it were UTC (milliseconds). */
const wallClock = (instant: number): number => {
  const read = Object.fromEntries(
    parts.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  )
  return Date.UTC(
    read['year'] ?? 0,
    (read['month'] ?? 1) - 1,
    read['day'] ?? 1,
    read['hour'] ?? 0,
    read['minute'] ?? 0,
    read['second'] ?? 0,
  )
}

/** The day it is in Paris at an instant. */
export const parisDate = (instant: Date): IsoDate =>
  dateOfEpochDay(Math.floor(wallClock(instant.getTime()) / 86_400_000))

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
  const wall = epochDay(date) * 86_400_000 + (hours * 60 + minutes) * 60_000
  const offsetBefore = wallClock(wall - 86_400_000) - (wall - 86_400_000)
  const early = wall - offsetBefore
  if (wallClock(early) === wall) return new Date(early)
  const offsetAfter = wallClock(wall + 86_400_000) - (wall + 86_400_000)
  const late = wall - offsetAfter
  return new Date(wallClock(late) === wall ? late : early)
}
