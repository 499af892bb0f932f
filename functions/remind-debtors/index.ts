import { remindDebtors } from '../../shared/arrears/remind-debtors.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['remind-debtors'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = scheduleHandler(async (due) => {
  const { families, reminders } = await remindDebtors({ table, town: await town() }, due)
  log.info('debtors reminded', { families, reminders })
})
