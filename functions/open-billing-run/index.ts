import { SQSClient } from '@aws-sdk/client-sqs'
import { openBillingRun } from '../../shared/billing/open-run.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, BILLING_QUEUE_URL } = environmentOf(environments['open-billing-run'])
const table = openTable(documentClient(), TABLE_NAME)
const queue = new SQSClient({})

export const handler = scheduleHandler(async (due) => {
  await sendJobs(queue, BILLING_QUEUE_URL, await openBillingRun(table, due))
})
