import type { Child } from '../families/model.ts'
import type { Missing } from '../kernel/billing-texts.ts'
import type { IsoDate, IsoMonth } from '../kernel/dates.ts'
import type { DayPrice, Person, Unpriced } from '../tariffs/model.ts'
import { priceBy } from '../tariffs/rules.ts'
import { alikeDays, type Alike } from './alike-rules.ts'
import { countOf, dateIn, daysOf, firstOf, type DaySet } from './day-set-rules.ts'
import { dueUnits } from './due-days-rules.ts'
import {
  familyMonth,
  plannedMonth,
  type FamilyMonth,
  type BilledHousehold,
  type PlannedMonth,
} from './household-rules.ts'
import { itemOf, nameOf, type Item } from './item-rules.ts'
import { personOn } from './persons-rules.ts'
import { pricingsOn, type BilledActivity } from './town-rules.ts'

/** Days of a unit for which no price was found, and why. */
export interface UnpricedDays {
  readonly child: string
  readonly activity: string
  readonly unit: string
  readonly category: string
  readonly missing: Missing
  readonly days: readonly IsoDate[]
}

/** What days of children in activities come to, while it is added up. */
export interface Charged {
  readonly items: Item[]
  readonly unpriced: UnpricedDays[]
  /** By the place of the activity, where there are any. */
  readonly oneEuroMeals: number[]
}

/** How many meals at one euro or less a day has that the State helps to pay. */
const oneEuroMealsOf = (
  { oneEuroRules }: BilledHousehold['town'],
  { charges }: DayPrice,
): number => {
  if (oneEuroRules.size === 0) return 0
  const prices = new Map<string, number>()
  for (const { kind, occasion, priceList, ruleId, unitIds, unitPrice } of charges) {
    const isServed = occasion !== 'absent' && occasion !== 'excused'
    if (kind !== 'unit' || !isServed || !oneEuroRules.has(`${priceList} ${ruleId}`)) continue
    const meal = `${ruleId} ${unitIds.join(' ')}`
    prices.set(meal, (prices.get(meal) ?? 0) + unitPrice)
  }
  return [...prices.values()].filter((price) => price <= 100).length
}

/** A child's month in an activity, with what is found once for the family. */
interface Context {
  readonly household: BilledHousehold
  readonly child: Child
  readonly classOf: number
  readonly activity: BilledActivity
  readonly held: PlannedMonth
  readonly family: FamilyMonth
}

/** Whom some days are priced for: children of whom nothing different is asked are one person. */
const personFor = (
  { household, child, classOf, activity, held, family }: Context,
  { stretch = 0, present, days }: Alike,
): Person => {
  const { month } = held.month
  const { asks } = activity
  const isOwn = stretch !== 0 || asks.enrolled || asks.present || asks.share
  const known = isOwn ? undefined : family.persons[classOf]
  if (known !== undefined) return known
  const about = { month, day: firstOf(days), counted: asks, present }
  const person = personOn(household, child, activity, about)
  if (!isOwn) family.persons[classOf] = person
  return person
}

const priceAlike = (context: Context, alike: Alike): DayPrice => {
  const { household, activity, held } = context
  const date = dateIn(held.month.month, firstOf(alike.days))
  return priceBy(pricingsOn(household.town, activity, held.month, date), {
    date,
    activityId: activity.activity.id,
    units: alike.units ?? dueUnits(activity, alike.number).units,
    person: personFor(context, alike),
  })
}

/** What days cost that are alike, found once for children who are one person. */
const priceOf = (context: Context, alike: Alike): DayPrice => {
  const { activity, classOf, family } = context
  const { asks, place } = activity
  const { number, stretch = 0 } = alike
  if (stretch !== 0 || asks.more || asks.enrolled || asks.share) return priceAlike(context, alike)
  for (const known of family.prices) {
    if (known.number === number && known.place === place && known.classOf === classOf) {
      return known.price
    }
  }
  const price = priceAlike(context, alike)
  family.prices.push({ place, number, classOf, price })
  return price
}

const unpricedDays = (
  { household: { town }, child, activity, held }: Context,
  { unitId, missing }: Unpriced,
  days: DaySet,
): UnpricedDays => ({
  child: child.firstName,
  activity: activity.activity.name,
  unit: nameOf(activity, unitId),
  category: town.categories.get(child.category) ?? child.category,
  missing,
  days: daysOf(days).map((day) => dateIn(held.month.month, day)),
})

/** Adds what a child is charged for a month in an activity, day by day [guide 9, 50, 51]. */
const addCharges = (context: Context, charged: Charged): void => {
  const { household, child, activity, held, family } = context
  const { place } = activity
  for (const alike of alikeDays(household, child, activity, { held, changes: family.changes })) {
    const { days } = alike
    const price = priceOf(context, alike)
    for (const charge of price.charges) charged.items.push(itemOf(child, activity, charge, days))
    for (const each of price.unpriced) charged.unpriced.push(unpricedDays(context, each, days))
    const meals = oneEuroMealsOf(household.town, price)
    if (meals === 0) continue
    charged.oneEuroMeals[place] = (charged.oneEuroMeals[place] ?? 0) + meals * countOf(days)
  }
}

const nothingCharged = (): Charged => ({ items: [], unpriced: [], oneEuroMeals: [] })

const addMonth = (
  household: BilledHousehold,
  { child, activity, family }: { child: Child; activity: BilledActivity; family: FamilyMonth },
  charged: Charged,
): void => {
  const held = plannedMonth(household, child, activity, family)
  if (held === undefined) return
  const classOf = household.classes[household.children.indexOf(child)] ?? 0
  addCharges({ household, child, classOf, activity, held, family }, charged)
}

/** What a child is charged for a month in an activity. */
export const chargesOf = (
  household: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): Charged => {
  const charged = nothingCharged()
  addMonth(household, { child, activity, family: familyMonth(household, month) }, charged)
  return charged
}

/** What the children of a family are charged for a month in some activities. */
export const chargesIn = (
  household: BilledHousehold,
  activities: readonly BilledActivity[],
  month: IsoMonth,
): Charged => {
  const charged = nothingCharged()
  const family = familyMonth(household, month)
  for (const child of household.children) {
    for (const activity of activities) addMonth(household, { child, activity, family }, charged)
  }
  return charged
}
