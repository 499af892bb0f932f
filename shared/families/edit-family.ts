import { again } from '../platform/retry.ts'
import type { AttachmentId } from '../platform/schemas.ts'
import { editChecked, refuseFaults, type EditOutcome, type Editing } from './edit-item.ts'
import { openForEdit, writerOf, type Editor } from './editor.ts'
import { familyInputSchema, type FamilyInput } from './file-inputs.ts'
import { faultsOfFamily, faultsOfFields, rewritten } from './file-rules.ts'
import { familySchema, type Family } from './model.ts'
import { familyEntity } from './store.ts'

/** What every edit of an item of a file brings. */
export interface EditCall<Written> {
  readonly editor: Editor
  /** The version that the editor has seen. */
  readonly seen: number
  readonly written: Written
  readonly attachmentIds?: readonly AttachmentId[]
  readonly now: Date
}

const FIELDS = Object.keys(familyInputSchema.shape)

/**
 * Writes what a family is to be [guide 12, 13]: one Query and one write, and two more writes where the
 * town checks some of it first.
 *
 * @throws PortalError `not-found`, `file-inactive`, `changed-meanwhile`, `concurrent-change`;
 * `invalid-request` with a fault for each field that the town insists on or does not ask.
 */
export const editFamily = (
  editing: Editing,
  { editor, seen, written, attachmentIds = [], now }: EditCall<FamilyInput>,
): Promise<EditOutcome<Family>> =>
  again(async () => {
    const { file, guardian } = await openForEdit(editing.table, editor)
    const { files } = editing.town.catalogue.town
    refuseFaults([
      ...faultsOfFields('family', files, written, writerOf(editor)),
      ...faultsOfFamily(written, file.guardians),
    ])
    const held = file.family
    const wanted = rewritten(familySchema, held, FIELDS, written)
    return editChecked(
      editing,
      { entity: familyEntity, held, wanted, seen, editor, now },
      {
        section: 'family',
        id: held.familyId,
        about: held.name,
        file,
        guardian,
        attachmentIds,
      },
    )
  })
