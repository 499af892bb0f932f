import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Child, FamilyFile } from '../families/model.ts'
import { BILL } from '../kernel/billing-texts.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import type { ActivityId } from '../platform/schemas.ts'
import type { Planning } from '../reservations/model.ts'
import type { Scope } from '../tariffs/model.ts'
import { chargesOf } from './charges-rules.ts'
import { householdOf } from './household-rules.ts'
import { linesOf } from './lines-rules.ts'
import type { InvoiceLine } from './model.ts'
import { billMonth, type MonthBill } from './month-rules.ts'
import { packDays } from './packs-rules.ts'
import { billedTown } from './town-rules.ts'

/** Some months of an activity. */
interface Asked {
  readonly activityId: ActivityId
  readonly months: readonly IsoMonth[]
}

/** What bills will say of a family with some plannings, without what somebody else pays. */
export interface Foreseen {
  /** What a child's days come to, with the packs of the activity, and what has no price, in French. */
  readonly ofDays: (child: Child, asked: Asked) => Pick<MonthBill, 'lines' | 'unpriced'>
  /** What the régie of the activity asks once: fees, minimums, surcharges of the family. */
  readonly ofOnce: (asked: Asked) => readonly InvoiceLine[]
}

/** What is billed day by day, or for the days of a month. */
const isOfDays = ({ kind }: Pick<InvoiceLine, 'kind'>): boolean =>
  kind === 'unit' || kind === 'pack'

/** Whether the price lists ask something for an activity that is due once, whoever books first. */
export const asksOnce = ({ catalogue }: TownCatalogue, activityId: ActivityId): boolean => {
  const isMeant = ({ of }: { readonly of: Scope }): boolean =>
    of.activityId === undefined || of.activityId === activityId
  return catalogue.priceLists.some(
    ({ minimum, fees, supplements }) =>
      minimum !== undefined ||
      fees.some(isMeant) ||
      supplements.some((each) => each.how.kind === 'per-family' && isMeant(each)),
  )
}

/**
 * What the plannings of a family will come to on its bills, by the rules that bill: for the recap of
 * a booking [guide 45, 50, 51]. An activity that the catalogue has no longer costs nothing.
 */
export const foresee = (
  town: TownCatalogue,
  account: { readonly file: FamilyFile; readonly plannings: readonly Planning[] },
): Foreseen => {
  const billed = billedTown(town)
  const household = householdOf(billed, account)
  return {
    ofDays: (child, { activityId, months }) => {
      const activity = billed.activities.get(activityId)
      if (activity === undefined) return { lines: [], unpriced: [] }
      const days = months.map((month) => {
        const { items, unpriced } = chargesOf(household, child, activity, month)
        const packed = packDays(household, items.filter(isOfDays), month)
        return {
          lines: linesOf(household, packed.items, month),
          unpriced: [...unpriced.map((missing) => BILL.unpriced(missing)), ...packed.unpriced],
        }
      })
      return {
        lines: days.flatMap(({ lines }) => lines),
        unpriced: days.flatMap(({ unpriced }) => unpriced),
      }
    },
    ofOnce: ({ activityId, months }) => {
      const regieId = billed.activities.get(activityId)?.regieId
      if (regieId === undefined) return []
      return months
        .flatMap(
          (month) => billMonth(household, { aids: [], dayCredits: [] }, { month, regieId }).lines,
        )
        .filter((line) => !isOfDays(line))
    },
  }
}
