import type { FamilyFile } from '../families/model.ts'
import { readFile, type ReadFile } from '../families/read-file.ts'
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
 * Loads a family file and its plannings up to a school year, by one Query, which also brings the
 * items that other capabilities keep in the file.
 *
 * @param stale at half the price, and perhaps without what was written in the last moments.
 * @throws PortalError `not-found` when there is no such family.
 */
export const loadHousehold = async (
  table: Table,
  familyId: FamilyId,
  to: SchoolYearId,
  stale = false,
): Promise<Household & ReadFile> => {
  const { file, items } = await readFile(table, familyId, ['FILE', 'PLANNING', to], stale)
  return { file, items, plannings: planningsAmong(items) }
}
