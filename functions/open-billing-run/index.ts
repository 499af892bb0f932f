import { SQSClient } from '@aws-sdk/client-sqs'
import type { BillingJob } from '../../shared/billing/model.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { COMPUTE_DELAY } from '../../shared/billing/run-steps.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, BILLING_QUEUE_URL } = environmentOf(environments['open-billing-run'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})

const send = (jobs: readonly BillingJob[]): Promise<void> =>
  sendJobs(queue, BILLING_QUEUE_URL, jobs, COMPUTE_DELAY)

export const handler = scheduleHandler(async (due) => {
  await openDueRuns({ table, town: await town(), send }, due)
})
