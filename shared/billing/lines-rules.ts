import type { IsoMonth } from '../kernel/dates.ts'
import { countOf, firstOf, textOf, type DaySet } from './day-set-rules.ts'
import type { BilledHousehold } from './household-rules.ts'
import type { Item } from './item-rules.ts'
import { LINE_KINDS, type InvoiceLine } from './model.ts'

/** Items that are one line, with the days of all. */
interface Gathered {
  readonly item: Item
  readonly place: number
  days: DaySet
}

const sameUnits = (a: Item['unitIds'], b: Item['unitIds']): boolean =>
  a === b || (a.length === b.length && a.every((id, index) => id === b[index]))

/** Whether two items are the same thing at the same price for the same reason. */
const sameThing = (a: Item, b: Item): boolean =>
  a.unitPrice === b.unitPrice &&
  a.kind === b.kind &&
  a.child === b.child &&
  a.activity === b.activity &&
  a.label === b.label &&
  a.account === b.account &&
  a.priceList === b.priceList &&
  a.why === b.why &&
  sameUnits(a.unitIds, b.unitIds)

/** Whether an item is charged once a day, however many children have it. */
const isOfFamily = ({ kind, child }: Item): boolean => kind === 'supplement' && child === undefined

/**
 * The order of a bill: children by age, what concerns all of them last, activities and units as in
 * the catalogue, kinds of lines as they are listed.
 */
const placeOf = ({ children, town }: BilledHousehold, item: Item): number => {
  const child = item.child === undefined ? children.length : children.indexOf(item.child)
  const activity = item.activity?.place ?? town.activities.size
  const unit = item.activity?.units.get(item.unitIds[0] ?? '') ?? 0
  return ((child * 256 + activity) * 16 + LINE_KINDS.indexOf(item.kind)) * 16 + unit
}

/** Two lines in one place of a bill: by their days, then by what distinguishes them. */
const inOrder = (a: Gathered, b: Gathered): number =>
  a.place - b.place ||
  firstOf(a.days) - firstOf(b.days) ||
  (`${a.item.label} ${a.item.why}` < `${b.item.label} ${b.item.why}` ? -1 : 1)

/** Most bills are made in the order of their lines. */
const isInOrder = (gathered: readonly Gathered[]): boolean => {
  let before: Gathered | undefined
  for (const each of gathered) {
    if (before !== undefined && inOrder(before, each) > 0) return false
    before = each
  }
  return true
}

const gather = (household: BilledHousehold, items: readonly Item[]): Gathered[] => {
  const gathered: Gathered[] = []
  for (const item of items) {
    const same = gathered.find(
      (each) => sameThing(each.item, item) && ((each.days & item.days) === 0 || isOfFamily(item)),
    )
    if (same === undefined || item.once === true) {
      gathered.push({ item, place: placeOf(household, item), days: item.days })
    } else same.days |= item.days
  }
  return isInOrder(gathered) ? gathered : gathered.sort(inOrder)
}

const lineOf = ({ item, days }: Gathered, month: IsoMonth): InvoiceLine => {
  const quantity = item.once === true ? 1 : countOf(days)
  const { kind, child, activity, unitIds, label, unitPrice, account, priceList, why } = item
  return {
    kind,
    month,
    childId: child?.childId,
    child: child?.firstName,
    activityId: activity?.activity.id,
    activity: activity?.activity.name,
    unitIds: unitIds.length === 0 ? undefined : [...unitIds],
    label,
    days: textOf(days),
    quantity,
    unitPrice,
    amount: quantity * unitPrice,
    account,
    priceList,
    why,
  }
}

/**
 * The lines of a month [guide 9, wish W4]: one for each child, activity, units, price and reason, with
 * its days; each its quantity times its price.
 */
export const linesOf = (
  household: BilledHousehold,
  items: readonly Item[],
  month: IsoMonth,
): InvoiceLine[] => gather(household, items).map((each) => lineOf(each, month))
