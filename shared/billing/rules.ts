import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
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
import { bookedUnits, readLine, yearsOf } from '../reservations/lines.ts'
import type { Planning } from '../reservations/model.ts'
import { isDue, pricedUnitId } from '../reservations/rules.ts'
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

type Unit = Activity['units'][number]

/** What a planning owes for a month: the days that are due, by the unit whose price they have. */
const dueDays = (
  { calendars }: TownCatalogue,
  { planning, month }: { planning: Planning; month: IsoMonth },
  activity: Activity | undefined,
): ReadonlyMap<UnitId, readonly IsoDate[]> => {
  const [from, to] = [firstDayOf(month), lastDayOf(month)]
  const years = yearsOf([planning], planning)
  const due = new Map<UnitId, IsoDate[]>()
  for (const unitId of bookedUnits(planning)) {
    const unit = activity?.units.find(({ id }) => id === unitId) ?? { id: unitId }
    const line = readLine(years, unitId, from, to)
    for (const [index, date] of eachDay(from, to).entries()) {
      const letter = line[index] ?? ''
      // Of an activity that the catalogue has lost nobody knows when it was closed.
      const isOpen = activity === undefined || calendars.stateOf(activity, date) === 'open'
      if (!isDue(letter) || !isOpen) continue
      const priced = pricedUnitId(unit, letter)
      due.set(priced, [...(due.get(priced) ?? []), date])
    }
  }
  return due
}

/** Days of one unit for which no price was found. */
interface Unpriced {
  readonly child: string
  readonly activity: string
  readonly unit: string
  readonly category: string
  readonly days: readonly IsoDate[]
}

/** The lines of one child for one unit: one for each price that was in force in the month. */
const linesOfUnit = (
  { catalogue: { priceLists } }: TownCatalogue,
  { child, activity, unit }: { child: Child; activity: Activity; unit: Unit },
  days: readonly IsoDate[],
): { lines: InvoiceLine[]; unpriced: Unpriced[] } => {
  const lines = new Map<string, InvoiceLine>()
  const without: IsoDate[] = []
  for (const date of days) {
    const priced = { date, category: child.category, activityId: activity.id, unitId: unit.id }
    const price = priceOf(priceLists, priced)
    if (price === undefined) {
      without.push(date)
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
  const about = { child: child.firstName, activity: activity.name, unit: unit.name }
  return {
    lines: [...lines.values()],
    unpriced: without.length === 0 ? [] : [{ ...about, category: child.category, days: without }],
  }
}

/** One planning in lines; what the catalogue or the file no longer knows is unpriced, never dropped. */
const linesOfPlanning = (
  town: TownCatalogue,
  { file, planning, month }: { file: FamilyFile; planning: Planning; month: IsoMonth },
): { lines: InvoiceLine[]; unpriced: Unpriced[] }[] => {
  const child = file.children.find(({ childId }) => childId === planning.childId)
  const activity = town.catalogue.activities.find(({ id }) => id === planning.activityId)
  return [...dueDays(town, { planning, month }, activity)].map(([unitId, days]) => {
    const unit = activity?.units.find(({ id }) => id === unitId)
    if (child !== undefined && activity !== undefined && unit !== undefined) {
      return linesOfUnit(town, { child, activity, unit }, days)
    }
    const about = {
      child: child?.firstName ?? planning.childId,
      activity: activity?.name ?? planning.activityId,
      unit: unit?.name ?? unitId,
      category: child?.category ?? '?',
    }
    return { lines: [], unpriced: [{ ...about, days }] }
  })
}

/** The order of invoices: children as in the file, activities and units as in the catalogue. */
const inOrder = (
  { catalogue }: TownCatalogue,
  file: FamilyFile,
  lines: readonly InvoiceLine[],
): InvoiceLine[] => {
  const place = ({ childId, activityId, unitId }: InvoiceLine): number => {
    const child = file.children.findIndex((each) => each.childId === childId)
    const activity = catalogue.activities.findIndex(({ id }) => id === activityId)
    const units = catalogue.activities[activity]?.units ?? []
    return (child * 1000 + activity) * 100 + units.findIndex(({ id }) => id === unitId)
  }
  return lines.toSorted((a, b) => place(a) - place(b))
}

/**
 * Bills a family for a month [guide 9, 29]: one line for each child, unit and price, for every day
 * that is due; days added late or not booked are those of the late unit [guide 50]. A day without a price withholds the whole invoice and is reported [guide 51]: no
 * amount is ever guessed.
 *
 * @param issuedOn the business date of the run, which is also that of the invoice.
 */
export const billFamily = (
  town: TownCatalogue,
  { file, plannings }: { file: FamilyFile; plannings: readonly Planning[] },
  { month, issuedOn }: { month: IsoMonth; issuedOn: IsoDate },
): Bill => {
  const parts = plannings.flatMap((planning) => linesOfPlanning(town, { file, planning, month }))
  const unpriced = parts.flatMap((part) => part.unpriced)
  if (unpriced.length > 0) return { kind: 'anomalies', details: unpriced.map(DETAILS.noPrice) }
  const lines = inOrder(
    town,
    file,
    parts.flatMap((part) => part.lines),
  )
  if (lines.length === 0) return { kind: 'nothing' }
  const { regie } = town.catalogue.town
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
