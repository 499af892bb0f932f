import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { openBillingRun } from '../../shared/billing/open-run.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { instantSchema } from '../../shared/platform/schemas.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, BILLING_QUEUE_URL } = environmentOf(environments['open-billing-run'])
const table = openTable(documentClient(), TABLE_NAME)
const queue = new SQSClient({})

/** What the schedule hands over: when it was due. */
const dueSchema = z.object({ scheduledTime: instantSchema })

export const handler = async (event: unknown): Promise<void> => {
  const { scheduledTime } = dueSchema.parse(event)
  await sendJobs(queue, BILLING_QUEUE_URL, await openBillingRun(table, new Date(scheduledTime)))
}
