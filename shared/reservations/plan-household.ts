import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { firstDayInTime } from '../catalogue/deadlines.ts'
import { bookableUnits, describeGroup } from '../catalogue/look-up.ts'
import type { Activity } from '../catalogue/model.ts'
import type { Child, Enrolment } from '../families/model.ts'
import { daysBetween, earlierOf, laterOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { EnrolmentId, SchoolYearId } from '../platform/schemas.ts'
import { sameOwner, yearsOf, type Owner, type Years } from './lines.ts'
import type { Planning, Wish } from './model.ts'
import {
  exclusiveWishes,
  mergeWishes,
  periodOf,
  planWishes,
  type DayOfEnrolment,
  type Plan,
} from './rules.ts'
import type { Household } from './load-household.ts'

/** What the wishes for one enrolment come to. */
export interface PlannedEnrolment {
  readonly enrolment: Enrolment
  readonly child: Child
  readonly activity: Activity
  readonly plan: Plan
}

/** The days of the school year in force, the default period of a recurrence. */
interface Year {
  readonly firstDay: IsoDate
  readonly lastDay: IsoDate
}

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

/** The longest period that is read or wished for at once, in days. */
export const LONGEST_PERIOD = 366

/**
 * The school year in force at `now`.
 *
 * @throws PortalError `period-out-of-range` when the town has published none from then on.
 */
export const yearInForce = ({ calendars }: TownCatalogue, now: Date): Year => {
  const year = calendars.schoolYearFrom(parisDate(now))
  if (year === undefined) {
    throw new PortalError('period-out-of-range', { detail: DETAILS.noSchoolYear })
  }
  return year
}

const pointerTo = (index: number): string => `/body/wishes/${String(index)}`

/**
 * Refuses periods that end before they begin, and wishes for one enrolment that together span more
 * than a year: a request holds no longer line.
 *
 * @returns the last school year that the wishes touch.
 */
export const lastYearOf = (wishes: readonly Wish[], year: Year): SchoolYearId => {
  const periods = new Map<EnrolmentId, Period>()
  for (const [index, wish] of wishes.entries()) {
    const own = periodOf(wish, year)
    const { from, to } = periods.get(wish.enrolmentId) ?? own
    const period = { from: earlierOf(from, own.from), to: laterOf(to, own.to) }
    const inOrder = own.from <= own.to
    if (!inOrder || daysBetween(period.from, period.to) > LONGEST_PERIOD) {
      const detail = inOrder ? DETAILS.periodLength : DETAILS.periodOrder
      throw new PortalError('period-out-of-range', {
        faults: [{ pointer: pointerTo(index), detail }],
      })
    }
    periods.set(wish.enrolmentId, period)
  }
  const ends = [...periods.values()].map(({ to }) => to).toSorted()
  return schoolYearOf(ends[ends.length - 1] ?? year.lastDay)
}

const unitsNamedBy = (wish: Wish): readonly string[] => {
  switch (wish.kind) {
    case 'recurrence':
      return wish.weeks.flatMap((week) => week.flatMap(({ units }) => units))
    case 'days':
      return wish.days.flatMap(({ units }) => units)
    case 'lines':
      return Object.keys(wish.units)
  }
}

/** An enrolment with its child and its activity; nothing when the catalogue no longer has that. */
export const describeEnrolment = (
  { catalogue }: TownCatalogue,
  { file }: Pick<Household, 'file'>,
  enrolment: Enrolment,
): { child: Child; activity: Activity; group: string; facility: string } | undefined => {
  const child = file.children.find(({ childId }) => childId === enrolment.childId)
  const described = describeGroup(catalogue, enrolment)
  return child && described && { child, ...described }
}

/** The state of a day of an enrolment: that of the activity while the child is enrolled. */
export const stateOfDay =
  ({ calendars }: TownCatalogue, enrolment: Enrolment, activity: Activity) =>
  (date: IsoDate): DayOfEnrolment =>
    date < enrolment.from || date > enrolment.until
      ? 'notEnrolled'
      : calendars.stateOf(activity, date)

const planEnrolment = (
  town: TownCatalogue,
  household: Household,
  wishes: readonly { wish: Wish; index: number }[],
  { enrolment, years, year, now }: { enrolment: Enrolment; years: Years; year: Year; now: Date },
): PlannedEnrolment => {
  const described = describeEnrolment(town, household, enrolment)
  if (described === undefined) {
    const pointer = `${pointerTo(wishes[0]?.index ?? 0)}/enrolmentId`
    throw new PortalError('unknown-enrolment', {
      faults: [{ pointer, detail: DETAILS.unknownEnrolment }],
    })
  }
  const { child, activity } = described
  const units = bookableUnits(activity)
  const unitIds = units.map(({ id }) => id)
  for (const { wish, index } of wishes) {
    if (unitsNamedBy(wish).some((named) => !unitIds.some((id) => id === named))) {
      throw new PortalError('unknown-unit', {
        faults: [{ pointer: pointerTo(index), detail: DETAILS.unknownUnit(activity.name) }],
      })
    }
  }
  const stateOf = stateOfDay(town, enrolment, activity)
  const wished = mergeWishes(
    wishes.map(({ wish }) => wish),
    year,
    unitIds,
    stateOf,
  )
  const conflict = exclusiveWishes(wished, units)
  if (conflict !== undefined) {
    const names = conflict.units.map(({ name }) => name)
    throw new PortalError('exclusive-units', {
      detail: DETAILS.exclusiveUnits(conflict.date, names),
    })
  }
  const today = parisDate(now)
  const plan = planWishes({
    wished,
    years,
    activity,
    stateOf,
    inTime: {
      add: firstDayInTime(activity.deadlines.add, today, now),
      cancel: firstDayInTime(activity.deadlines.cancel, today, now),
    },
  })
  return { enrolment, child, activity, plan }
}

/**
 * What wishes come to for a whole household: one plan for each enrolment they name, in the order of
 * the family file. Consecutive enrolments of a child in one activity share their plannings.
 *
 * @throws PortalError `unknown-enrolment`, `unknown-unit`, `exclusive-units`.
 */
export const planHousehold = (
  town: TownCatalogue,
  household: Household,
  wishes: readonly Wish[],
  { year, now }: { year: Year; now: Date },
): PlannedEnrolment[] => {
  const { enrolments } = household.file
  const unknown = wishes.findIndex(
    (wish) => !enrolments.some(({ enrolmentId }) => enrolmentId === wish.enrolmentId),
  )
  if (unknown >= 0) {
    throw new PortalError('unknown-enrolment', {
      faults: [{ pointer: `${pointerTo(unknown)}/enrolmentId`, detail: DETAILS.unknownEnrolment }],
    })
  }
  const planned: PlannedEnrolment[] = []
  for (const enrolment of enrolments) {
    const own = wishes
      .map((wish, index) => ({ wish, index }))
      .filter(({ wish }) => wish.enrolmentId === enrolment.enrolmentId)
    if (own.length === 0) continue
    const earlier = planned.findLast((each) => sameOwner(each.enrolment, enrolment))
    const years = earlier?.plan.years ?? yearsOf(household.plannings, enrolment)
    planned.push(planEnrolment(town, household, own, { enrolment, years, year, now }))
  }
  return planned
}

/** The plannings whose letters have changed, one for each school year, with their next version. */
export const changedPlannings = (
  household: Household,
  { owner, years }: { owner: Owner; years: Years },
): Planning[] => {
  const { familyId } = household.file.family
  const { childId, activityId } = owner
  const before = yearsOf(household.plannings, owner)
  return [...years].flatMap(([schoolYear, units]) => {
    // A year that was not written to is the same object as before.
    if (units === before.get(schoolYear)) return []
    const held = household.plannings.find(
      (planning) => sameOwner(planning, owner) && planning.schoolYear === schoolYear,
    )
    const version = (held?.version ?? 0) + 1
    return [{ familyId, schoolYear, childId, activityId, version, units }]
  })
}

/** Every planning that the plans of a household change, each once. */
export const planningsToWrite = (
  household: Household,
  planned: readonly PlannedEnrolment[],
): Planning[] =>
  planned
    .filter(
      ({ enrolment }, index) =>
        !planned.slice(index + 1).some((later) => sameOwner(later.enrolment, enrolment)),
    )
    .flatMap(({ enrolment, plan }) =>
      changedPlannings(household, { owner: enrolment, years: plan.years }),
    )
