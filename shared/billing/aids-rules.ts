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

/**
 * What a day of an activity costs in a pack, to the cent: its price is shared out among all days of all its
 * activities, in the order of days and of the catalogue.
 */
const priceInPack = ({ unitPrice, parts = [] }: Item, own: BilledActivity, day: number): Cents => {
  const place = parts.findIndex(
    ({ activity, days }) => activity === own && (days & setOf(day)) !== 0,
  )
  if (place < 0) return 0
  const earlier = sum(parts.map(({ days }) => countOf(days & (setOf(day) - 1))))
  const before = earlier + parts.slice(0, place).filter(({ days }) => days & setOf(day)).length
  const all = sum(parts.map(({ days }) => countOf(days)))
  return Math.floor((unitPrice * (before + 1)) / all) - Math.floor((unitPrice * before) / all)
}

/** What a day of a child costs in an activity, packs included. */
const priceOn = (
  items: readonly Item[],
  { child, activity, day }: { child: Child; activity: BilledActivity; day: number },
): Cents => {
  let price = 0
  for (const item of items) {
    if (item.child !== child || (item.days & setOf(day)) === 0) continue
    if (item.kind === 'pack') price += priceInPack(item, activity, day)
    const isPaid = item.kind === 'unit' && item.activity === activity
    if (isPaid && item.occasion !== 'absent') price += item.unitPrice
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
  about: { child: Child; activity: BilledActivity; day: number },
  today: Cents,
): Cents => {
  const { child, activity, day } = about
  const so = granted.get(aid.aidId) ?? NOTHING
  if (today === 0 && so.days >= (aid.mostDays ?? Infinity)) return 0
  const price = priceOn(items, about)
  const others = paid.filter(
    (item) => item.child === child && item.activity === activity && item.days === setOf(day),
  )
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
