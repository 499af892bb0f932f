import { holidaysBegin, isSchoolTime, spanOf } from '../catalogue/school-time.ts'
import type { Child } from '../families/model.ts'
import { BILL } from '../kernel/billing-texts.ts'
import { eachMonth, monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import type { RegieId } from '../platform/schemas.ts'
import { isInScope } from '../tariffs/adjustment-rules.ts'
import { appliesTo, countedFor } from '../tariffs/conditions-rules.ts'
import type { Fee, Person, PriceList } from '../tariffs/model.ts'
import { formulaPrice, listsFor } from '../tariffs/rules.ts'
import { ALL_DAYS, dateIn, daysOf, setOf, type DaySet } from './day-set-rules.ts'
import { owedBy, owedUnits, type BilledHousehold } from './household-rules.ts'
import type { Item } from './item-rules.ts'
import { personOn } from './persons-rules.ts'
import {
  billedMonth,
  sameFee,
  type BilledActivity,
  type BilledTown,
  type FeeName,
  type HeldFee,
  type Period,
} from './town-rules.ts'

/** By the first day of each period the days of a month in it. */
const daysByPeriod = (
  town: BilledTown,
  every: Fee['every'],
  month: IsoMonth,
): ReadonlyMap<IsoDate, DaySet> => {
  if (every === 'school-year') {
    return new Map([[spanOf(billedMonth(town, month).schoolYear).from, ALL_DAYS]])
  }
  const { schoolYears } = town.catalogue
  const periods = new Map<IsoDate, DaySet>()
  for (const day of daysOf(ALL_DAYS)) {
    const date = dateIn(month, day)
    if (isSchoolTime(schoolYears, date)) continue
    const from = holidaysBegin(schoolYears, date)
    periods.set(from, (periods.get(from) ?? 0) | setOf(day))
  }
  return periods
}

/** The first day on which a fee is due. */
interface Due {
  readonly list: PriceList
  readonly fee: Fee
  readonly child: Child
  readonly activity: BilledActivity
  readonly month: IsoMonth
  readonly day: number
}

const feeOn = (
  { catalogue }: BilledTown,
  name: FeeName,
  date: IsoDate,
): Pick<HeldFee, 'list' | 'fee'> | undefined => {
  for (const list of listsFor(catalogue.priceLists, date)) {
    const fee = list.fees.find((each) => sameFee({ ...each, service: list.service }, name))
    if (fee !== undefined) return { list, fee }
  }
  return undefined
}

/** The activities that a fee of a list may be due for, in the order of the catalogue. */
const activitiesOf = (
  { activities }: BilledTown,
  { list, fee }: Pick<HeldFee, 'list' | 'fee'>,
): readonly BilledActivity[] =>
  [...activities.values()].filter(
    ({ activity: { id } }) =>
      (fee.of.activityId === undefined || fee.of.activityId === id) &&
      list.rules.some(({ activityId }) => activityId === id),
  )

/** A fee as the lists in force in a month have it. */
const heldFees = (town: BilledTown, name: FeeName, month: IsoMonth): readonly HeldFee[] => {
  const days = new Map<PriceList, HeldFee>()
  for (const day of daysOf(ALL_DAYS)) {
    const held = feeOn(town, name, dateIn(month, day))
    if (held === undefined) continue
    const { days: before, activities } = days.get(held.list) ?? {
      days: 0,
      activities: activitiesOf(town, held),
    }
    days.set(held.list, { ...held, days: before | setOf(day), activities })
  }
  return [...days.values()]
}

/** The periods for which a fee may be due in a month, found once for all families. */
const periodsOf = (town: BilledTown, name: FeeName, month: IsoMonth): readonly Period[] => {
  const { periods } = billedMonth(town, month)
  const known = periods.get(name)
  if (known !== undefined) return known
  const { every } = name
  const made = [...daysByPeriod(town, every, month).keys()].map((from) =>
    eachMonth(monthOf(from), month).map((each) => ({
      month: each,
      days: daysByPeriod(town, every, each).get(from) ?? 0,
      held: heldFees(town, name, each),
    })),
  )
  periods.set(name, made)
  return made
}

/** Days of a child in an activity on which a fee may be due. */
interface OwedDays extends HeldFee {
  readonly child: Child
  readonly activity: BilledActivity
}

/** Whom a fee is for. */
const payerOf = (
  household: BilledHousehold,
  { fee, child, activity, month, day }: Pick<Due, 'fee' | 'child' | 'activity' | 'month' | 'day'>,
): Person => personOn(household, child, activity, { month, day, counted: countedFor([fee.when]) })

/** Whether a fee is due for what a child owes of an activity on a day. */
const isDueOn = (
  household: BilledHousehold,
  { list, fee, child, activity }: OwedDays,
  { month, day }: Pick<Due, 'month' | 'day'>,
): boolean => {
  const owed = owedUnits(household, child, activity, { month, day })
  return (
    isInScope(fee.of, { activityId: activity.activity.id }, owed) &&
    appliesTo(fee.when, payerOf(household, { fee, child, activity, month, day }), list, {
      date: dateIn(month, day),
    })
  )
}

/** The days of a month on which some children owe something that a fee may be due for. */
const owedIn = (
  household: BilledHousehold,
  children: readonly Child[],
  { month, days, held: fees }: Period[number],
): OwedDays[] => {
  const owed: OwedDays[] = []
  for (const child of children) {
    for (const held of fees) {
      // Most fees are of some categories: for other children no day needs to be read.
      if (held.fee.when.categories?.includes(child.category) === false) continue
      for (const activity of held.activities) {
        const mine = owedBy(household, child, activity, month) & days & held.days
        if (mine !== 0) owed.push({ ...held, child, activity, days: mine })
      }
    }
  }
  return owed
}

/** The first day of a period on which a fee is due for some children. */
const firstDue = (
  household: BilledHousehold,
  period: Period,
  children: readonly Child[],
): Due | undefined => {
  for (const each of period) {
    const { month } = each
    const owed = owedIn(household, children, each)
    for (const day of daysOf(owed.reduce((set, { days }) => set | days, 0))) {
      const first = owed.find(
        (mine) => (mine.days & setOf(day)) !== 0 && isDueOn(household, mine, { month, day }),
      )
      if (first !== undefined) return { ...first, month, day }
    }
  }
  return undefined
}

const itemOf = (household: BilledHousehold, due: Due): { item: Item } | { unpriced: string } => {
  const { list, fee, child, activity, day } = due
  const price = formulaPrice(list, fee.formula, payerOf(household, due), fee.name)
  const isChild = fee.per === 'child'
  if (typeof price === 'string') {
    const about = { name: fee.name, child: isChild ? child.firstName : undefined, missing: price }
    return { unpriced: BILL.unpricedOnce(about) }
  }
  return {
    item: {
      kind: 'fee',
      child: isChild ? child : undefined,
      activity,
      unitIds: [],
      label: fee.name,
      unitPrice: price.cents,
      account: fee.account,
      priceList: list.name,
      why: BILL.fee[fee.every](price.why),
      days: setOf(day),
      once: true,
    },
  }
}

/**
 * The fees of a month: once per school year or period of school holidays, for each child or for the
 * family, on the first day that is owed and for which the list in force has the fee. The régie of
 * that day's activity bills it; what had been due before the month was billed with an earlier one.
 */
export const feesOf = (
  household: BilledHousehold,
  month: IsoMonth,
  regieId: RegieId,
): { readonly items: readonly Item[]; readonly unpriced: readonly string[] } => {
  const items: Item[] = []
  const unpriced: string[] = []
  for (const name of household.town.fees) {
    const payers =
      name.per === 'family' ? [household.children] : household.children.map((child) => [child])
    for (const period of periodsOf(household.town, name, month)) {
      for (const children of payers) {
        const due = firstDue(household, period, children)
        if (due?.month !== month || due.activity.regieId !== regieId) continue
        const made = itemOf(household, due)
        if ('item' in made) items.push(made.item)
        else unpriced.push(made.unpriced)
      }
    }
  }
  return { items, unpriced }
}
