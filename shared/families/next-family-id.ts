import { SEQUENCES } from '../platform/keys.ts'
import { familyIdSchema, type FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'

/**
 * The number of a file that the portal opens, `F000042`: its letter keeps it apart from those that
 * come with the town's file. A number that is taken and not used is lost.
 */
export const nextFamilyId = async (table: Table): Promise<FamilyId> => {
  const number = await table.count({ partition: SEQUENCES, sort: ['FAMILY'] }, 1)
  return familyIdSchema.parse(`F${String(number).padStart(6, '0')}`)
}
