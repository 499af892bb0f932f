import type { TownCatalogue } from '../catalogue/calendar.ts'
import { chargesOf } from '../billing/charges-rules.ts'
import { householdOf, type Household as BilledHousehold } from '../billing/household-rules.ts'
import { linesOf } from '../billing/lines-rules.ts'
import type { InvoiceLine } from '../billing/model.ts'
import { billMonth, type MonthBill } from '../billing/month-rules.ts'
import { packDays } from '../billing/packs-rules.ts'
import { billedTown, type BilledActivity } from '../billing/town-rules.ts'
import type { Child } from '../families/model.ts'
import { BILL } from '../kernel/billing-texts.ts'
import { eachMonth, monthOf, type IsoMonth } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { ActivityId } from '../platform/schemas.ts'
import type { PriceList, Scope } from '../tariffs/model.ts'
import { readLine, sameOwner, writeLine, type Years } from './lines.ts'
import type { Household } from './load-household.ts'
import { CHANGES, LETTERS, type Planning } from './model.ts'
import { planningsToWrite, type PlannedEnrolment } from './plan-household.ts'

/** So much of one thing at one price. */
export interface EstimateLine {
  /** The units, the part of their price, or the fee. */
  readonly label: string
  /** Below zero where a price for several units takes the place of others. */
  readonly quantity: number
  /** In cents. */
  readonly unitPrice: Cents
  /** `quantity` times `unitPrice`, in cents. */
  readonly amount: Cents
  /** In French [wish W4]. */
  readonly why: string
}

/** What the days that a plan adds cost; no sum when some have no price, and which. */
export interface Estimate {
  /** In cents: the sum of the lines. */
  readonly estimate: Cents | null
  readonly lines: EstimateLine[]
  readonly unpriced?: string[]
}

/** What is billed, and what has no price, in French. */
type Billed = Pick<MonthBill, 'lines' | 'unpriced'>

/** A day that awaits staff costs what it will cost once they accept it. */
const asAccepted = (planning: Planning): Planning => ({
  ...planning,
  units: Object.fromEntries(
    Object.entries(planning.units).map(([unit, letters = '']) => [
      unit,
      letters.replaceAll(LETTERS.requested, LETTERS.accepted),
    ]),
  ),
})

/** The plannings of a household as they will be once its wishes are granted. */
const planningsAfter = (household: Household, planned: readonly PlannedEnrolment[]): Planning[] => {
  const changed = planningsToWrite(household, planned)
  const unchanged = household.plannings.filter(
    (held) => !changed.some((each) => sameOwner(each, held) && each.schoolYear === held.schoolYear),
  )
  return [...unchanged, ...changed].map(asAccepted)
}

/** Plannings without the days that a plan adds. */
const withoutAdded = (
  plannings: readonly Planning[],
  { enrolment, plan: { span, changes } }: PlannedEnrolment,
): Planning[] =>
  plannings.map((planning) => {
    if (span === undefined || !sameOwner(planning, enrolment)) return planning
    let years: Years = new Map([[planning.schoolYear, planning.units]])
    for (const [unit, line] of changes) {
      const letters = readLine(years, unit, span.from, span.to)
      const kept = Array.from(letters, (letter, index) =>
        line[index] === CHANGES.added ? LETTERS.nothing : letter,
      )
      years = writeLine(years, unit, span.from, kept.join(''))
    }
    return { ...planning, units: years.get(planning.schoolYear) ?? {} }
  })
const keyOf = ({ kind, childId, activityId, label, unitPrice, why }: InvoiceLine): string =>
  JSON.stringify([kind, childId, activityId, label, unitPrice, why])

/** What bills have more than others had before, whatever the month. */
const difference = (
  after: readonly InvoiceLine[],
  before: readonly InvoiceLine[],
): EstimateLine[] => {
  const quantities = new Map<string, { line: InvoiceLine; quantity: number }>()
  const add = (line: InvoiceLine, quantity: number): void => {
    const key = keyOf(line)
    const known = quantities.get(key)?.quantity ?? 0
    quantities.set(key, { line, quantity: known + quantity })
  }
  for (const line of after) add(line, line.quantity)
  for (const line of before) add(line, -line.quantity)
  return [...quantities.values()]
    .filter(({ quantity }) => quantity !== 0)
    .map(({ line: { label, unitPrice, why }, quantity }) => ({
      label,
      quantity,
      unitPrice,
      amount: quantity * unitPrice,
      why,
    }))
}

