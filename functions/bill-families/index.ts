import { billFamilies } from '../../shared/billing/bill-families.ts'
import { billingJobSchema } from '../../shared/billing/model.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { queueHandler } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['bill-families'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = queueHandler(billingJobSchema, async (job) => {
  const report = await billFamilies({ table, town: await town() }, job)
  const { slice, month, invoices, anomalies } = report
  log.info('slice billed', { month, slice, invoices, anomalies: anomalies.length })
})
