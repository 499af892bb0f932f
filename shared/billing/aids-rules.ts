import { BILL } from '../kernel/billing-texts.ts'
import { percentOf, decimal, toCents, wholeNumber } from '../kernel/decimal.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import type { Child } from '../families/model.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { countOf, daysOf, setOf, setWithin } from './day-set-rules.ts'
import type { BilledHousehold } from './household-rules.ts'
import type { Item } from './item-rules.ts'
import type { Aid } from './model.ts'
import type { BilledActivity } from './town-rules.ts'

/** What an aid has paid so far. */
interface Granted {
  readonly amount: Cents
  readonly days: number
}

/** What each aid has paid. */
export type GrantedAids = ReadonlyMap<string, Granted>

const NOTHING: Granted = { amount: 0, days: 0 }

/** The order in which aids are used up: those that began first go first. */
const inOrder = (a: Aid, b: Aid): number =>
  `${a.from} ${a.aidId}` < `${b.from} ${b.aidId}` ? -1 : 1

/** What a day of a child costs in an activity: its part of a pack, to the cent, if it is in one. */
const priceOn = (items: readonly Item[], day: number): Cents => {
  let price = 0
  for (const item of items) {
    if ((item.days & setOf(day)) === 0 || item.occasion === 'absent') continue
    if (item.kind === 'unit') price += item.unitPrice
    if (item.kind !== 'pack') continue
    const [before, all] = [countOf(item.days & (setOf(day) - 1)), countOf(item.days)]
    price +=
      Math.floor((item.unitPrice * (before + 1)) / all) -
      Math.floor((item.unitPrice * before) / all)
  }
  return price
}

/** What an aid may pay of a price on a day of which it has paid something already. */
const mostOf = ({ perDay, mostAmount }: Aid, price: Cents, today: Cents, so: Granted): Cents => {
  const ofDay =
    perDay.kind === 'amount'
      ? perDay.amount - today
      : toCents(percentOf(wholeNumber(price), decimal(perDay.percent)))
  const left = mostAmount === undefined ? ofDay : Math.min(ofDay, mostAmount - so.amount)
  return Math.max(0, left)
}

const aidItem = (
  { payer, from, until }: Aid,
  child: Child,
  activity: BilledActivity,
  { amount, day }: { amount: Cents; day: number },
): Item => ({
  kind: 'aid',
  child,
  activity,
  unitIds: [],
  label: payer,
  unitPrice: -amount,
  account: undefined,
  priceList: '',
  why: BILL.aid(payer, from, until),
  days: setOf(day),
})

/** The children and activities that an aid is for, in the order in which it pays them on a day. */
const recipientsOf = (
  { town, children }: BilledHousehold,
  aid: Aid,
): { readonly child: Child; readonly activities: readonly BilledActivity[] }[] => {
  const activities = [...town.activities.values()].filter(({ activity }) =>
    aid.activityIds.includes(activity.id),
  )
  return children
    .filter(({ childId }) => (aid.childId ?? childId) === childId)
    .map((child) => ({ child, activities }))
}

/** What is paid of a month, while it is found. */
interface Payment {
  readonly items: readonly Item[]
  readonly granted: Map<string, Granted>
  readonly paid: Item[]
}

/** Pays a day of a child in an activity; how much of it. */
const payDay = (
  { items, granted, paid }: Payment,
  aid: Aid,
  { child, activity, day }: { child: Child; activity: BilledActivity; day: number },
  today: Cents,
): Cents => {
  const so = granted.get(aid.aidId) ?? NOTHING
  if (today === 0 && so.days >= (aid.mostDays ?? Infinity)) return 0
  const isMine = (item: Item): boolean => item.child === child && item.activity === activity
  const price = priceOn(items.filter(isMine), day)
  const others = paid.filter((item) => isMine(item) && item.days === setOf(day))
  const left = price + sum(others.map(({ unitPrice }) => unitPrice))
  const amount = Math.min(left, mostOf(aid, price, today, so))
  if (amount === 0) return 0
  paid.push(aidItem(aid, child, activity, { amount, day }))
  granted.set(aid.aidId, { amount: so.amount + amount, days: so.days + (today === 0 ? 1 : 0) })
  return amount
}

/**
 * What others pay of a month (aides de tiers: CCAS, CAF), in the order of days, the eldest child and
 * the first activity of the catalogue first: never more than the day's price, within the ceilings of
 * the aid, and nothing for an unjustified absence (domain: deducted aids are billed again).
 *
 * @param before what the aids have paid before the month.
 */
export const grantAids = (
  household: BilledHousehold,
  items: readonly Item[],
  month: IsoMonth,
  { aids, before }: { readonly aids: readonly Aid[]; readonly before: GrantedAids },
): { readonly items: readonly Item[]; readonly granted: GrantedAids } => {
  if (aids.length === 0) return { items: [], granted: before }
  const payment: Payment = { items, granted: new Map(before), paid: [] }
  for (const aid of aids.toSorted(inOrder)) {
    const recipients = recipientsOf(household, aid)
    for (const day of daysOf(setWithin(month, aid.from, aid.until))) {
      for (const { child, activities } of recipients) {
        let today = 0
        for (const activity of activities) {
          today += payDay(payment, aid, { child, activity, day }, today)
        }
      }
    }
  }
  return { items: payment.paid, granted: payment.granted }
}
