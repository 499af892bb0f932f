import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { EditCall } from './edit-family.ts'
import { saveEdit } from './edit-item.ts'
import { openForEdit, type Editor } from './editor.ts'
import type { Family } from './model.ts'
import { familyEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/**
 * Says that nothing of a file may be deleted, with the reason of the edit, or ends that. A file that is
 * held already stays held since when and why it was. One Query and one write.
 *
 * @throws PortalError `not-found`, `changed-meanwhile`, `concurrent-change`.
 */
export const setLegalHold = (
  table: Table,
  {
    editor,
    seen,
    written: { held: isHeld },
    now,
  }: Omit<EditCall<{ readonly held: boolean }>, 'editor'> & {
    readonly editor: Editor & { readonly reason: string }
  },
): Promise<{ readonly version: number; readonly hold: Family['legalHold'] }> =>
  again(async () => {
    const held = (await openForEdit(table, editor)).file.family
    const { legalHold, ...rest } = held
    const { account: by, reason } = editor
    const hold = legalHold ?? { since: now.toISOString(), by, reason }
    const wanted: Family = isHeld ? { ...rest, legalHold: hold } : rest
    const family = await saveEdit(table, { entity: familyEntity, held, wanted, seen, editor, now })
    return { version: versionOf(family), hold: family.legalHold }
  })
