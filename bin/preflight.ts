import { lookup } from 'node:dns/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { openAws, regionOf } from '../lib/operate/aws.ts'
import { PATIENCE, preflight } from '../lib/operate/preflight.ts'
import { stageTable } from '../lib/operate/stage-table.ts'
import { STAGE_NAMES, stages } from '../lib/stages.ts'
import { onlineRegies } from '../shared/catalogue/online-regies.ts'
import { openTable } from '../shared/platform/table.ts'

/**
 * What must be there before a stage is deployed: `PORTAL_STAGE=production npm run preflight`. Runs before
 * `npm run diff` and `npm run deploy` by itself, and lets them not begin when something is missing.
 */
const { PORTAL_STAGE } = z.parse(
  z.object({ PORTAL_STAGE: z.enum(STAGE_NAMES).default('demo') }),
  process.env,
)
const stage = stages[PORTAL_STAGE]
const variables = { ...process.env, AWS_REGION: regionOf(process.env) ?? stage.region }
const client = new DynamoDBClient({
  region: variables.AWS_REGION,
  requestHandler: { requestTimeout: PATIENCE, connectionTimeout: PATIENCE },
})

const { account, missing, later, unchecked } = await preflight({
  ...{ stage, variables, lookup },
  ask: openAws(variables, PATIENCE),
  regies: async () => {
    const tableName = await stageTable(client, PORTAL_STAGE)
    if (tableName === undefined) return undefined
    return onlineRegies(openTable(DynamoDBDocumentClient.from(client), tableName))
  },
})
if (account !== undefined) console.info(`${PORTAL_STAGE}, in the account ${account}`)
for (const sentence of missing) console.error(`missing: ${sentence}`)
for (const sentence of unchecked) console.error(`unknown: ${sentence}`)
for (const sentence of later) console.info(`to do:   ${sentence}`)
if (missing.length + unchecked.length === 0) console.info('Nothing that is needed is missing.')
else process.exitCode = 1
