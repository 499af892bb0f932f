import type { Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { EditedValue, Editable } from './edit-item.ts'
import { rewritten } from './file-rules.ts'
import type { Change, Family, FamilyFile, Guardian } from './model.ts'
import { readFile } from './read-file.ts'
import { childEntity, familyEntity, guardianEntity } from './store.ts'
import { versionOf } from './view-file.ts'

/** An item of a file to which values can be applied that staff have accepted. */
export interface ChangeableItem {
  readonly value: EditedValue
  /** The write of the item with those values, which no longer waits for staff. */
  readonly write: (values: Readonly<Record<string, unknown>>, changed: Change) => Write
}

/** A file with the item that a request for changes is about; none if it is no longer in the file. */
export interface ChangeableFile {
  readonly file: FamilyFile
  readonly item: ChangeableItem | undefined
}

const changeable = <Value extends EditedValue>(
  entity: Editable<Value>,
  value: Value | undefined,
): ChangeableItem | undefined =>
  value && {
    value,
    write: (values, changed) => {
      const version = versionOf(value)
      const next = rewritten(entity.schema, value, ['pending'], {
        ...values,
        version: version + 1,
        changed,
      })
      return { kind: 'put', item: entity.toItem(next), when: { kind: 'version', version } }
    },
  }

/**
 * Loads a file with one of its items, by one Query.
 *
 * @throws PortalError `not-found`.
 */
export const readChangeable = async (
  table: Table,
  familyId: FamilyId,
  { kind, id }: { readonly kind: 'family' | 'guardian' | 'child'; readonly id: string },
): Promise<ChangeableFile> => {
  const { file } = await readFile(table, familyId)
  switch (kind) {
    case 'family':
      return { file, item: changeable<Family>(familyEntity, file.family) }
    case 'guardian':
      return {
        file,
        item: changeable<Guardian>(
          guardianEntity,
          file.guardians.find(({ guardianId }) => guardianId === id),
        ),
      }
    case 'child':
      return {
        file,
        item: changeable(
          childEntity,
          file.children.find(({ childId }) => childId === id),
        ),
      }
  }
}
