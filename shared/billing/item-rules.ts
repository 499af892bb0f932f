import type { Child } from '../families/model.ts'
import { BILL } from '../kernel/billing-texts.ts'
import type { Cents } from '../kernel/money.ts'
import type { RegieId, UnitId } from '../platform/schemas.ts'
import type { Charge, Occasion, PriceList } from '../tariffs/model.ts'
import type { DaySet } from './day-set-rules.ts'
import type { InvoiceLine } from './model.ts'
import type { BilledActivity } from './town-rules.ts'

/** The days of an activity in a pack. */
export interface Part {
  readonly activity: BilledActivity
  readonly days: DaySet
}

/** Something billed at one price on some days of a month, before it is part of a line. */
export interface Item {
  readonly kind: InvoiceLine['kind']
  /** Of nothing that is billed to the family as a whole. */
  readonly child: Child | undefined
  readonly activity: BilledActivity | undefined
  /** Who bills what is of no one activity. */
  readonly regieId?: RegieId | undefined
  readonly unitIds: readonly UnitId[]
  readonly label: string
  /** In cents; below zero for an aid. */
  readonly unitPrice: Cents
  readonly account: string | undefined
  readonly priceList: string
  readonly why: string
  readonly days: DaySet
  /** Of what has a price on each day, how it came to be billed. */
  readonly occasion?: Occasion | undefined
  /** Whether it is billed once for all of its days. */
  readonly once?: boolean
  /** Of a pack, the days of each activity that it is about, in the order of the catalogue. */
  readonly parts?: readonly Part[]
}

/** The name of a unit; its id when the catalogue no longer has it. */
export const nameOf = ({ activity, units }: BilledActivity, unitId: UnitId): string =>
  activity.units[units.get(unitId) ?? -1]?.name ?? unitId

/** What a line of some units is called, with the part of the price if it has several. */
export const labelOf = (
  activity: BilledActivity,
  unitIds: readonly UnitId[],
  part?: string,
): string => {
  const [first] = unitIds
  // Most lines are of one unit with one price: they need no words of their own.
  if (first !== undefined && unitIds.length === 1 && part === undefined) {
    return nameOf(activity, first)
  }
  return BILL.lineLabel(
    unitIds.map((id) => nameOf(activity, id)),
    part,
  )
}

/** What a child is charged for some days of an activity. */
export const itemOf = (
  child: Child,
  activity: BilledActivity,
  charge: Charge,
  days: DaySet,
): Item => {
  const { kind, unitIds, label, unitPrice, account, priceList, why, occasion, perFamily } = charge
  return {
    kind,
    child: perFamily ? undefined : child,
    activity: perFamily ? undefined : activity,
    regieId: activity.regieId,
    unitIds: perFamily ? [] : unitIds,
    label: perFamily ? (label ?? labelOf(activity, unitIds)) : labelOf(activity, unitIds, label),
    unitPrice,
    account,
    priceList,
    why,
    days,
    occasion,
  }
}

/** Whether an item is of units of a list, which may share its name with that of another service. */
export const isOfList = ({ priceList, activity }: Item, list: PriceList): boolean =>
  priceList === list.name &&
  (activity === undefined ||
    list.rules.some(({ activityId }) => activityId === activity.activity.id))
