import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { facilityName } from '../catalogue/look-up.ts'
import type { Child } from '../families/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { laterOf } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { capacityOf, countOf, type Crowd } from './capacity.ts'
import type { listEnrolmentOffersRoute } from './routes.ts'
import {
  closedFor,
  offeredActivity,
  offeredSpans,
  unfitFor,
  type OfferedActivity,
  type OfferedSpan,
} from './rules.ts'

type Reply = z.input<(typeof listEnrolmentOffersRoute)['reply']>
type Offer = Reply['children'][number]['offers'][number]

/** An activity in a school year, with the places left in its groups. */
interface Year {
  readonly activity: OfferedActivity
  readonly span: OfferedSpan
  readonly placesLeft: ReadonlyMap<string, number>
}

/** How many places the groups with a capacity have left: one read for each. */
const loadPlaces = async (
  table: Table,
  activity: OfferedActivity,
  { schoolYear }: OfferedSpan,
  today: Child['birthDate'],
): Promise<Year['placesLeft']> => {
  const left = await Promise.all(
    activity.groups.map(async ({ id: groupId }) => {
      const capacity = capacityOf(activity, groupId)
      if (capacity === undefined) return []
      const crowd: Crowd = { activityId: activity.id, groupId, schoolYear }
      const { taken } = await countOf(table, crowd, today)
      return [[groupId, Math.max(0, capacity - taken)] as const]
    }),
  )
  return new Map(left.flat())
}

const offerOf = (
  { catalogue }: TownCatalogue,
  { activity, span, placesLeft }: Year,
  child: Child,
  now: Date,
): Offer[] => {
  const groups = activity.groups.filter(
    ({ id }) => unfitFor(activity, id, child, laterOf(span.from, parisDate(now))).length === 0,
  )
  if (groups.length === 0) return []
  const closed = closedFor(activity, now)
  return [
    {
      activityId: activity.id,
      activity: activity.name,
      decision: activity.enrolment.decision,
      ...span,
      documents: activity.enrolment.documents.map(({ id, name }) => ({ documentId: id, name })),
      ...(closed === undefined ? {} : { closed }),
      groups: groups.map(({ id, name, facilityId }) => {
        const left = placesLeft.get(id)
        return {
          groupId: id,
          group: name,
          facility: facilityName(catalogue, facilityId),
          ...(left === undefined ? {} : { placesLeft: left }),
        }
      }),
    },
  ]
}

/**
 * What a guardian can ask for: for each child the activities, by school year, whose groups fit its age
 * and class, with the documents to bring and the places left. What the child has for the whole of the
 * days is left out.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const listEnrolmentOffers = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  { actor, now }: Pick<Call<typeof listEnrolmentOffersRoute>, 'actor' | 'now'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const { catalogue } = town
  const { file } = await readFile(table, familyId)
  actingGuardian(file, guardianId)
  const today = parisDate(now)
  const years = await Promise.all(
    catalogue.activities.flatMap(({ id }) => {
      const activity = offeredActivity(catalogue, id)
      if (activity === undefined) return []
      return offeredSpans(activity, catalogue, today).map(async (span) => ({
        activity,
        span,
        placesLeft: await loadPlaces(table, activity, span, today),
      }))
    }),
  )
  const hasAll = (child: Child, { activity, span }: Year): boolean =>
    file.enrolments.some(
      ({ childId, activityId, from, until }) =>
        childId === child.childId &&
        activityId === activity.id &&
        from <= laterOf(span.from, today) &&
        until >= span.until,
    )
  return {
    children: file.children
      .filter((child) => mayParent(child, guardianId, today))
      .map((child) => ({
        childId: child.childId,
        firstName: child.firstName,
        offers: years
          .filter((year) => !hasAll(child, year))
          .flatMap((year) => offerOf(town, year, child, now)),
      })),
  }
}