/** Whether a price list asks something for an activity that is due once, whoever books first. */
const asksOnce = (list: PriceList, activityId: ActivityId): boolean => {
  const isMeant = ({ of }: { readonly of: Scope }): boolean =>
    of.activityId === undefined || of.activityId === activityId
  return (
    list.minimum !== undefined ||
    list.fees.some(isMeant) ||
    list.supplements.some((each) => each.how.kind === 'per-family' && isMeant(each))
  )
}

/** What is billed day by day, or for the days of a month. */
const isOfDays = ({ kind }: Pick<InvoiceLine, 'kind'>): boolean =>
  kind === 'unit' || kind === 'pack'

const together = (months: readonly Billed[]): Billed => ({
  lines: months.flatMap(({ lines }) => lines),
  unpriced: months.flatMap(({ unpriced }) => unpriced),
})

/** What a child's days in an activity come to. */
const daysOf = (
  held: BilledHousehold,
  child: Child,
  activity: BilledActivity,
  months: readonly IsoMonth[],
): Billed =>
  together(
    months.map((month) => {
      const { items, unpriced } = chargesOf(held, child, activity, month)
      const packed = packDays(held, items.filter(isOfDays), month)
      const missing = unpriced.map((days) => BILL.unpriced(days))
      return {
        lines: linesOf(held, packed.items, month),
        unpriced: [...missing, ...packed.unpriced],
      }
    }),
  )

/** What is due once in some months. */
const onceOf = (
  held: BilledHousehold,
  { regieId }: BilledActivity,
  months: readonly IsoMonth[],
): readonly InvoiceLine[] =>
  months.flatMap((month) =>
    billMonth(held, { aids: [], dayCredits: [] }, { month, regieId }).lines.filter(
      (line) => !isOfDays(line),
    ),
  )

/**
 * What the days that plans add will come to on the bills [guide 45, 50, 51, wish W4]: each plan with
 * all others granted, so that siblings count as present, and late days at their late price. It is
 * computed as the bills are, without what somebody else pays, and with the packs of one activity
 * only. What is due once for several plans, as a fee of the family, is with the first of them. What
 * waits for a place costs nothing.
 *
 * @returns one estimate for each plan, in their order.
 */
export const estimatesOf = (
  town: TownCatalogue,
  household: Household,
  planned: readonly PlannedEnrolment[],
): Estimate[] => {
  const billed = billedTown(town)
  const all = planningsAfter(household, planned)
  const having = (plannings: readonly Planning[]): BilledHousehold =>
    householdOf(billed, { file: household.file, plannings })
  /** With what the plans before one add, and not what it and those behind it do. */
  const before = (index: number) => having(planned.slice(index).reduce(withoutAdded, all))
  const withAll = having(all)

  return planned.map((each, index) => {
    const { child, plan } = each
    const activity = billed.activities.get(each.activity.id)
    if (plan.span === undefined || activity === undefined) return { estimate: 0, lines: [] }
    const months = eachMonth(monthOf(plan.span.from), monthOf(plan.span.to))
    const now = daysOf(withAll, child, activity, months)
    const without = daysOf(having(withoutAdded(all, each)), child, activity, months)
    const once = town.catalogue.priceLists.some((list) => asksOnce(list, each.activity.id))
      ? difference(
          onceOf(before(index + 1), activity, months),
          onceOf(before(index), activity, months),
        )
      : []
    const lines = [...difference(now.lines, without.lines), ...once]
    const unpriced = now.unpriced.filter((detail) => !without.unpriced.includes(detail))
    return unpriced.length === 0
      ? { estimate: sum(lines.map(({ amount }) => amount)), lines }
      : { estimate: null, lines, unpriced }
  })
}
