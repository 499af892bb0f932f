import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { familiesAfter, listFamilies } from './store.ts'

/** The numbers of all families of the town, in order. */
export const listFamilyIds = async (table: Table): Promise<FamilyId[]> =>
  (await listFamilies(table)).map(({ familyId }) => familyId)

/** The numbers of so many families behind one, in order; of the first ones behind nobody. */
export const pageOfFamilyIds = async (
  table: Table,
  after: FamilyId | undefined,
  limit: number,
): Promise<FamilyId[]> => (await familiesAfter(table, after, limit)).map(({ familyId }) => familyId)
