import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import type { FamilyFile } from '../families/model.ts'
import { BILL } from '../kernel/billing-texts.ts'
import { addDays, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Planning } from '../reservations/model.ts'
import { correctionsOf } from './corrections-rules.ts'
import { householdOf, type BilledHousehold } from './household-rules.ts'
import { limitsOf } from './limits-rules.ts'
import type { CarryOver, Draft, InvoiceLine, Review } from './model.ts'
import { billMonth, type Grants } from './month-rules.ts'
import { billedTown } from './town-rules.ts'

/** All that a family's bills follow from. */
export interface Account extends Grants {
  readonly file: FamilyFile
  readonly plannings: readonly Planning[]
  readonly reviews: readonly Review[]
  /** What waits for the next invoice of the régie. */
  readonly carryOver: CarryOver | undefined
}

/** Which month a régie bills, and the business date of its documents. */
export interface Billing {
  readonly month: IsoMonth
  readonly regieId: RegieId
  readonly issuedOn: IsoDate
}

/** What billing a family for a month comes to. */
export type Bill =
  /** There is nothing to bill; the reviews have come to nothing and end. */
  | { readonly kind: 'nothing'; readonly reviews: readonly Review[] }
  | { readonly kind: 'draft'; readonly draft: Draft }
  /** What is missing; the family is not billed until it is there. */
  | { readonly kind: 'anomalies'; readonly details: readonly string[] }

const carriedLine = ({ month, amount }: CarryOver): InvoiceLine => ({
  kind: 'carried',
  month,
  label: BILL.carriedLabel(month),
  days: '',
  quantity: 1,
  unitPrice: amount,
  amount,
  priceList: '',
  why: BILL.carried(month),
})

/**
 * A negative total is a credit note; one below what the régie collects waits for the next invoice
 * (CGCT, D1611-1); 0 is an invoice, as guide 000 shows one [guide 32].
 */
const kindOf = (total: number, { minimum }: Regie): Draft['kind'] => {
  if (total < 0) return 'credit-note'
  return total > 0 && total < minimum ? 'carried' : 'invoice'
}

/** The lines of the months that may have changed since they were billed. */
const corrections = (
  household: BilledHousehold,
  { account, regieId }: { account: Account; regieId: RegieId },
  reviews: readonly Review[],
  billed: ReadonlyMap<IsoMonth, readonly InvoiceLine[]>,
): { lines: readonly InvoiceLine[]; unpriced: readonly string[] } => {
  const months = reviews.map(({ month }) => {
    const now = billMonth(household, account, { month, regieId })
    return { ...now, lines: correctionsOf(now.lines, billed.get(month) ?? []) }
  })
  return {
    lines: months.flatMap(({ lines }) => lines),
    unpriced: months.flatMap(({ unpriced }) => unpriced),
  }
}

/**
 * Bills a family for a month of a régie [guide 9, 29]: what is due in the month, what earlier months
 * that changed since come to more or less, and what was carried over. A day without a price
 * withholds the whole bill and is reported [guide 51]: no amount is ever guessed.
 *
 * @param billed of each month with a review all lines of that month in earlier documents of the
 *   régie, those of what was carried apart; `corrects` of each names the document that it stands in.
 */
export const billFamily = (
  town: TownCatalogue,
  account: Account,
  { month, regieId, issuedOn }: Billing,
  billed: ReadonlyMap<IsoMonth, readonly InvoiceLine[]>,
): Bill => {
  const regie = town.catalogue.town.regies.find(({ id }) => id === regieId)
  if (regie === undefined) throw new Error('The town has no such régie')
  const household = householdOf(billedTown(town), account)
  const reviews = account.reviews
    .filter((review) => review.regieId === regieId && review.month < month)
    .toSorted((a, b) => (a.month < b.month ? -1 : 1))
  const now = billMonth(household, account, { month, regieId })
  const before = corrections(household, { account, regieId }, reviews, billed)
  const details = [...before.unpriced, ...now.unpriced]
  if (details.length > 0) return { kind: 'anomalies', details: [...new Set(details)] }
  const own = [...now.lines, ...before.lines]
  if (own.length === 0) return { kind: 'nothing', reviews }
  const carryOver = account.carryOver?.regieId === regieId ? account.carryOver : undefined
  const lines = carryOver === undefined ? own : [...own, carriedLine(carryOver)]
  const total = sum(lines.map(({ amount }) => amount))
  const { family, guardians, children } = account.file
  const kind = kindOf(total, regie)
  const { schoolYears } = town.catalogue
  const limits =
    kind === 'invoice' && total > 0 ? limitsOf(lines, regie, { schoolYears, children }) : undefined
  return {
    kind: 'draft',
    draft: {
      kind,
      document: {
        familyId: family.familyId,
        regieId,
        regie: regie.name,
        month,
        issuedOn,
        dueOn: addDays(issuedOn, regie.daysToPay),
        payer: {
          name: family.name,
          address: family.address,
          emails: guardians.map(({ email }) => email),
        },
        lines,
        total,
        ...(town.edition === undefined ? {} : { edition: town.edition }),
        ...(limits === undefined ? {} : { limits }),
      },
      reviews,
      ...(carryOver === undefined ? {} : { carryOver }),
      units: now.units,
      oneEuroMeals: now.oneEuroMeals,
    },
  }
}
