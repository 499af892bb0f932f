import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeAll, expect, it, vi } from 'vitest'
import { grantAidRoute, removeAidRoute } from '../../shared/billing/grant-routes.ts'
import { checkBillingRunRoute, openBillingRunsRoute } from '../../shared/billing/routes.ts'
import {
  readFamilyLedgerRoute,
  readInvoiceRoute,
  readLedgerRoute,
  recordPaymentRoute,
} from '../../shared/ledger/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import { simulateForFamilyRoute } from '../../shared/tariffs/routes.ts'
import { billingQueues, ENF, hungryFamilies, OCTOBER } from '../billing/run-fixture.ts'
import { storeInvoice } from '../ledger/fixture.ts'
import { cessonTown, DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, type HttpCall } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()

const queue = mockClient(SQSClient)
queue.on(SendMessageBatchCommand).resolves({})

const BILLING_QUEUE = 'https://queue.example/1/billing'
const ISSUE_QUEUE = 'https://queue.example/1/issue'

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('BILLING_QUEUE_URL', BILLING_QUEUE)
  vi.stubEnv('ISSUE_QUEUE_URL', ISSUE_QUEUE)
})

/** Calls routes of a function as somebody, each of which has to succeed. */
const asking =
  (handler: ReturnType<typeof httpHandler>, claims: HttpCall['claims']) =>
  async (route: Route, about: HttpCall = {}): Promise<void> => {
    const event = httpEvent(route, { now: OCTOBER, ...about, ...(claims && { claims }) })
    expect(await call(handler, event)).toMatchObject({ statusCode: route.status })
  }

/** The queues that were sent something since this was asked last, in order, with the delay in seconds. */
const queuesSent = (): [string | undefined, number | undefined][] => {
  const sent = queue.commandCalls(SendMessageBatchCommand)
  queue.resetHistory()
  return sent.map(({ args: [{ input }] }) => [input.QueueUrl, input.Entries?.[0]?.DelaySeconds])
}

it('lets accountants bill a month, grant aids and note payments, and nothing else', async () => {
  const { handler } = await import('../../functions/accounting/index.ts')
  const ask = asking(handler, claimsOf(['accountant']))
  const [familyId = ''] = await hungryFamilies(table, 1)
  const run = { parameters: { month: '2025-09', regieId: ENF } }
  const aid = { parameters: { familyId, aidId: 'ccas-2025' } }
  expect(
    await rightsUsed(async () => {
      await ask(openBillingRunsRoute, { body: { month: '2025-09', regieId: ENF } })
      await ask(grantAidRoute, {
        ...aid,
        body: {
          payer: 'CCAS',
          from: '2025-11-01',
          until: '2026-07-31',
          activityIds: ['RESTAURATION'],
          perDay: { kind: 'percent', percent: '50' },
        },
      })
      await ask(removeAidRoute, aid)
      await ask(recordPaymentRoute, {
        parameters: { familyId },
        headers: { 'idempotency-key': 'cheque-of-october' },
        body: { regieId: ENF, amount: 2080, paidOn: '2025-10-01', means: 'cheque' },
      })
      await ask(readFamilyLedgerRoute, { parameters: { familyId } })
    }),
  ).toEqual(rightsGranted('accounting'))
  expect(queuesSent()).toEqual([[BILLING_QUEUE, 300]])

  const { deliver } = billingQueues({ table, town: cessonTown })
  await deliver({ step: 'compute', month: '2025-09', regieId: ENF, revision: 1, page: 0 })
  await ask(checkBillingRunRoute, { ...run, body: { revision: 1 } })
  expect(queuesSent()).toEqual([[ISSUE_QUEUE, undefined]])
})

it('lets guardians read what they have to pay and what it would be, and nothing else', async () => {
  const { number } = await storeInvoice(table, DUPONT.familyId, '2025-06-02', 5584)
  const { handler } = await import('../../functions/ledger/index.ts')
  const ask = asking(handler, claimsOf(['guardian'], DUPONT))
  expect(
    await rightsUsed(async () => {
      await ask(readLedgerRoute)
      await ask(readInvoiceRoute, { parameters: { number } })
      await ask(simulateForFamilyRoute, {
        body: { childId: 'leo', service: 'Enfance', priceListId: 'TARIFS_2024' },
      })
    }),
  ).toEqual(rightsGranted('ledger'))
})
