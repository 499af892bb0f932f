import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity, Places } from '../catalogue/model.ts'
import type { Enrolment } from '../families/model.ts'
import {
  earlierOf,
  eachDay,
  laterOf,
  mondayOf,
  weekdayOf,
  type IsoDate,
  type Weekday,
} from '../kernel/dates.ts'
import type { Claim } from '../places/claim-places.ts'
import { slotsOfUnits, type Slot } from '../places/rules.ts'
import { readLine, yearsOf, type Years } from './lines.ts'
import type { Household } from './load-household.ts'
import type { PlannedEnrolment } from './plan-household.ts'
import { holdsPlace } from './rules.ts'

/** An activity whose places are counted. */
export type LimitedActivity = Activity & { readonly places: Places }

/** Whether the places of an activity are counted. */
export const isLimited = (activity: Activity): activity is LimitedActivity =>
  activity.places !== undefined

/** The slots in which a child has places on a day, by the letters of its planning. */
export const slotsHeld = (activity: Activity, years: Years, date: IsoDate): Slot[] =>
  slotsOfUnits(
    activity,
    activity.units.map(({ id }) => id).filter((id) => holdsPlace(readLine(years, id, date, date))),
  )

/** What one enrolment has to claim: by week and day, the slots of the days that need a new one. */
const daysToClaim = (
  { enrolment, activity, plan }: PlannedEnrolment,
  before: Years,
): ReadonlyMap<IsoDate, ReadonlyMap<Weekday, readonly Slot[]>> => {
  const weeks = new Map<IsoDate, Map<Weekday, readonly Slot[]>>()
  if (plan.span === undefined) return weeks
  const from = laterOf(plan.span.from, enrolment.from)
  for (const date of eachDay(from, earlierOf(plan.span.to, enrolment.until))) {
    const had = slotsHeld(activity, before, date)
    const slots = slotsHeld(activity, plan.years, date)
    if (slots.every((slot) => had.includes(slot))) continue
    const week = weeks.get(mondayOf(date)) ?? new Map<Weekday, readonly Slot[]>()
    weeks.set(mondayOf(date), week.set(weekdayOf(date), slots))
  }
  return weeks
}

/** The places that plans need before they are written: one claim for each child, group and week. */
export const claimsOf = (
  household: Household,
  planned: readonly PlannedEnrolment[],
): Omit<Claim, 'number'>[] =>
  planned.flatMap((each) => {
    const { enrolment, activity } = each
    if (!isLimited(activity)) return []
    const { familyId, childId, activityId, groupId } = enrolment
    const weeks = daysToClaim(each, yearsOf(household.plannings, enrolment))
    return [...weeks].map(([monday, days]) => ({
      address: { activityId, groupId, monday },
      places: activity.places,
      holder: { familyId, childId },
      days,
      given: false,
    }))
  })

/** The limited activity of an enrolment; nothing where places are not counted. */
export const limitedActivityOf = (
  { catalogue }: TownCatalogue,
  { activityId }: Pick<Enrolment, 'activityId'>,
): LimitedActivity | undefined => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  return activity !== undefined && isLimited(activity) ? activity : undefined
}
