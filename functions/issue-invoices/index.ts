import { SQSClient } from '@aws-sdk/client-sqs'
import { issueDocuments } from '../../shared/billing/issue-documents.ts'
import { jobSchemaOf } from '../../shared/billing/run-steps.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { queueHandler, sendJobs } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, MAIL_QUEUE_URL } = environmentOf(environments['issue-invoices'])
const table = openTable(documentClient(), TABLE_NAME)
const queue = new SQSClient({})

export const handler = queueHandler(jobSchemaOf('issue'), async (job) => {
  const documents = await issueDocuments(
    { table, send: (jobs) => sendJobs(queue, MAIL_QUEUE_URL, jobs) },
    job,
  )
  log.info('page issued', { ...job, documents })
})
