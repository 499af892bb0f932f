import { KMSClient } from '@aws-sdk/client-kms'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { collectDue } from '../../shared/debits/collect-due.ts'
import { UNSENT } from '../../shared/debits/names.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, ACCOUNT_KEY_ARN } = environmentOf(environments['collect-debits'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), ACCOUNT_KEY_ARN)

export const handler = scheduleHandler(async (due) => {
  const { unsent, ...done } = await collectDue({ table, town: await town(), sealer }, due)
  log.info('debits collected', { ...done })
  for (const { regieId, collectOn } of unsent) log.warn(UNSENT, { regieId, collectOn })
})
