import type { FamilyFile } from '../families/model.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { entriesOf } from './rules.ts'
import { entriesHeld, searchEntryEntity } from './store.ts'

/**
 * Makes the entries of a family in the search what its file says: writes those that changed and deletes
 * those that are over, all of them when the file is gone. One Query, and one write for each.
 */
export const keepSearchEntries = async (
  table: Table,
  familyId: FamilyId,
  file: FamilyFile | undefined,
): Promise<void> => {
  const held = new Map(
    (await entriesHeld(table, familyId)).map((entry) => [entry.token, JSON.stringify(entry)]),
  )
  // Both sides in the order of the schema, so that equal entries are equal text.
  const wanted = (file === undefined ? [] : entriesOf(file)).map((entry) =>
    searchEntryEntity.schema.parse(entry),
  )
  const words = new Set(wanted.map(({ token }) => token))
  await Promise.all([
    ...wanted
      .filter((entry) => held.get(entry.token) !== JSON.stringify(entry))
      .map((entry) => table.put(searchEntryEntity.toItem(entry))),
    ...[...held.keys()]
      .filter((token) => !words.has(token))
      .map((token) => table.delete(searchEntryEntity.keyOf({ familyId, token }))),
  ])
}
