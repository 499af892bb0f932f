import { readFileSync } from 'node:fs'
import { countHeads } from '../../shared/attendance/count-heads.ts'
import { printDaySheet, printHeadcounts } from '../../shared/attendance/print-sheet.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import { printDaySheetRoute, printHeadcountsRoute } from '../../shared/attendance/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['print-sheets'])
const table = openTable(documentClient(), TABLE_NAME)
const townNow = townCatalogue(table)

/** Files that the build puts beside the function. */
const beside = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url))

const fonts = () => ({ regular: beside('regular.ttf'), bold: beside('bold.ttf') })

export const handler = httpHandler(
  on(printDaySheetRoute, async (call) => {
    const town = await townNow()
    const sheet = await readDaySheet({ table, town }, call)
    return printDaySheet(sheet, { town: town.catalogue.town.name, fonts: fonts(), at: call.now })
  }),
  on(printHeadcountsRoute, async (call) => {
    const town = await townNow()
    const counts = await countHeads({ table, town }, call)
    return printHeadcounts(counts, { town: town.catalogue.town.name, fonts: fonts(), at: call.now })
  }),
)
