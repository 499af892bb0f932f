import { BILL, type Missing } from '../kernel/billing-texts.ts'
import {
  addMonths,
  firstDayOf,
  lastDayOf,
  monthOf,
  type IsoDate,
  type IsoMonth,
} from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import type { ActivityId, RegieId } from '../platform/schemas.ts'
import { grantAids, type GrantedAids } from './aids-rules.ts'
import { chargesIn, type Charged, type UnpricedDays } from './charges-rules.ts'
import { soldCredits, useCredits, type UsedDays } from './day-credits-rules.ts'
import { countOf, dateIn, daysOf } from './day-set-rules.ts'
import { lostUnits } from './due-days-rules.ts'
import { feesOf } from './fees-rules.ts'
import {
  familyMonth,
  plannedMonth,
  plannedYear,
  type FamilyMonth,
  type BilledHousehold,
} from './household-rules.ts'
import type { Item } from './item-rules.ts'
import { linesOf } from './lines-rules.ts'
import { minimumsOf } from './minimum-rules.ts'
import type { Aid, DayCredit, Draft, InvoiceLine } from './model.ts'
import { packDays, type Packed } from './packs-rules.ts'
import { billedMonth, openDays, type BilledActivity } from './town-rules.ts'

/** What somebody else pays of a family's bills, or what it has paid itself in advance. */
export interface Grants {
  readonly aids: readonly Aid[]
  readonly dayCredits: readonly DayCredit[]
}

/** What a family owes for a month to a régie. */
export interface MonthBill {
  readonly lines: readonly InvoiceLine[]
  /** What has no price, in French; then the lines are not all. */
  readonly unpriced: readonly string[]
  readonly units: Draft['units']
  readonly oneEuroMeals: number
}

/** What grants have come to before a month. */
interface Used {
  readonly credits: UsedDays
  readonly aids: GrantedAids
}

/** A month of some activities, its grants taken into account. */
interface Settled {
  readonly items: readonly Item[]
  readonly unpriced: readonly string[]
  readonly charged: Charged
  readonly used: Used
}

const UNUSED: Used = { credits: new Map(), aids: new Map() }

const detailOf = (unpriced: UnpricedDays): string => BILL.unpriced(unpriced)

/** Packs the days of one régie after the other: it bills them. */
const packed = (household: BilledHousehold, items: readonly Item[], month: IsoMonth): Packed => {
  if (!household.town.hasPacks) return { items, unpriced: [] }
  const regies = new Set(items.map(({ activity }) => activity?.regieId))
  const all = [...regies].map((regieId) =>
    packDays(
      household,
      items.filter(({ activity }) => activity?.regieId === regieId),
      month,
    ),
  )
  return {
    items: all.flatMap((each) => each.items),
    unpriced: all.flatMap(({ unpriced }) => unpriced),
  }
}

/** Prices a month of some activities: days, then credits, packs and aids. */
const settle = (
  household: BilledHousehold,
  activities: readonly BilledActivity[],
  { month, grants, used }: { month: IsoMonth; grants: Grants; used: Used },
): Settled => {
  const charged = chargesIn(household, activities, month)
  const credited = useCredits(household, charged.items, month, {
    credits: grants.dayCredits,
    used: used.credits,
  })
  const { items, unpriced } = packed(household, credited.items, month)
  const aided = grantAids(household, items, month, { aids: grants.aids, before: used.aids })
  return {
    items: aided.items.length === 0 ? items : [...items, ...aided.items],
    unpriced: [...charged.unpriced.map(detailOf), ...unpriced],
    charged,
    used: { credits: credited.used, aids: aided.granted },
  }
}

/** The régies that bill some activities, as far as the catalogue knows them. */
const regiesOf = ({ town }: BilledHousehold, ids: readonly ActivityId[]): RegieId[] =>
  ids.flatMap((id) => town.activities.get(id)?.regieId ?? [])

/** Those of grants that change what a régie bills: its own, and those that aids join to them. */
const grantsFor = (household: BilledHousehold, grants: Grants, regieId: RegieId): Grants => {
  const { aids, dayCredits } = grants
  const joined = new Set([regieId])
  // A set hands out what is added to it while it is walked through.
  for (const each of joined) {
    for (const { activityIds } of aids) {
      const regies = regiesOf(household, activityIds)
      if (regies.includes(each)) for (const other of regies) joined.add(other)
    }
  }
  const isFor = (ids: readonly ActivityId[]): boolean =>
    regiesOf(household, ids).some((each) => joined.has(each))
  return {
    aids: aids.filter(({ activityIds }) => isFor(activityIds)),
    dayCredits: dayCredits.filter(({ activityId }) => isFor([activityId])),
  }
}

/**
 * The activities that grants are about. In a town with packs all of their régies: what a day costs may
 * be its part of a pack over others.
 */
const activitiesOf = (
  { town }: BilledHousehold,
  { aids, dayCredits }: Grants,
): readonly BilledActivity[] => {
  if (aids.length + dayCredits.length === 0) return []
  const ids = new Set([
    ...aids.flatMap(({ activityIds }) => activityIds),
    ...dayCredits.map(({ activityId }) => activityId),
  ])
  const all = [...town.activities.values()]
  const granted = all.filter(({ activity }) => ids.has(activity.id))
  if (!town.hasPacks) return granted
  const regies = new Set(granted.map(({ regieId }) => regieId))
  return all.filter(({ regieId }) => regies.has(regieId))
}

/** The first month in which grants that still count in a month were used; that month without any. */
const beginningOf = ({ aids, dayCredits }: Grants, month: IsoMonth): IsoMonth =>
  [...aids, ...dayCredits].reduce<IsoMonth>(
    (first, { from }) => (monthOf(from) < first ? monthOf(from) : first),
    month,
  )

