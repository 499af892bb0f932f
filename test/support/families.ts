import { createFamily } from '../../shared/families/create-family.ts'
import type { Table } from '../../shared/platform/table.ts'
import { familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { cesson, DUPONT } from './cesson.ts'

let last = 5000

/**
 * Opens a copy of a family of the demo town under a number of its own, so that a test that runs
 * many times finds nothing of the last time.
 *
 * @param like the number of the family to copy: the one of guide 002 unless given.
 * @param enrolled the enrolments to copy: all unless given. Each is a write of its own.
 */
export const anotherFamily = async (
  table: Table,
  like: FamilyId = DUPONT.familyId,
  enrolled?: readonly string[],
): Promise<typeof DUPONT> => {
  last += 1
  const familyId = familyIdSchema.parse(String(last))
  const model = cesson.families.find((family) => family.familyId === like)
  if (model === undefined) throw new Error('The demo town has no such family')
  const enrolments = model.enrolments.filter(
    ({ enrolmentId }) => enrolled?.includes(enrolmentId) ?? true,
  )
  const name = `${model.name} ${familyId}`
  await createFamily(table, fileOf({ ...model, familyId, name, enrolments }))
  return { familyId, guardianId: DUPONT.guardianId }
}
