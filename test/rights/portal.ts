import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, vi } from 'vitest'
import * as z from 'zod'
import { bundleFunctions } from '../../lib/bundle.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import type { FunctionName } from '../../shared/platform/functions.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { openFunds } from '../quotients/fixture.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import { cesson, GUIDE_DAY, GUIDE_MORNING } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, httpEvent, type HttpCall } from '../support/events.ts'
import { mailServer } from '../support/ses.ts'
import { testPool } from '../support/user-pool.ts'
import { ACCOUNT_KEY, BUCKET, KEY, openVault, TOKEN_KEY } from '../support/vault.ts'

export type Handler = ReturnType<typeof httpHandler>
export type Answer = Awaited<ReturnType<typeof call>>
/** Calls a route at the handler of its function. */
export type Ask = (route: Route, about?: HttpCall) => Promise<Answer>

const moduleSchema = z.object({ handler: z.custom<Handler>() })

/** The demo town, where parents ask for places in the study room themselves, with a proof. */
const content = {
  ...cesson,
  catalogue: {
    ...cesson.catalogue,
    activities: cesson.catalogue.activities.map((activity) =>
      activity.id === 'ETUDES'
        ? {
            ...activity,
            enrolment: { decision: 'staff', documents: [{ id: 'adresse', name: 'Domicile' }] },
          }
        : activity,
    ),
  },
}

/** Those that read files which the build puts beside them are called as they are built. */
const BUNDLED: readonly FunctionName[] = ['print-documents', 'print-sheets', 'town']

/**
 * Every function that answers routes, as its environment makes it, on the engine with the demo town
 * in it, a user pool, a mailbox, keys, a bucket and the funds; only what queues take goes nowhere.
 * Call it once at the top of a test file.
 */
export const openPortal = async () => {
  const engine = await freshTable()
  const mail = await mailServer()
  const pool = await testPool(mail.endpoint)
  const { keysUrl, filesUrl } = await openVault()
  const { funds } = await openFunds([])
  const { payfip } = await openPayfip(GUIDE_MORNING)
  mockClient(SQSClient).on(SendMessageBatchCommand).resolves({})
  const deps = { table: engine.table, createAccount: () => Promise.resolve() }
  await loadTown(deps, content, GUIDE_DAY)

  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.endpoint,
    AWS_ENDPOINT_URL_SES: mail.endpoint,
    AWS_ENDPOINT_URL_KMS: keysUrl,
    AWS_ENDPOINT_URL_S3: filesUrl,
    TABLE_NAME: engine.tableName,
    USER_POOL_ID: pool.userPoolId,
    USER_POOL_CLIENT_ID: pool.clientId,
    STAFF_MFA: 'optional',
    MFA_ISSUER: 'Portail famille Cesson',
    MAIL_SENDER: 'portail@cesson.example',
    MAIL_CONFIGURATION_SET: 'portal',
    PORTAL_URL: 'https://famille.cesson.example',
    HEALTH_KEY_ARN: KEY,
    TOKEN_KEY_ARN: TOKEN_KEY,
    ACCOUNT_KEY_ARN: ACCOUNT_KEY,
    API_PARTICULIER_URL: funds.url,
    PAYFIP_URL: payfip.url,
    PAYFIP_TESTS: 'taken',
    API_URL: 'https://api.famille.cesson.example',
    DOCUMENTS_BUCKET: BUCKET.name,
    CLOSING_QUEUE_URL: 'https://queue.example/1/closing',
    BILLING_QUEUE_URL: 'https://queue.example/1/billing',
    ISSUE_QUEUE_URL: 'https://queue.example/1/issue',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)

  const folder = mkdtempSync(join(tmpdir(), 'rights-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  await bundleFunctions(folder)
  const handlers = new Map<FunctionName, Handler>()
  for (const name of new Set(ROUTES.map((route) => route.function))) {
    const loaded: unknown = BUNDLED.includes(name)
      ? await import(pathToFileURL(join(folder, name, 'index.mjs')).href)
      : await import(`../../functions/${name}/index.ts`)
    handlers.set(name, moduleSchema.parse(loaded).handler)
  }

  const ask: Ask = (route, about = {}) => {
    const handler = handlers.get(route.function)
    if (handler === undefined) throw new Error(`No function answers ${route.id}`)
    return call(handler, httpEvent(route, { now: GUIDE_MORNING, ...about }))
  }
  return { ...engine, ask }
}
