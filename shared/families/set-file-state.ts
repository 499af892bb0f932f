import { PortalError } from '../kernel/errors.ts'
import { MERGE_REFUSALS } from '../kernel/file-texts.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { EditCall } from './edit-family.ts'
import { saveEdit } from './edit-item.ts'
import { openForEdit } from './editor.ts'
import type { Family } from './model.ts'
import { familyEntity } from './store.ts'

/**
 * Sets a file aside, or takes it up again. A family whose file was set aside books nothing and edits
 * nothing; it sees what there is, and pays. What it has booked stays booked: staff cancel it first.
 * One Query and one write.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`, `concurrent-change`, `merge-refused` for a
 * duplicate that another file has taken over.
 */
export const setFileState = (
  table: Table,
  { editor, seen, written: { active }, now }: EditCall<{ readonly active: boolean }>,
): Promise<Family> =>
  again(async () => {
    const held = (await openForEdit(table, editor)).file.family
    if (active && held.mergedInto !== undefined) {
      throw new PortalError('merge-refused', { detail: MERGE_REFUSALS.alreadyMerged })
    }
    const { inactiveSince = now.toISOString(), ...rest } = held
    const wanted = active ? rest : { ...rest, inactiveSince }
    return saveEdit(table, { entity: familyEntity, held, wanted, seen, editor, now })
  })
