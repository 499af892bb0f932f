import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'

const { TABLE_NAME } = environmentOf(environments['sweep-places'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = scheduleHandler(async (due) => {
  const report = await sweepPlaces({ table, town: await town() }, due)
  if (report.ended + report.carriedOut > 0) log.info('places swept', { ...report })
})
