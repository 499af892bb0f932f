import type { Activity, Catalogue } from '../catalogue/model.ts'
import type { Child, FamilyFile } from '../families/model.ts'
import {
  addDays,
  eachDay,
  firstDayOf,
  lastDayOf,
  type IsoDate,
  type IsoMonth,
} from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { readLine, yearsOf, type Years } from '../reservations/lines.ts'
import type { Planning } from '../reservations/model.ts'
import { isDue } from '../reservations/rules.ts'
import { priceOf } from '../tariffs/rules.ts'
import type { Invoice, InvoiceLine } from './model.ts'

/** An invoice before it has a number. */
export type InvoiceDraft = Omit<Invoice, 'number'>

/** What billing a family for a month comes to. */
export type Bill =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'draft'; readonly draft: InvoiceDraft }
  /** What is missing; the family is not billed until it is there. */
  | { readonly kind: 'anomalies'; readonly details: readonly string[] }

type Billed = Pick<Catalogue, 'activities' | 'priceLists' | 'town'>

const dueDays = (years: Years, month: IsoMonth, unitId: UnitId): IsoDate[] => {
  const [from, to] = [firstDayOf(month), lastDayOf(month)]
  const line = readLine(years, unitId, from, to)
  return eachDay(from, to).filter((_, index) => isDue(line[index] ?? ''))
}

/**
 * The lines of one child for one unit: one for each price that was in force in the month.
 *
 * @returns what is missing, in French, for each day without a price.
 */
const linesOfUnit = (
  { priceLists }: Billed,
  { child, activity, unit }: { child: Child; activity: Activity; unit: Activity['units'][number] },
  days: readonly IsoDate[],
): { lines: InvoiceLine[]; missing: string[] } => {
  const lines = new Map<string, InvoiceLine>()
  const missing: string[] = []
  for (const date of days) {
    const priced = { date, category: child.category, activityId: activity.id, unitId: unit.id }
    const price = priceOf(priceLists, priced)
    if (price === undefined) {
      missing.push(
        DETAILS.noPrice({
          child: child.firstName,
          activity: activity.name,
          unit: unit.name,
          category: child.category,
          date,
        }),
      )
      continue
    }
    const key = `${price.priceList} ${String(price.unitPrice)}`
    const quantity = (lines.get(key)?.quantity ?? 0) + 1
    lines.set(key, {
      childId: child.childId,
      child: child.firstName,
      activityId: activity.id,
      activity: activity.name,
      unitId: unit.id,
      unit: unit.name,
      quantity,
      unitPrice: price.unitPrice,
      amount: quantity * price.unitPrice,
      priceList: price.priceList,
    })
  }
  return { lines: [...lines.values()], missing }
}

/**
 * Bills a family for a month [guide 9, 29]: one line for each child, unit and price, for every day
 * that is due. A day without a price withholds the whole invoice and is reported [guide 51]: no
 * amount is ever guessed.
 *
 * @param issuedOn the business date of the run, which is also that of the invoice.
 */
export const billFamily = (
  catalogue: Billed,
  { file, plannings }: { file: FamilyFile; plannings: readonly Planning[] },
  { month, issuedOn }: { month: IsoMonth; issuedOn: IsoDate },
): Bill => {
  const parts = file.children.flatMap((child) =>
    catalogue.activities.flatMap((activity) => {
      const years = yearsOf(plannings, { childId: child.childId, activityId: activity.id })
      return activity.units.map((unit) =>
        linesOfUnit(catalogue, { child, activity, unit }, dueDays(years, month, unit.id)),
      )
    }),
  )
  const details = parts.flatMap(({ missing }) => missing)
  if (details.length > 0) return { kind: 'anomalies', details }
  const lines = parts.flatMap((part) => part.lines)
  if (lines.length === 0) return { kind: 'nothing' }
  const { regie } = catalogue.town
  return {
    kind: 'draft',
    draft: {
      familyId: file.family.familyId,
      regieId: regie.id,
      regie: regie.name,
      month,
      issuedOn,
      dueOn: addDays(issuedOn, regie.daysToPay),
      payer: {
        name: file.family.name,
        address: file.family.address,
        emails: file.guardians.map(({ email }) => email),
      },
      lines,
      total: sum(lines.map(({ amount }) => amount)),
    },
  }
}

/** The number of an invoice as people read it: régie, year and place in the year's series. */
export const invoiceNumber = (
  { regieId, issuedOn }: Pick<Invoice, 'regieId' | 'issuedOn'>,
  place: number,
): string => `${regieId}${issuedOn.slice(0, 4)}${String(place).padStart(8, '0')}`
