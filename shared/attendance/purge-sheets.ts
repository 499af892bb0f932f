import type { IsoDate } from '../kernel/dates.ts'
import type { ActivityId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { deleteSheet, listSheets } from './store.ts'

/** Deletes the registers of activities of a day. @returns how many there were. */
export const purgeSheets = async (
  table: Table,
  activityIds: readonly ActivityId[],
  date: IsoDate,
): Promise<number> => {
  const found = await Promise.all(
    activityIds.map((activityId) => listSheets(table, { activityId, date })),
  )
  const sheets = found.flat()
  await Promise.all(sheets.map((sheet) => deleteSheet(table, sheet)))
  return sheets.length
}
