import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import { sameOwner } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning } from './model.ts'
import { areExclusive } from './wishes.ts'

const areRivals = (a: Activity, b: Activity): boolean =>
  a.id !== b.id &&
  a.units.some((unit) =>
    b.units.some((other) =>
      areExclusive({ activity: a, unit }, { activity: b, unit: other }),
    ),
  )

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
  const rivals = changed.flatMap((planning) => {
    const activity = activities.find(({ id }) => id === planning.activityId)
    return activities
      .filter((other) => activity !== undefined && areRivals(activity, other))
      .map(({ id }) => ({ ...planning, activityId: id }))
      .filter((owner) => file.enrolments.some((enrolment) => sameOwner(enrolment, owner)))
  })
  const isSame = (a: Planning, b: Planning): boolean =>
    sameOwner(a, b) && a.schoolYear === b.schoolYear
  return rivals
    .filter((rival) => !changed.some((other) => isSame(other, rival)))
    .filter((rival, index) => rivals.findIndex((other) => isSame(other, rival)) >= index)
    .map(({ familyId, schoolYear, childId, activityId }) => {
      const held = plannings.find((each) =>
        isSame(each, { familyId, schoolYear, childId, activityId, version: 0, units: {} }),
      )
      const version = (held?.version ?? 0) + 1
      return { ...held, familyId, schoolYear, childId, activityId, version, units: held?.units ?? {} }
    })
}
