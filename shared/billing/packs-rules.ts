import { BILL } from '../kernel/billing-texts.ts'
import type { Child } from '../families/model.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import { isInScope } from '../tariffs/adjustment-rules.ts'
import { appliesTo, countedFor } from '../tariffs/conditions-rules.ts'
import type { Pack, PriceList } from '../tariffs/model.ts'
import { formulaPrice } from '../tariffs/rules.ts'
import { countOf, dateIn, firstOf } from './day-set-rules.ts'
import type { BilledHousehold } from './household-rules.ts'
import { isOfList, type Item, type Part } from './item-rules.ts'
import { personOn } from './persons-rules.ts'

/** Items in which packs have taken the place of days, and what has no price. */
export interface Packed {
  readonly items: readonly Item[]
  /** In French. */
  readonly unpriced: readonly string[]
}

const isCounted = (item: Item, list: PriceList, { of }: Pack): boolean =>
  item.kind === 'unit' &&
  item.activity !== undefined &&
  item.occasion !== 'excused' &&
  isOfList(item, list) &&
  isInScope(of, { activityId: item.activity.activity.id }, item.unitIds)

/** The days of each activity among the items that a pack takes the place of, in their order. */
const partsOf = (counted: readonly Item[]): Part[] =>
  [...Map.groupBy(counted, ({ activity }) => activity)].flatMap(([activity, items]) =>
    activity === undefined
      ? []
      : [{ activity, days: items.reduce((set, { days }) => set | days, 0) }],
  )

/** The items of a child with one pack in the place of its days, if the child has it. */
const withPack = (
  household: BilledHousehold,
  child: Child,
  { items, unpriced }: Packed,
  { month, list, pack }: { month: IsoMonth; list: PriceList; pack: Pack },
): Packed => {
  const counted = items.filter((item) => item.child === child && isCounted(item, list, pack))
  const days = counted.reduce((set, item) => set | item.days, 0)
  const activity = counted[0]?.activity
  if (activity === undefined || countOf(days) < pack.fromDays) return { items, unpriced }
  const day = firstOf(days)
  const person = personOn(household, child, activity, {
    month,
    day,
    counted: countedFor([pack.when]),
  })
  if (!appliesTo(pack.when, person, list, { date: dateIn(month, day) })) return { items, unpriced }
  const price = formulaPrice(list, pack.formula, person, pack.name)
  if (typeof price === 'string') {
    const detail = BILL.unpricedOnce({ name: pack.name, child: child.firstName, missing: price })
    return { items, unpriced: [...unpriced, detail] }
  }
  const reason = BILL.pack(pack.name, countOf(days), pack.fromDays)
  return {
    items: [
      ...items.filter((item) => !counted.includes(item)),
      {
        kind: 'pack',
        child,
        activity,
        unitIds: pack.of.unitIds ?? [],
        label: pack.name,
        unitPrice: price.cents,
        account: pack.account,
        priceList: list.name,
        why: `${reason} ${price.why}`,
        days,
        once: true,
        parts: partsOf(counted),
      },
    ],
    unpriced,
  }
}

/**
 * Puts one price for the month (forfait) in the place of all of a child's days that a pack is about,
 * from the number of days on that it names. Packs are tried in the order of the list, and each day is
 * in one of them; a pack over several activities is billed under the first of them.
 */
export const packDays = (
  household: BilledHousehold,
  items: readonly Item[],
  month: IsoMonth,
): Packed => {
  const packs = household.town.catalogue.priceLists.flatMap((list) =>
    list.packs.map((pack) => ({ month, list, pack })),
  )
  return household.children.reduce<Packed>(
    (all, child) => packs.reduce((packed, each) => withPack(household, child, packed, each), all),
    { items, unpriced: [] },
  )
}
