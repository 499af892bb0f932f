import type { Child, FamilyFile, Means } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { ActivityId, ChildId } from '../platform/schemas.ts'
import type { Person, Place } from './model.ts'

/** What prices ask of a family file. */
export type PricedFile = Pick<FamilyFile, 'family' | 'children' | 'enrolments' | 'means'>

/** What the file does not tell of a child and its day in an activity. */
interface Attendance {
  /** The category as parents read it. */
  readonly categoryName?: string | undefined
  /** Its place among the siblings who are enrolled, where it is known or nobody asks for it. */
  readonly enrolled?: Place | undefined
  /** Its place among the siblings with a billed day; the child is alone unless given. */
  readonly present?: Place
  /** On which percentage of the month's open days it comes; on all of them unless given. */
  readonly share?: number
}

/** The place of a child without siblings. */
export const ALONE: Place = { rank: 1, children: 1 }

/**
 * What a family has to live on, as it counts on a day: the entry that began last. A family whose
 * entry names no quotient has shown none, whatever an earlier one named.
 *
 * @param means by the day from which they count, the earliest first.
 */
export const meansOn = (means: readonly Means[], date: IsoDate): Means | undefined =>
  means.findLast(({ from }) => from <= date)

/** Whether a child is older than another; twins are in the order of their numbers. */
export const isElder = (a: Child, b: Child): boolean =>
  a.birthDate === b.birthDate ? a.childId < b.childId : a.birthDate < b.birthDate

/**
 * The place of a child among the children of its family that are meant, the eldest first, twins in
 * the order of their numbers. The child itself always counts.
 */
export const placeAmong = (
  children: readonly Child[],
  child: Child,
  isMeant: (childId: ChildId) => boolean,
): Place => {
  const others = children.filter(
    (other) => other.childId !== child.childId && isMeant(other.childId),
  )
  return {
    rank: 1 + others.filter((other) => isElder(other, child)).length,
    children: 1 + others.length,
  }
}

/** What a price is asked for: a day of an activity; of any activity, for a price that is of none. */
interface AskedDay {
  readonly activityId: ActivityId | undefined
  readonly date: IsoDate
}

/** The place of a child among the siblings who are enrolled in an activity on a day. */
export const enrolledOn = (
  { children, enrolments }: Pick<PricedFile, 'children' | 'enrolments'>,
  child: Child,
  { activityId, date }: AskedDay,
): Place =>
  placeAmong(children, child, (childId) =>
    enrolments.some(
      (enrolment) =>
        enrolment.childId === childId &&
        (activityId === undefined || enrolment.activityId === activityId) &&
        enrolment.from <= date &&
        date <= enrolment.until,
    ),
  )

/**
 * Whom a price of a child's day in an activity is for: the means that count on the day, and the
 * child's place among the siblings who are enrolled in the activity then, unless it is given.
 */
export const personOf = (
  file: PricedFile,
  child: Child,
  day: AskedDay,
  { categoryName, enrolled, present = ALONE, share = 100 }: Attendance = {},
): Person => ({
  category: child.category,
  categoryName,
  commune: file.family.address.town,
  circumstances: file.family.circumstances ?? [],
  allergy: child.allergy ?? false,
  means: meansOn(file.means, day.date),
  enrolled: enrolled ?? enrolledOn(file, child, day),
  present,
  share,
})
