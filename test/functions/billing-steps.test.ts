import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeAll, expect, it, vi } from 'vitest'
import type { BillingJob, Step } from '../../shared/billing/model.ts'
import { readBillingRun } from '../../shared/billing/read-runs.ts'
import { ENF, hungryFamilies } from '../billing/run-fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { sqsEvent } from '../support/events.ts'
import { mailServer } from '../support/ses.ts'

const { table, tableName, endpoint } = await freshTable()
const mail = await mailServer()

const queue = mockClient(SQSClient)
queue.on(SendMessageBatchCommand).resolves({})

const address = { month: '2025-09', regieId: ENF } as const

/** A message of a step as its queue hands it over. */
const message = (step: Step) => {
  const job: BillingJob = { ...address, step, revision: 1, page: 0 }
  return sqsEvent([JSON.stringify(job)])
}

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_SES', mail.endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('MAIL_SENDER', 'portail@cesson.example')
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'portal')
  vi.stubEnv('PORTAL_URL', 'https://portail.cesson.example')
  vi.stubEnv('BILLING_QUEUE_URL', 'https://queue.example/1/billing')
  vi.stubEnv('ISSUE_QUEUE_URL', 'https://queue.example/1/issue')
  vi.stubEnv('MAIL_QUEUE_URL', 'https://queue.example/1/mail')
  await hungryFamilies(table, 1)
  const { handler } = await import('../../functions/open-billing-run/index.ts')
  await handler({ scheduledTime: '2025-10-01T04:00:00Z' })
})

it('hands out the computing minutes after the opening, when no read lags behind it', () => {
  const sent = queue.commandCalls(SendMessageBatchCommand)
  expect(sent.map(({ args: [{ input }] }) => input.Entries?.[0]?.DelaySeconds)).toEqual([300])
})

it('gives a message back that is of the step of another worker, and leaves its page as it is', async () => {
  const { handler: compute } = await import('../../functions/bill-families/index.ts')
  const { handler: issue } = await import('../../functions/issue-invoices/index.ts')
  const { handler: tell } = await import('../../functions/mail-invoices/index.ts')
  const workers = [
    ['compute', compute],
    ['issue', issue],
    ['mail', tell],
  ] as const
  for (const [own, worker] of workers) {
    const before = await readBillingRun(table, { parameters: address })
    for (const [step] of workers.filter(([other]) => other !== own)) {
      const { batchItemFailures } = await worker(message(step))
      expect([own, step, batchItemFailures.length]).toEqual([own, step, 1])
    }
    expect(await readBillingRun(table, { parameters: address })).toEqual(before)
    expect(await worker(message(own))).toEqual({ batchItemFailures: [] })
  }
  expect(await readBillingRun(table, { parameters: address })).toMatchObject({
    state: 'mailed',
    tally: { invoices: 1, total: 2080 },
  })
})
