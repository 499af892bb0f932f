import type { FamilyFile } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import type { FamilyId, SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Planning } from './model.ts'
import { planningsAmong } from './store.ts'

/** A family file with its plannings. */
export interface Household {
  readonly file: FamilyFile
  readonly plannings: readonly Planning[]
}

/**
 * Loads a family file and its plannings up to a school year, by one Query.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const loadHousehold = async (
  table: Table,
  familyId: FamilyId,
  to: SchoolYearId,
): Promise<Household> => {
  const { file, items } = await readFile(table, familyId, ['FILE', 'PLANNING', to])
  return { file, plannings: planningsAmong(items) }
}
