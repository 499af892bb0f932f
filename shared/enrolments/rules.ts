import { schoolYearOf } from '../catalogue/calendar.ts'
import type { EnrolmentRules } from '../catalogue/enrolment-model.ts'
import type { Activity, Catalogue } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import type { Child, Enrolment } from '../families/model.ts'
import { ageOn, earlierOf, isIsoDate, laterOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { FAULTS, momentLabel } from '../kernel/texts.ts'
import type { GroupId, SchoolYearId } from '../platform/schemas.ts'
import { hasStruck } from '../reservations/timing.ts'
import type { AskedEnrolment, EnrolmentRequest } from './model.ts'

/** An activity that families ask for. */
export type OfferedActivity = Activity & { readonly enrolment: EnrolmentRules }

/** The activity, if families ask for it. */
export const offeredActivity = (
  { activities }: Catalogue,
  activityId: Activity['id'],
): OfferedActivity | undefined => {
  const activity = activities.find(({ id }) => id === activityId)
  const { enrolment } = activity ?? {}
  return activity === undefined || enrolment === undefined ? undefined : { ...activity, enrolment }
}

/** What an enrolment can last in a school year. */
export interface OfferedSpan {
  readonly schoolYear: SchoolYearId
  readonly from: IsoDate
  readonly until: IsoDate
}

/** The published school years in which an activity is open and that are not over, with its days. */
export const offeredSpans = (
  { opening }: Pick<Activity, 'opening'>,
  { schoolYears }: Pick<Catalogue, 'schoolYears'>,
  today: IsoDate,
): OfferedSpan[] =>
  schoolYears
    .flatMap(({ id }) => {
      const { from: first, to: last } = spanOf(id)
      const within = opening.periods.filter(({ from, until }) => from <= last && until >= first)
      if (within.length === 0) return []
      const from = within.map((period) => laterOf(period.from, first)).reduce(earlierOf)
      const until = within.map((period) => earlierOf(period.until, last)).reduce(laterOf)
      return [{ schoolYear: id, from, until }]
    })
    .filter(({ until }) => until >= today)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))

type Audience = Pick<EnrolmentRules, 'ages' | 'classes'>

const faultsOfAudience = (
  { ages, classes }: Audience,
  { birthDate, className }: Pick<Child, 'birthDate' | 'className'>,
  from: IsoDate,
): string[] => {
  const on = ages?.on ?? from
  const age = ageOn(birthDate, on)
  const isOfAge = ages === undefined || (ages.from <= age && age <= ages.to)
  const isOfClass =
    classes === undefined || (className !== undefined && classes.includes(className))
  return [
    ...(isOfAge ? [] : [ENROLMENTS.wrongAge(ages, on)]),
    ...(isOfClass ? [] : [ENROLMENTS.wrongClass(classes)]),
  ]
}

/** Why a group is not for a child who comes from a day on; nothing where it is. */
export const unfitFor = (
  { enrolment }: OfferedActivity,
  groupId: GroupId,
  child: Pick<Child, 'birthDate' | 'className'>,
  from: IsoDate,
): string[] => {
  const group = enrolment.groups.find((each) => each.groupId === groupId)
  return [enrolment, ...(group === undefined ? [] : [group])].flatMap((audience) =>
    faultsOfAudience(audience, child, from),
  )
}

/** `mardi 01/07/2025 à 09:00` of a minute of Paris. */
const minuteLabel = (minute: string): string => {
  const day = minute.slice(0, 10)
  return isIsoDate(day) ? momentLabel(day, minute.slice(11)) : minute
}

/** Why families cannot ask now; nothing while they can. */
export const closedFor = (
  { enrolment: { opensAt, until } }: OfferedActivity,
  now: Date,
): string | undefined => {
  if (opensAt !== undefined && !hasStruck(opensAt, now)) {
    return ENROLMENTS.notOpen(minuteLabel(opensAt))
  }
  return until !== undefined && parisDate(now) > until ? ENROLMENTS.over(until) : undefined
}

const refusedPeriod = (pointer: string, detail: string): PortalError =>
  new PortalError('period-out-of-range', { faults: [{ pointer, detail }] })

