import type { Child } from '../families/model.ts'
import type { IsoDate, IsoMonth } from '../kernel/dates.ts'
import type { Person, Place } from '../tariffs/model.ts'
import { personOf, placeAmong } from '../tariffs/person.ts'
import { dateIn, setOf } from './day-set-rules.ts'
import { numbersIn, owedBy, type Household } from './household-rules.ts'
import { billedMonth, openDays, type BilledActivity } from './town-rules.ts'

/** The place of a child among its siblings with a day that is owed in the activity. */
export const presentOn = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): ((day: number) => Place) => {
  const owed = new Map(
    household.children.map((each) => [each.childId, owedBy(household, each, activity, month)]),
  )
  return (day) =>
    placeAmong(
      household.children,
      child,
      (childId) => ((owed.get(childId) ?? 0) & setOf(day)) !== 0,
    )
}

/**
 * The percentage of the month's open days of an activity on which a child comes: excused absences
 * count, so that an illness makes nobody an occasional guest (domain: « regular » from half of the
 * month's meals on).
 */
export const shareOf = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): number => {
  const open = openDays(household.town, activity, billedMonth(household.town, month)).days.length
  const numbers = numbersIn(household, child, activity, month)
  const comes = numbers.filter((number) => number !== 0).length
  return open === 0 ? 0 : (comes * 100) / open
}

/** Whom the price of a child's day in an activity is for. */
export const personOn = (
  { town, file }: Household,
  child: Child,
  activity: BilledActivity,
  about: { readonly date: IsoDate; readonly present: Place | undefined; readonly share: number },
): Person => {
  const { date, present = { rank: 1, children: 1 }, share } = about
  const day = { activityId: activity.activity.id, date }
  const categoryName = town.categories.get(child.category)
  return { ...personOf(file, child, day, { present, share }), categoryName }
}

/** Whom something is for that is billed once: a fee, a pack. */
export const personAt = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  { month, day }: { readonly month: IsoMonth; readonly day: number },
): Person =>
  personOn(household, child, activity, {
    date: dateIn(month, day),
    present: presentOn(household, child, activity, month)(day),
    share: shareOf(household, child, activity, month),
  })
