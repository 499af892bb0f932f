import type { Audience } from '../catalogue/model.ts'
import type { Child, Enrolment, Family } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { ActivityId } from '../platform/schemas.ts'

/** Who asks for a day of an activity. */
export interface Applicant {
  readonly child: Pick<Child, 'childId' | 'category'>
  readonly family: Pick<Family, 'circumstances'>
  /** Those of the family. */
  readonly enrolments: readonly Pick<Enrolment, 'childId' | 'activityId' | 'until'>[]
  readonly activityId: ActivityId
  readonly date: IsoDate
  /** Whether a sibling has a place in the activity on that day. */
  readonly siblingHolds: boolean
}

/**
 * Whether a rule of the town is about a child: towns open their bookings to residents or
 * to those of last year first (Saint-Jean-Bonnefonds, Nantes), and serve families of which both
 * parents work before others (Antibes).
 */
export const isAmong = (
  audience: Audience,
  { child, family, enrolments, activityId, date, siblingHolds }: Applicant,
): boolean => {
  switch (audience.kind) {
    case 'everybody':
      return true
    case 'categories':
      return audience.categories.includes(child.category)
    case 'enrolled-before':
      return enrolments.some(
        (enrolment) =>
          enrolment.childId === child.childId &&
          enrolment.activityId === activityId &&
          enrolment.until < date,
      )
    case 'circumstance':
      return family.circumstances?.includes(audience.circumstance) ?? false
    case 'siblings':
      return siblingHolds
  }
}

/** The place of a child among the town's priorities: the first that fits, or behind all of them. */
export const rankOf = (priorities: readonly Audience[], applicant: Applicant): number => {
  const rank = priorities.findIndex((audience) => isAmong(audience, applicant))
  return rank < 0 ? priorities.length : rank
}
