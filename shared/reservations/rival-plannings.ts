import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { bookedUnits, hasDay, sameOwner } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning } from './model.ts'
import { isWanted } from './rules.ts'
import { areExclusive } from './wishes.ts'

type Address = Pick<Planning, 'familyId' | 'schoolYear' | 'childId' | 'activityId'>

const isSame = (a: Address, b: Address): boolean => sameOwner(a, b) && a.schoolYear === b.schoolYear

const areRivals = (a: Activity, b: Activity): boolean =>
  a.id !== b.id &&
  a.units.some((unit) =>
    b.units.some((other) => areExclusive({ activity: a, unit }, { activity: b, unit: other })),
  )

/** Whether a planning wants units that it did not want before. */
const gains = (before: Planning | undefined, after: Planning): boolean =>
  bookedUnits(after).some((unit) => {
    const [earlier = '', later = ''] = [before?.units[unit], after.units[unit]]
    return (
      earlier !== later &&
      hasDay(later, (letter, at) => isWanted(letter) && !isWanted(earlier[at] ?? ''))
    )
  })

/**
 * The plannings that were read, and not changed, to decide that no unit excludes another: those of
 * the same child in activities whose units exclude some of these. Written as they are at their next
 * version, they have one of two submissions fail that each saw the child free for its own activity.
 *
 * @param changed the plannings that a submission changes.
 */
export const rivalPlannings = (
  { catalogue: { activities } }: TownCatalogue,
  { file, plannings }: Household,
  changed: readonly Planning[],
): Planning[] => {
  const stored = (address: Address): Planning | undefined =>
    plannings.find((planning) => isSame(planning, address))
  const rivals = changed
    .filter((planning) => gains(stored(planning), planning))
    .flatMap(({ familyId, schoolYear, childId, activityId }): Address[] => {
      const activity = activities.find(({ id }) => id === activityId)
      return activities
        .filter((other) => activity !== undefined && areRivals(activity, other))
        .map(({ id }) => ({ familyId, schoolYear, childId, activityId: id }))
    })
    .filter((rival) => file.enrolments.some((enrolment) => sameOwner(enrolment, rival)))
    .filter((rival) => !changed.some((planning) => isSame(planning, rival)))
  return rivals
    .filter((rival, index) => rivals.findIndex((other) => isSame(other, rival)) === index)
    .map((rival) => {
      const { version, ...held } = stored(rival) ?? { ...rival, version: 0, units: {} }
      return { ...held, version: version + 1 }
    })
}