/** Those of grants that may count in the bill of a régie for a month; none when all of them are over. */
const grantsIn = (
  household: BilledHousehold,
  { aids, dayCredits }: Grants,
  { month, regieId }: { readonly month: IsoMonth; readonly regieId: RegieId },
): Grants => {
  if (aids.length + dayCredits.length === 0) return { aids, dayCredits }
  const [first, last] = [firstDayOf(month), lastDayOf(month)]
  const hasBegun = ({ from }: { readonly from: IsoDate }): boolean => from <= last
  // Those that are over have used up days that others would else have paid.
  const begun = { aids: aids.filter(hasBegun), dayCredits: dayCredits.filter(hasBegun) }
  const grants = grantsFor(household, begun, regieId)
  return [...grants.aids, ...grants.dayCredits].some(({ until }) => until >= first)
    ? grants
    : { aids: [], dayCredits: [] }
}

/** What grants have come to before a month: from their beginning, month by month. */
const usedBefore = (
  household: BilledHousehold,
  grants: Grants,
  month: IsoMonth,
): { used: Used; unpriced: readonly string[] } => {
  const activities = activitiesOf(household, grants)
  const unpriced: string[] = []
  let used = UNUSED
  for (let each = beginningOf(grants, month); each < month; each = addMonths(each, 1)) {
    const settled = settle(household, activities, { month: each, grants, used })
    unpriced.push(...settled.unpriced)
    used = settled.used
  }
  return { used, unpriced }
}

/** What is due of what the file or the catalogue no longer has: nobody may forget it. */
const lostIn = (household: BilledHousehold, month: IsoMonth, regieId: RegieId): string[] => {
  const { town, children } = household
  const billed = billedMonth(town, month)
  const details: string[] = []
  for (const planning of plannedYear(household, billed.schoolYear).lost) {
    const activity = town.activities.get(planning.activityId)
    // What the catalogue has lost is no régie's any more: the first one asks.
    if ((activity?.regieId ?? town.firstRegieId) !== regieId) continue
    const child = children.find(({ childId }) => childId === planning.childId)
    const places = child === undefined ? undefined : activity?.units
    const open = activity === undefined ? undefined : openDays(town, activity, billed)
    const missing: Missing =
      child === undefined ? 'child' : activity === undefined ? 'activity' : 'unit'
    for (const { unitId, days } of lostUnits(planning, places, billed, open)) {
      details.push(
        BILL.unpriced({
          child: child?.firstName ?? planning.childId,
          activity: activity?.activity.name ?? planning.activityId,
          unit: activity?.activity.units.find(({ id }) => id === unitId)?.name ?? unitId,
          category:
            child === undefined ? '?' : (town.categories.get(child.category) ?? child.category),
          missing,
          days: daysOf(days).map((day) => dateIn(month, day)),
        }),
      )
    }
  }
  return details
}

/** How many of a unit are owed in a month, as they were booked. */
const owedOf = (
  household: BilledHousehold,
  { activity, place }: { readonly activity: BilledActivity; readonly place: number },
  family: FamilyMonth,
): number => {
  let owed = 0
  for (const child of household.children) {
    for (const unit of plannedMonth(household, child, activity, family)?.units ?? []) {
      if (unit.place === place && unit.isOwed) owed += countOf(unit.days)
    }
  }
  return owed
}

/** By activity and unit how many are owed, in the order of the catalogue. */
const unitsOf = (
  household: BilledHousehold,
  activities: readonly BilledActivity[],
  month: IsoMonth,
): Draft['units'] => {
  const family = familyMonth(household, month)
  const owed: Draft['units'] = []
  for (const each of activities) {
    const { id: activityId, units } = each.activity
    let place = 0
    for (const { id: unitId } of units) {
      const quantity = owedOf(household, { activity: each, place }, family)
      if (quantity > 0) owed.push({ activityId, unitId, quantity })
      place += 1
    }
  }
  return owed
}

/**
 * What a family owes a régie for a month. It follows from the account alone: what is counted over
 * time (fees, ceilings, credits) is found by walking the plannings anew, so that a month comes to the
 * same however often and in whatever order months are billed.
 */
export const billMonth = (
  household: BilledHousehold,
  allGrants: Grants,
  { month, regieId }: { readonly month: IsoMonth; readonly regieId: RegieId },
): MonthBill => {
  const grants = grantsIn(household, allGrants, { month, regieId })
  const before = usedBefore(household, grants, month)
  const granted = activitiesOf(household, grants)
  const own = household.town.ofRegie.get(regieId) ?? []
  const activities =
    granted.length === 0
      ? own
      : [...household.town.activities.values()].filter(
          (each) => own.includes(each) || granted.includes(each),
        )
  const settled = settle(household, activities, { month, grants, used: before.used })
  const fees = feesOf(household, month, regieId)
  const sold = soldCredits(household, allGrants.dayCredits, month)
  const mine = [...settled.items, ...fees.items, ...sold].filter(
    (item) => (item.activity?.regieId ?? item.regieId ?? household.town.firstRegieId) === regieId,
  )
  return {
    lines: linesOf(household, [...mine, ...minimumsOf(household, mine)], month),
    unpriced: [
      ...before.unpriced,
      ...settled.unpriced,
      ...fees.unpriced,
      ...lostIn(household, month, regieId),
    ].toSorted(),
    units: unitsOf(household, own, month),
    oneEuroMeals: sum(own.map(({ place }) => settled.charged.oneEuroMeals[place] ?? 0)),
  }
}
