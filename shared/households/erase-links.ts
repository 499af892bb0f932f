import { childWrite } from '../families/child-write.ts'
import type { Editor } from '../families/editor.ts'
import { findChild } from '../families/image.ts'
import type { Child } from '../families/model.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { eraseBond } from '../reservations/other-household.ts'

/**
 * Takes from the other households of children what names a family that is erased: their links and the
 * weeks that they shared. What they hold of the child themselves is theirs.
 *
 * @param children of the family that is erased.
 */
export const eraseLinks = async (
  table: Table,
  children: readonly Child[],
  by: Pick<Editor, 'account' | 'reason'>,
  now: Date,
): Promise<void> => {
  for (const { familyId, childId, otherHousehold: there } of children) {
    if (there === undefined) continue
    await again(async () => {
      const other = await findChild(table, there)
      const back = other?.otherHousehold
      if (other === undefined || back?.familyId !== familyId || back.childId !== childId) return
      const alone = { ...other, otherHousehold: undefined, custody: undefined }
      const { write } = childWrite(other, alone, { ...by, familyId: other.familyId }, now)
      const { done } = await table.transact([write])
      if (!done) throw new StaleReadError('child')
    })
    await eraseBond(table, there)
  }
}
