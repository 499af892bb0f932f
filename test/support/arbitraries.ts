import * as fc from 'fast-check'
import {
  addMonths,
  dateOfEpochDay,
  epochDay,
  type IsoDate,
  type IsoMonth,
  type Weekday,
} from '../../shared/kernel/dates.ts'

/** A day from `from` to `to`, both included; between 2000 and 2099 unless given. */
export const dates = (
  from: IsoDate = '2000-01-01',
  to: IsoDate = '2099-12-31',
): fc.Arbitrary<IsoDate> =>
  fc.integer({ min: epochDay(from), max: epochDay(to) }).map(dateOfEpochDay)

/** Two days of which the second is not before the first, at most `days` apart. */
export const periods = (
  days = 400,
  from: IsoDate = '2000-01-01',
  to: IsoDate = '2099-12-31',
): fc.Arbitrary<{ readonly from: IsoDate; readonly to: IsoDate }> =>
  fc
    .record({
      first: fc.integer({ min: epochDay(from), max: epochDay(to) }),
      length: fc.nat(days),
    })
    .map(({ first, length }) => ({
      from: dateOfEpochDay(first),
      to: dateOfEpochDay(Math.min(first + length, epochDay(to))),
    }))

/** A month between 2000 and 2099. */
export const months = (): fc.Arbitrary<IsoMonth> =>
  fc.integer({ min: 0, max: 1199 }).map((index) => addMonths('2000-01', index))

/** An instant between 2000 and 2099, to the second. */
export const instants = (): fc.Arbitrary<Date> =>
  fc
    .integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2100, 0) / 1000 - 1 })
    .map((seconds) => new Date(seconds * 1000))

export const weekdays = (): fc.Arbitrary<Weekday> => fc.constantFrom(1, 2, 3, 4, 5, 6, 7)

/** The units wanted on each weekday of a week, in any order, no weekday twice and none empty. */
export const weekPatterns = <Unit>(
  units: readonly [Unit, ...Unit[]],
): fc.Arbitrary<{ weekday: Weekday; units: Unit[] }[]> =>
  fc.uniqueArray(
    fc.record({
      weekday: weekdays(),
      units: fc.subarray([...units], { minLength: 1 }),
    }),
    { selector: ({ weekday }) => weekday, maxLength: 7 },
  )

/** A cycle of one to four weeks. */
export const cycles = <Unit>(
  units: readonly [Unit, ...Unit[]],
): fc.Arbitrary<{ weekday: Weekday; units: Unit[] }[][]> =>
  fc.array(weekPatterns(units), { minLength: 1, maxLength: 4 })
