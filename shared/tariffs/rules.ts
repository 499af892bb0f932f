import type { PriceList } from '../catalogue/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Cents } from '../kernel/money.ts'
import type { ActivityId, CategoryId, UnitId } from '../platform/schemas.ts'

/** What a price is looked up for. */
export interface Priced {
  readonly date: IsoDate
  readonly category: CategoryId
  readonly activityId: ActivityId
  readonly unitId: UnitId
}

/** A price and the list it comes from. */
export interface Price {
  /** What one unit costs, in cents. */
  readonly unitPrice: Cents
  readonly priceList: string
}

/**
 * The price of a unit on a day [guide 51, 54]: by the first list in force on that day that prices
 * it for the child's category. No match is no price: the caller must say so, never invent one.
 */
export const priceOf = (lists: readonly PriceList[], priced: Priced): Price | undefined => {
  for (const list of lists) {
    if (priced.date < list.from || priced.date > list.until) continue
    const match = list.prices.find(
      ({ category, activityId, unitId }) =>
        category === priced.category &&
        activityId === priced.activityId &&
        unitId === priced.unitId,
    )
    if (match !== undefined) return { unitPrice: match.price, priceList: list.name }
  }
  return undefined
}
