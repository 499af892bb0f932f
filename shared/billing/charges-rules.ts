import type { Child } from '../families/model.ts'
import type { Missing } from '../kernel/billing-texts.ts'
import type { IsoDate, IsoMonth } from '../kernel/dates.ts'
import type { DayPrice, Person, Unpriced } from '../tariffs/model.ts'
import { priceBy } from '../tariffs/rules.ts'
import { alikeDays, type Alike } from './alike-rules.ts'
import { countOf, dateIn, daysOf, firstOf, type DaySet } from './day-set-rules.ts'
import {
  familyMonth,
  plannedMonth,
  type FamilyMonth,
  type Household,
  type PlannedMonth,
} from './household-rules.ts'
import { itemOf, nameOf, type Item } from './item-rules.ts'
import { personOn, shareOf } from './persons-rules.ts'
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
  /** By the places of activity and unit how many are owed, as they were booked. */
  readonly units: (number[] | undefined)[]
  /** By the place of the activity. */
  readonly oneEuroMeals: number[]
}

/** How many meals at one euro or less a day has that the State helps to pay. */
const oneEuroMealsOf = ({ oneEuroRules }: Household['town'], { charges }: DayPrice): number => {
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
  readonly household: Household
  readonly child: Child
  readonly classOf: number
  readonly activity: BilledActivity
  readonly held: PlannedMonth
  readonly family: FamilyMonth
}

/** Whom some days are priced for: children of whom nothing different is asked are one person. */
const personFor = (
  { household, child, classOf, activity, held, family }: Context,
  { stretch, present, days }: Alike,
): Person => {
  const { month } = held.month
  const { asks } = activity
  const isOwn = stretch !== 0 || asks.enrolled || asks.present || asks.share
  const known = isOwn ? undefined : family.persons[classOf]
  if (known !== undefined) return known
  const date = dateIn(month, firstOf(days))
  const share = asks.share ? shareOf(household, child, activity, month) : 100
  const person = personOn(household, child, activity, { date, present, share })
  if (!isOwn) family.persons[classOf] = person
  return person
}

const priceAlike = (context: Context, alike: Alike): DayPrice => {
  const { household, activity, held } = context
  const date = dateIn(held.month.month, firstOf(alike.days))
  return priceBy(pricingsOn(household.town, activity, held.month, date), {
    date,
    activityId: activity.activity.id,
    units: alike.units,
    person: personFor(context, alike),
  })
}

/** What days cost that are alike, found once for children who are one person. */
const priceOf = (context: Context, alike: Alike): DayPrice => {
  const { activity, classOf, family } = context
  const { asks, place } = activity
  const { number, stretch } = alike
  if (stretch !== 0 || asks.more || asks.enrolled || asks.share) return priceAlike(context, alike)
  const prices = (family.prices[place] ??= [])
  for (const known of prices) {
    if (known.number === number && known.classOf === classOf) return known.price
  }
  const price = priceAlike(context, alike)
  prices.push({ number, classOf, price })
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
  const units = (charged.units[place] ??= [])
  for (const alike of alikeDays(household, child, activity, { held, changes: family.changes })) {
    const { due, days } = alike
    const price = priceOf(context, alike)
    const count = countOf(days)
    for (const charge of price.charges) charged.items.push(itemOf(child, activity, charge, days))
    for (const each of price.unpriced) charged.unpriced.push(unpricedDays(context, each, days))
    for (const unit of due.owed) units[unit] = (units[unit] ?? 0) + count
    const meals = count * oneEuroMealsOf(household.town, price)
    charged.oneEuroMeals[place] = (charged.oneEuroMeals[place] ?? 0) + meals
  }
}

const nothingCharged = (): Charged => ({ items: [], unpriced: [], units: [], oneEuroMeals: [] })

const addMonth = (
  household: Household,
  { place, activity, month }: { place: number; activity: BilledActivity; month: IsoMonth },
  charged: Charged,
): void => {
  const child = household.children[place]
  if (child === undefined) return
  const held = plannedMonth(household, child, activity, month)
  if (held === undefined) return
  const family = familyMonth(household, held.month)
  const classOf = household.classes[place] ?? place
  addCharges({ household, child, classOf, activity, held, family }, charged)
}

/** What a child is charged for a month in an activity. */
export const chargesOf = (
  household: Household,
  child: Child,
  activity: BilledActivity,
  month: IsoMonth,
): Charged => {
  const charged = nothingCharged()
  addMonth(household, { place: household.children.indexOf(child), activity, month }, charged)
  return charged
}

/** What the children of a family are charged for a month in some activities. */
export const chargesIn = (
  household: Household,
  activities: readonly BilledActivity[],
  month: IsoMonth,
): Charged => {
  const charged = nothingCharged()
  for (let place = 0; place < household.children.length; place += 1) {
    for (const activity of activities) addMonth(household, { place, activity, month }, charged)
  }
  return charged
}
