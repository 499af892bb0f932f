import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { sheetSchema, type Sheet, type SheetAddress } from './model.ts'

export const sheetEntity = defineEntity({
  type: 'Sheet',
  schema: sheetSchema,
  key: ({ activityId, groupId, date }: SheetAddress): Key => ({
    partition: ['ATTENDANCE', activityId, date],
    sort: ['GROUP', groupId],
  }),
})

/** The sheet of a group on a day, empty at version 0 as long as nobody has marked it. */
export const findSheet = async (
  table: Table,
  address: SheetAddress,
): Promise<Omit<Sheet, keyof SheetAddress>> => {
  const item = await table.get(sheetEntity.keyOf(address))
  return item === undefined ? { version: 0, entries: [], guests: [] } : sheetEntity.fromItem(item)
}

/** The sheets of all groups of an activity on a day. One Query. */
export const listSheets = async (
  table: Table,
  { activityId, date }: Pick<SheetAddress, 'activityId' | 'date'>,
): Promise<Sheet[]> =>
  sheetEntity.pick(await table.query({ partition: ['ATTENDANCE', activityId, date] }))

/** Deletes a sheet. */
export const deleteSheet = (table: Table, address: SheetAddress): Promise<void> =>
  table.delete(sheetEntity.keyOf(address))

/**
 * Stores a sheet with what follows of it for plannings, all or nothing.
 *
 * @throws StaleReadError when the sheet or one of the plannings has changed since it was read.
 */
export const saveSheet = async (
  table: Table,
  sheet: Sheet,
  plannings: readonly Write[],
): Promise<void> => {
  const item = sheetEntity.toItem(sheet)
  const when = { kind: 'version', version: sheet.version - 1 } as const
  const saved =
    plannings.length === 0
      ? await table.put(item, when)
      : (await table.transact([{ kind: 'put', item, when }, ...plannings])).done
  if (!saved) throw new StaleReadError('sheet')
}
