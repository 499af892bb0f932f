import { countHeads } from '../../shared/attendance/count-heads.ts'
import { daySheetCsv, headcountsCsv } from '../../shared/attendance/export.ts'
import { justifyAbsence } from '../../shared/attendance/justify-absence.ts'
import { markSheet } from '../../shared/attendance/mark-sheet.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import {
  exportDaySheetRoute,
  exportHeadcountsRoute,
  justifyAbsenceRoute,
  markSheetRoute,
  readDaySheetRoute,
  readHeadcountsRoute,
} from '../../shared/attendance/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.registers)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readDaySheetRoute, async (call) => readDaySheet({ table, town: await town() }, call)),
  on(exportDaySheetRoute, async (call) =>
    daySheetCsv(await readDaySheet({ table, town: await town() }, call)),
  ),
  on(markSheetRoute, async (call) => markSheet({ table, town: await town() }, call)),
  on(readHeadcountsRoute, async (call) => countHeads({ table, town: await town() }, call)),
  on(exportHeadcountsRoute, async (call) =>
    headcountsCsv(await countHeads({ table, town: await town() }, call)),
  ),
  on(justifyAbsenceRoute, async (call) => justifyAbsence({ table, town: await town() }, call)),
)
