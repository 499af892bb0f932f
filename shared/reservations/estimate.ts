import type { InvoiceLine } from '../billing/model.ts'
import { asksOnce, foresee, type Foreseen } from '../billing/preview-rules.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { eachMonth, monthOf } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
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
  const all = planningsAfter(household, planned)
  const having = (plannings: readonly Planning[]): Foreseen =>
    foresee(town, { file: household.file, plannings })
  /** With what the plans before one add, and not what it and those behind it do. */
  const before = (index: number) => having(planned.slice(index).reduce(withoutAdded, all))
  const withAll = having(all)

  return planned.map((each, index) => {
    const { child, plan, activity } = each
    if (plan.span === undefined) return { estimate: 0, lines: [] }
    const about = {
      activityId: activity.id,
      months: eachMonth(monthOf(plan.span.from), monthOf(plan.span.to)),
    }
    const now = withAll.ofDays(child, about)
    const without = having(withoutAdded(all, each)).ofDays(child, about)
    const once = asksOnce(town, activity.id)
      ? difference(before(index + 1).ofOnce(about), before(index).ofOnce(about))
      : []
    const lines = [...difference(now.lines, without.lines), ...once]
    const unpriced = now.unpriced.filter((detail) => !without.unpriced.includes(detail))
    return unpriced.length === 0
      ? { estimate: sum(lines.map(({ amount }) => amount)), lines }
      : { estimate: null, lines, unpriced }
  })
}
