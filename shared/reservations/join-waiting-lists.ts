import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Waiting } from '../places/model.ts'
import { waitingWrite } from '../places/waiting-list.ts'
import type { Write } from '../platform/expressions.ts'
import { rankOf } from './audience.ts'
import { isLimited, slotsHeld, type LimitedActivity } from './claims.ts'
import { sameOwner, yearsOf, type Years } from './lines.ts'
import type { Household } from './load-household.ts'
import type { Planning, Submission } from './model.ts'
import type { PlannedEnrolment } from './plan-household.ts'

/** The letters of a child in an activity as the plans of a submission leave them. */
const yearsAfter = (
  household: Household,
  planned: readonly PlannedEnrolment[],
  owner: Pick<Planning, 'childId' | 'activityId'>,
): Years =>
  planned.findLast(({ enrolment }) => sameOwner(enrolment, owner))?.plan.years ??
  yearsOf(household.plannings, owner)

/** Whether another child of the family has a place in the activity on a day. */
const siblingHolds = (
  household: Household,
  planned: readonly PlannedEnrolment[],
  { enrolment, activity }: PlannedEnrolment,
  date: IsoDate,
): boolean =>
  household.file.children.some(({ childId }) => {
    if (childId === enrolment.childId) return false
    const years = yearsAfter(household, planned, { childId, activityId: activity.id })
    return slotsHeld(activity, years, date).length > 0
  })

const entryOf = (
  { calendars }: TownCatalogue,
  household: Household,
  planned: readonly PlannedEnrolment[],
  each: PlannedEnrolment & { readonly activity: LimitedActivity },
  {
    wait: { date, unitIds },
    since,
    number,
  }: {
    wait: PlannedEnrolment['plan']['waiting'][number]
    since: string
    number: Waiting['number']
  },
): Waiting => {
  const { enrolment, child, activity } = each
  return {
    activityId: enrolment.activityId,
    groupId: enrolment.groupId,
    date,
    rank: rankOf(activity.places.priorities, {
      child,
      family: household.file.family,
      enrolments: household.file.enrolments,
      activityId: activity.id,
      date,
      siblingHolds: siblingHolds(household, planned, each, date),
    }),
    since,
    number,
    familyId: enrolment.familyId,
    childId: enrolment.childId,
    unitIds: [unitIds[0], ...unitIds.slice(1)],
    endsAt: calendars.deadlineOf(activity, 'add', date).toISOString(),
  }
}

const entriesOf = (
  town: TownCatalogue,
  household: Household,
  planned: readonly PlannedEnrolment[],
  { requests, submittedAt }: Submission,
): Waiting[] =>
  planned.flatMap((each) => {
    const { enrolment, activity, plan } = each
    if (!isLimited(activity)) return []
    return plan.waiting.flatMap((wait) => {
      const request = requests.find(
        ({ from, to, ...owner }) =>
          sameOwner(owner, enrolment) && from <= wait.date && wait.date <= to,
      )
      if (request === undefined) return []
      const { number } = request
      return entryOf(
        town,
        household,
        planned,
        { ...each, activity },
        { wait, since: submittedAt, number },
      )
    })
  })

/**
 * Puts children on the waiting lists of the days that had no place left, until the deadline for
 * adding the day: each entry, and the planning that knows where it stands.
 *
 * @param plannings those that the submission writes.
 */
export const joinWaitingLists = (
  town: TownCatalogue,
  { household, planned }: { household: Household; planned: readonly PlannedEnrolment[] },
  submission: Submission,
  plannings: readonly Planning[],
): { readonly plannings: readonly Planning[]; readonly more: readonly Write[] } => {
  const entries = entriesOf(town, household, planned, submission)
  return {
    plannings: plannings.map((planning) => {
      const own = entries.filter(
        (entry) => sameOwner(entry, planning) && schoolYearOf(entry.date) === planning.schoolYear,
      )
      if (own.length === 0) return planning
      const waits = own.map(({ groupId, date, unitIds, rank, since, number }) => ({
        groupId,
        date,
        unitIds,
        rank,
        since,
        number,
      }))
      return { ...planning, waits: [...(planning.waits ?? []), ...waits] }
    }),
    more: entries.map(waitingWrite),
  }
}