/** Refuses a period outside the days that are offered, of two school years, or of the past. */
const checkPeriod = (
  catalogue: Catalogue,
  activity: OfferedActivity,
  { from, until }: AskedEnrolment,
  today: IsoDate,
): void => {
  if (from > until) throw refusedPeriod('/body/until', FAULTS.invalid)
  if (schoolYearOf(from) !== schoolYearOf(until)) {
    throw refusedPeriod('/body/until', FAULTS.oneSchoolYear)
  }
  if (from < today) throw refusedPeriod('/body/from', ENROLMENTS.fromPast)
  const year = schoolYearOf(from)
  const span = offeredSpans(activity, catalogue, today).find(
    ({ schoolYear }) => schoolYear === year,
  )
  if (span === undefined) throw refusedPeriod('/body/from', FAULTS.invalid)
  if (from < span.from || until > span.until) {
    throw refusedPeriod('/body/from', ENROLMENTS.span(span.from, span.until))
  }
}

const faultsOfDocuments = (
  { enrolment }: OfferedActivity,
  { documents }: AskedEnrolment,
): Fault[] => [
  ...enrolment.documents
    .filter(({ id }) => !documents.some(({ documentId }) => documentId === id))
    .map(({ name }) => ({ pointer: '/body/documents', detail: ENROLMENTS.missingDocument(name) })),
  ...documents.flatMap(({ documentId }, index) =>
    enrolment.documents.some(({ id }) => id === documentId) &&
    documents.findIndex((each) => each.documentId === documentId) === index
      ? []
      : [
          {
            pointer: `/body/documents/${String(index)}/documentId`,
            detail: ENROLMENTS.unknownDocument,
          },
        ],
  ),
]

/**
 * Checks what a guardian asks against the town's rules: the time at which families ask, the days that
 * are offered, age and class, documents.
 *
 * @returns the activity.
 * @throws PortalError `not-eligible` naming each fault, `period-out-of-range`.
 */
export const checkAsked = (
  catalogue: Catalogue,
  asked: AskedEnrolment,
  { child, now }: { readonly child: Child; readonly now: Date },
): OfferedActivity => {
  const activity = offeredActivity(catalogue, asked.activityId)
  const refuse = (faults: Fault[]): PortalError => new PortalError('not-eligible', { faults })
  if (activity === undefined) {
    throw refuse([{ pointer: '/body/activityId', detail: ENROLMENTS.notOffered }])
  }
  if (!activity.groups.some(({ id }) => id === asked.groupId)) {
    throw refuse([{ pointer: '/body/groupId', detail: FAULTS.invalid }])
  }
  const closed = closedFor(activity, now)
  if (closed !== undefined) throw refuse([{ pointer: '/body/activityId', detail: closed }])
  checkPeriod(catalogue, activity, asked, parisDate(now))
  const faults = [
    ...unfitFor(activity, asked.groupId, child, asked.from).map((detail) => ({
      pointer: '/body/groupId',
      detail,
    })),
    ...faultsOfDocuments(activity, asked),
  ]
  if (faults.length > 0) throw refuse(faults)
  return activity
}

type Period = Pick<Enrolment, 'from' | 'until'>

const overlap = (a: Period, b: Period): boolean => a.from <= b.until && b.from <= a.until

/**
 * Refuses a second enrolment of a child in an activity for the same days.
 *
 * @param requests those of the family that would become one: of what is decided, all but itself.
 * @throws PortalError `already-enrolled`, naming the enrolment or the request.
 */
export const refuseTwice = (
  {
    enrolments,
    requests,
  }: {
    readonly enrolments: readonly Enrolment[]
    readonly requests: readonly EnrolmentRequest[]
  },
  asked: Pick<AskedEnrolment, 'childId' | 'activityId' | 'from' | 'until'>,
): void => {
  const isRival = (each: typeof asked): boolean =>
    each.childId === asked.childId && each.activityId === asked.activityId && overlap(each, asked)
  const enrolled = enrolments.find(isRival)
  if (enrolled !== undefined) {
    const detail = ENROLMENTS.enrolled(enrolled.from, enrolled.until)
    throw new PortalError('already-enrolled', { detail })
  }
  const pending = requests.find((each) => each.state === 'pending' && isRival(each))
  if (pending !== undefined) {
    throw new PortalError('already-enrolled', { detail: ENROLMENTS.requested(pending.number) })
  }
}
