import type { Child } from '../families/model.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import type { Person, Place } from '../tariffs/model.ts'
import type { Counted } from '../tariffs/conditions-rules.ts'
import { ALONE, personOf, placeAmong } from '../tariffs/person.ts'
import { countOf, dateIn, setOf } from './day-set-rules.ts'
import { comesOn, owedBy, type BilledHousehold } from './household-rules.ts'
import { billedMonth, openDays, type BilledActivity } from './town-rules.ts'

/** The place of a child among its siblings with a day that is owed in the activity. */
export const presentOn = (
  household: BilledHousehold,
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
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): number => {
  const open = openDays(household.town, activity, billedMonth(household.town, month)).days.length
  const comes = countOf(comesOn(household, child, activity, month))
  return open === 0 ? 0 : (comes * 100) / open
}

/** Whom the price of a child's day in an activity is for, with what the price asks to be counted. */
export const personOn = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  about: {
    readonly month: IsoMonth
    readonly day: number
    readonly counted: Counted
    /** The place among siblings with a day that is owed, where it is known. */
    readonly present?: Place | undefined
  },
): Person => {
  const { month, day, counted, present = ALONE } = about
  const isUnknown = counted.present && about.present === undefined
  return personOf(
    household.file,
    child,
    { activityId: activity.activity.id, date: dateIn(month, day) },
    {
      categoryName: household.town.categories.get(child.category),
      enrolled: counted.enrolled ? undefined : ALONE,
      present: isUnknown ? presentOn(household, child, activity, month)(day) : present,
      share: counted.share ? shareOf(household, child, activity, month) : 100,
    },
  )
}
