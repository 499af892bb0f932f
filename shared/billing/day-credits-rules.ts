import { BILL } from '../kernel/billing-texts.ts'
import { monthOf, type IsoMonth } from '../kernel/dates.ts'
import { daysOf, setOf, setWithin, type DaySet } from './day-set-rules.ts'
import type { BilledHousehold } from './household-rules.ts'
import { labelOf, type Item } from './item-rules.ts'
import type { DayCredit } from './model.ts'

/** How many days of each credit are used up. */
export type UsedDays = ReadonlyMap<string, number>

/** The order in which credits are used up: those that began first go first. */
const inOrder = (a: DayCredit, b: DayCredit): number =>
  `${a.from} ${a.creditId}` < `${b.from} ${b.creditId}` ? -1 : 1

const covers = (credit: DayCredit, { kind, child, activity, unitIds, occasion }: Item): boolean =>
  kind === 'unit' &&
  child !== undefined &&
  activity?.activity.id === credit.activityId &&
  (credit.childId ?? child.childId) === child.childId &&
  occasion !== 'excused' &&
  unitIds.every((id) => credit.unitIds.includes(id))

/** Which days of items a credit pays. */
type Paid = Map<Item, { credit: DayCredit; days: DaySet }[]>

const paidDays = (paid: Paid, item: Item): DaySet =>
  (paid.get(item) ?? []).reduce((set, { days }) => set | days, 0)

const pay = (paid: Paid, item: Item, credit: DayCredit, day: number): void => {
  const parts = paid.get(item) ?? []
  const part = parts.find((each) => each.credit === credit)
  if (part === undefined) parts.push({ credit, days: setOf(day) })
  else part.days |= setOf(day)
  paid.set(item, parts)
}

const split = (paid: Paid, item: Item): Item[] => {
  const left = item.days & ~paidDays(paid, item)
  return [
    ...(left === 0 ? [] : [{ ...item, days: left }]),
    ...(paid.get(item) ?? []).map(({ credit, days }) => ({
      ...item,
      kind: 'day-credit' as const,
      unitPrice: 0,
      why: BILL.paidInAdvance(credit.name, credit.from),
      days,
    })),
  ]
}

/**
 * Takes days that a family has paid in advance (carnet) from its bill: in the order of days, the
 * eldest child first, one day of the credit for all of a child's units on a day that it is good for.
 * They stay on the bill at 0, with the reason. Excused absences use up nothing.
 *
 * @param used what the days before the month have used up.
 */
export const useCredits = (
  { children }: BilledHousehold,
  items: readonly Item[],
  month: IsoMonth,
  { credits, used }: { readonly credits: readonly DayCredit[]; readonly used: UsedDays },
): { readonly items: readonly Item[]; readonly used: UsedDays } => {
  if (credits.length === 0) return { items, used }
  const now = new Map(used)
  const paid: Paid = new Map()
  const good = credits
    .toSorted(inOrder)
    .map((credit) => ({ credit, days: setWithin(month, credit.from, credit.until) }))
  for (const day of daysOf(good.reduce((set, { days }) => set | days, 0))) {
    for (const child of children) {
      const today = items.filter((item) => item.child === child && (item.days & setOf(day)) !== 0)
      for (const { credit, days } of good) {
        const spent = now.get(credit.creditId) ?? 0
        if ((days & setOf(day)) === 0 || spent >= credit.days) continue
        const covered = today.filter(
          (item) => covers(credit, item) && (paidDays(paid, item) & setOf(day)) === 0,
        )
        for (const item of covered) pay(paid, item, credit, day)
        if (covered.length > 0) now.set(credit.creditId, spent + 1)
      }
    }
  }
  return { items: items.flatMap((item) => split(paid, item)), used: now }
}

/** What days paid in advance cost, with the month in which they begin. */
export const soldCredits = (
  { town, children }: BilledHousehold,
  credits: readonly DayCredit[],
  month: IsoMonth,
): Item[] =>
  credits
    .filter(({ from }) => monthOf(from) === month)
    .toSorted(inOrder)
    .map((credit) => {
      const activity = town.activities.get(credit.activityId)
      return {
        kind: 'day-credit',
        child: children.find(({ childId }) => childId === credit.childId),
        activity,
        unitIds: credit.unitIds,
        label:
          activity === undefined
            ? credit.name
            : `${credit.name} – ${labelOf(activity, credit.unitIds)}`,
        unitPrice: credit.price,
        account: credit.account,
        priceList: '',
        why: BILL.dayCredit(credit.name, credit.days, credit.price, credit.until),
        days: 0,
        once: true,
      }
    })
