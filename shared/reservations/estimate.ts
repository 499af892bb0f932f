import type { PriceList } from '../catalogue/model.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { priceOf } from '../tariffs/rules.ts'
import { readLine } from './lines.ts'
import { CHANGES } from './model.ts'
import type { PlannedEnrolment } from './plan-household.ts'
import { pricedUnitId } from './rules.ts'

/** What the days that a plan adds cost, in cents; nothing when some have no price, and which. */
export interface Estimate {
  readonly estimate: Cents | null
  readonly unpriced?: string[]
}

/** The days that a plan adds, by the unit whose price they have. */
const addedDays = ({ activity, plan }: PlannedEnrolment): ReadonlyMap<UnitId, IsoDate[]> => {
  const days = new Map<UnitId, IsoDate[]>()
  const { span } = plan
  if (span === undefined) return days
  const dates = eachDay(span.from, span.to)
  for (const unit of activity.units) {
    const changes = plan.changes.get(unit.id) ?? ''
    const letters = readLine(plan.years, unit.id, span.from, span.to)
    for (const [index, date] of dates.entries()) {
      if (changes[index] !== CHANGES.added) continue
      const priced = pricedUnitId(unit, letters[index] ?? '')
      days.set(priced, [...(days.get(priced) ?? []), date])
    }
  }
  return days
}

/**
 * The estimated price of what a plan adds [guide 45, 50, 51]: by the price lists that are in force
 * on each day, for the child's category; late days at their late price. What waits costs nothing.
 */
export const estimateOf = (lists: readonly PriceList[], planned: PlannedEnrolment): Estimate => {
  const { child, activity } = planned
  const prices: Cents[] = []
  const unpriced: string[] = []
  for (const [unitId, dates] of addedDays(planned)) {
    const without: IsoDate[] = []
    for (const date of dates) {
      const about = { date, category: child.category, activityId: activity.id, unitId }
      const price = priceOf(lists, about)
      if (price === undefined) without.push(date)
      else prices.push(price.unitPrice)
    }
    if (without.length === 0) continue
    const unit = activity.units.find(({ id }) => id === unitId)?.name ?? unitId
    const { firstName, category } = child
    const about = { child: firstName, activity: activity.name, unit, category, days: without }
    unpriced.push(DETAILS.noPrice(about))
  }
  return unpriced.length === 0 ? { estimate: sum(prices) } : { estimate: null, unpriced }
}
