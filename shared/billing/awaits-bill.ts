import type { TownCatalogue } from '../catalogue/calendar.ts'
import { regieIdOf } from '../catalogue/look-up.ts'
import { addMonths, eachMonth, monthOf, type IsoDate, type IsoMonth } from '../kernel/dates.ts'
import type { Item } from '../platform/entity.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { planningIn } from '../reservations/image.ts'
import { MONTHS, owes, withheldIn } from './check-billing.ts'
import { carriedIn, creditNoteIn, invoiceIn } from './image.ts'
import { isIssued } from './run-steps.ts'
import { findRun, listPages } from './run-store.ts'
import { inputsAmong } from './store.ts'

interface Month {
  readonly regieId: RegieId
  readonly month: IsoMonth
}

/** The months of a family with days that are due, by régie: of the last twelve and the one in course. */
const monthsOwed = (town: TownCatalogue, items: readonly Item[], today: IsoDate): Month[] => {
  const plannings = items.flatMap((item) => planningIn(item) ?? [])
  const months = eachMonth(addMonths(monthOf(today), -MONTHS), monthOf(today))
  return town.catalogue.town.regies.flatMap(({ id: regieId }) => {
    const activities = town.catalogue.activities.filter(
      (activity) => regieIdOf(town.catalogue, activity) === regieId,
    )
    return months
      .filter((month) =>
        activities.some((activity) =>
          plannings.some(
            (planning) =>
              planning.activityId === activity.id && owes(town, activity, planning, month),
          ),
        ),
      )
      .map((month) => ({ regieId, month }))
  })
}

/** Whether a month that a family owes days of is billed to it, or was found to be worth nothing. */
const isBilled = async (
  table: Table,
  familyId: FamilyId,
  { regieId, month }: Month,
): Promise<boolean> => {
  const run = await findRun(table, { month, regieId })
  if (run === undefined || !isIssued(run)) return false
  return !withheldIn(await listPages(table, { month, regieId })).includes(familyId)
}

/**
 * Whether something is still to be billed to a family: days of a month without its bill, the one in
 * course too, a bill that waits in a run, or a billed month that the next run is to correct. A read for
 * each such month, and a Query where its run has billed others.
 *
 * @param items all of the family's.
 */
export const awaitsBill = async (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  { familyId, items }: { readonly familyId: FamilyId; readonly items: readonly Item[] },
  today: IsoDate,
): Promise<boolean> => {
  if (inputsAmong(items).reviews.length > 0) return true
  const documents = items.flatMap((item) => {
    const document = invoiceIn(item) ?? creditNoteIn(item) ?? carriedIn(item)
    return document === undefined || document.former !== undefined ? [] : [document]
  })
  for (const owed of monthsOwed(town, items, today)) {
    const hasBill = documents.some(
      ({ regieId, month }) => regieId === owed.regieId && month === owed.month,
    )
    if (!hasBill && !(await isBilled(table, familyId, owed))) return true
  }
  return false
}

/** Whether an amount too little for an invoice waits for the family's next one. */
export const hasCarried = (items: readonly Item[]): boolean =>
  inputsAmong(items).carryOvers.length > 0
