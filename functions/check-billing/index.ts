import { SQSClient } from '@aws-sdk/client-sqs'
import { unbilledMonths, withheldFamilies } from '../../shared/billing/check-billing.ts'
import type { BillingJob } from '../../shared/billing/model.ts'
import { UNBILLED, WITHHELD } from '../../shared/billing/names.ts'
import { openWaitingRuns } from '../../shared/billing/open-due-runs.ts'
import { COMPUTE_DELAY } from '../../shared/billing/run-steps.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { endingToken } from '../../shared/quotients/keep-token.ts'
import { TOKEN_ENDS } from '../../shared/quotients/names.ts'

const { TABLE_NAME, BILLING_QUEUE_URL } = environmentOf(environments['check-billing'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})

const send = (jobs: readonly BillingJob[]): Promise<void> =>
  sendJobs(queue, BILLING_QUEUE_URL, jobs, COMPUTE_DELAY)

export const handler = scheduleHandler(async (due) => {
  const deps = { table, town: await town(), send }
  for (const month of await unbilledMonths(deps, due)) log.warn(UNBILLED, { ...month })
  for (const { families, ...month } of await withheldFamilies(deps, due)) {
    log.warn(WITHHELD, { ...month, families: families.join(' ') })
  }
  await openWaitingRuns(deps, due)
  // Not of the billing: it only wants to be looked at once a day.
  const ending = await endingToken(table, due)
  if (ending !== undefined) log.warn(TOKEN_ENDS, { ...ending })
})
