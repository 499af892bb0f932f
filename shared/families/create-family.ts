import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import type { FamilyFile } from './model.ts'
import { childEntity, enrolmentEntity, familyEntity, guardianEntity } from './store.ts'

/**
 * Opens a family file, all of it or nothing; a family that exists is left as it is.
 *
 * @returns whether the file is new.
 */
export const createFamily = async (table: Table, file: FamilyFile): Promise<boolean> => {
  const put = (item: ReturnType<typeof familyEntity.toItem>): Write => ({ kind: 'put', item })
  const outcome = await table.transact([
    { kind: 'put', item: familyEntity.toItem(file.family), when: { kind: 'absent' } },
    ...file.guardians.map((guardian) => put(guardianEntity.toItem(guardian))),
    ...file.children.map((child) => put(childEntity.toItem(child))),
    ...file.enrolments.map((enrolment) => put(enrolmentEntity.toItem(enrolment))),
  ])
  return outcome.done
}
