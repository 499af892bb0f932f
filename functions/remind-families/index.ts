import { townCatalogue } from '../../shared/catalogue/current.ts'
import { remindFamilies } from '../../shared/messages/remind-families.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['remind-families'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = scheduleHandler(async (due) => {
  const { families, notices } = await remindFamilies({ table, town: await town() }, due)
  log.info('families reminded', { families, notices })
})
