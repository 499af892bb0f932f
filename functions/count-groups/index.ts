import { setTimeout } from 'node:timers/promises'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { countGroups } from '../../shared/enrolments/count-groups.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['count-groups'])
/** For what the index may lag behind the table, in milliseconds: far more than it does. */
const LAG = 5000

const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = scheduleHandler(async (due) => {
  const { checked, corrected } = await countGroups(
    { table, town: await town(), pause: () => setTimeout(LAG) },
    due,
  )
  log.info('groups counted', { checked, corrected })
})
