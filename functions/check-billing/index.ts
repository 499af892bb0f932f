import { unbilledMonths, withheldFamilies } from '../../shared/billing/check-billing.ts'
import { UNBILLED, WITHHELD } from '../../shared/billing/names.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['check-billing'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = scheduleHandler(async (due) => {
  const deps = { table, town: await town() }
  for (const month of await unbilledMonths(deps, due)) log.warn(UNBILLED, { ...month })
  for (const { families, ...month } of await withheldFamilies(deps, due)) {
    log.warn(WITHHELD, { ...month, families: families.join(' ') })
  }
})
