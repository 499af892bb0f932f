import { SQSClient } from '@aws-sdk/client-sqs'
import { billFamilies } from '../../shared/billing/bill-families.ts'
import { jobSchemaOf } from '../../shared/billing/run-steps.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { queueHandler, sendJobs } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, ISSUE_QUEUE_URL } = environmentOf(environments['bill-families'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})

export const handler = queueHandler(jobSchemaOf('compute'), async (job) => {
  const page = await billFamilies(
    { table, town: await town(), send: (jobs) => sendJobs(queue, ISSUE_QUEUE_URL, jobs) },
    job,
  )
  const { billed, anomalies } = page ?? {}
  log.info('page computed', { ...job, billed: billed?.length, anomalies: anomalies?.length })
})
