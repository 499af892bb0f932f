import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { listFamilies } from './store.ts'

/** The numbers of all families of the town, in order. */
export const listFamilyIds = async (table: Table): Promise<FamilyId[]> =>
  (await listFamilies(table)).map(({ familyId }) => familyId)
