import type { Catalogue } from '../catalogue/model.ts'
import type { Child } from '../families/model.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import { HouseholdLetters } from './household-letters.ts'
import { bookedUnits, readLine, yearsOf } from './lines.ts'
import type { Planning } from './model.ts'
import { occupies } from './rules.ts'

/**
 * The days of a period on which a child has from its two households what excludes each other.
 *
 * @param child with its other household, whose plannings `elsewhere` holds.
 */
export const doubleBookings = (
  catalogue: Catalogue,
  child: Child,
  {
    own,
    elsewhere,
    from,
    to,
  }: {
    readonly own: readonly Planning[]
    readonly elsewhere: readonly Planning[]
    readonly from: IsoDate
    readonly to: IsoDate
  },
): IsoDate[] => {
  const mine = own.filter(({ childId }) => childId === child.childId)
  const letters = new HouseholdLetters([], elsewhere)
  const dates = eachDay(from, to)
  const doubles = mine.flatMap((planning) => {
    const activity = catalogue.activities.find(({ id }) => id === planning.activityId)
    if (activity === undefined) return []
    const rivals = letters.rivalsOf(catalogue, { child, activity }, { from, to })
    return bookedUnits(planning).flatMap((unit) => {
      const line = readLine(yearsOf([planning], planning), unit, from, to)
      const others = rivals.get(unit) ?? []
      return dates.filter(
        (_, index) =>
          occupies(line[index] ?? '') && others.some((other) => occupies(other[index] ?? '')),
      )
    })
  })
  return [...new Set(doubles)].toSorted()
}
