import type { IsoMonth } from '../kernel/dates.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { hasInvoice } from './store.ts'

/** Those of some months that are invoiced to a family: their plannings stay as they were billed. */
export const invoicedMonths = async (
  table: Table,
  familyId: FamilyId,
  months: readonly IsoMonth[],
): Promise<IsoMonth[]> => {
  const invoiced = await Promise.all(months.map((month) => hasInvoice(table, familyId, month)))
  return months.filter((_, index) => invoiced[index] === true)
}
