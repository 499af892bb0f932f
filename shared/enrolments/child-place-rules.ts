import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Enrolment } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { GroupId } from '../platform/schemas.ts'
import { hasMoved } from '../reservations/begun-rules.ts'

/** A file, or as much of it as the register of an activity tells. */
interface Enrolled {
  readonly enrolments: readonly Enrolment[]
}

/** Whether an enrolment was ended early: it has given its place back then, whatever is left of it. */
type HasEnded = (enrolment: Enrolment) => boolean

/**
 * The place of an enrolment within its family: of a child, in a group and a school year. A child has one,
 * by however many enrolments it comes.
 */
export const placeOf = ({
  childId,
  activityId,
  groupId,
  from,
}: Pick<Enrolment, 'childId' | 'activityId' | 'groupId' | 'from'>): string =>
  [childId, activityId, groupId, schoolYearOf(from)].join(' ')

/** Whether an enrolment holds a place unless it was ended early: it is not over, nor left for another group. */
const mayHold = ({ enrolments }: Enrolled, enrolment: Enrolment, today: IsoDate): boolean =>
  enrolment.until >= today && !hasMoved({ enrolments }, enrolment)

/** The other enrolments of a child by which it may have the place that an enrolment is about. */
export const sharersOf = (
  { enrolments }: Enrolled,
  about: Pick<Enrolment, 'enrolmentId' | 'childId' | 'activityId' | 'groupId' | 'from'>,
  today: IsoDate,
): Enrolment[] =>
  enrolments.filter(
    (each) =>
      each.enrolmentId !== about.enrolmentId &&
      placeOf(each) === placeOf(about) &&
      mayHold({ enrolments }, each, today),
  )

/** The places that a family holds by its enrolments. */
export const placesOf = (
  { enrolments }: Enrolled,
  hasEnded: HasEnded,
  today: IsoDate,
): ReadonlySet<string> =>
  new Set(
    enrolments
      .filter((each) => mayHold({ enrolments }, each, today) && !hasEnded(each))
      .map(placeOf),
  )

/** The children who have a place in a group, of all that are enrolled in its activity for a school year. */
export const countChildren = (
  register: readonly Enrolment[],
  group: GroupId,
  hasEnded: HasEnded,
  today: IsoDate,
): number =>
  [...Map.groupBy(register, ({ familyId }) => familyId).values()]
    .map((enrolments) => {
      // A change of group is told by the enrolments of both groups.
      const own = enrolments.filter(
        (each) => each.groupId === group && mayHold({ enrolments }, each, today) && !hasEnded(each),
      )
      return new Set(own.map(placeOf)).size
    })
    .reduce((sum, children) => sum + children, 0)
