import { lookup } from 'node:dns/promises'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { openAws, regionOf } from '../lib/operate/aws.ts'
import { prefixOf } from '../lib/operate/names.ts'
import { preflight, type OnlineRegie } from '../lib/operate/preflight.ts'
import { STAGE_NAMES, stages } from '../lib/stages.ts'
import { townCatalogue } from '../shared/catalogue/current.ts'
import { documentClient, openTable } from '../shared/platform/table.ts'

/**
 * What must be there before a stage is deployed: `PORTAL_STAGE=production npm run preflight`. Runs before
 * `npm run diff` and `npm run deploy` by itself, and lets them not begin when something is missing.
 */
const { PORTAL_STAGE } = z.parse(
  z.object({ PORTAL_STAGE: z.enum(STAGE_NAMES).default('demo') }),
  process.env,
)
const stage = stages[PORTAL_STAGE]
process.env['AWS_REGION'] = regionOf(process.env) ?? stage.region

/** The régies of the town in the table of the stage; nothing before there is one. */
const regies = async (): Promise<readonly OnlineRegie[] | undefined> => {
  const { TableNames: names = [] } = await new DynamoDBClient({}).send(new ListTablesCommand({}))
  const tableName = names.find((name) => name.startsWith(`${prefixOf(PORTAL_STAGE)}stateful`))
  if (tableName === undefined) return undefined
  const town = await townCatalogue(openTable(documentClient(), tableName))().catch(() => undefined)
  return town?.catalogue.town.regies.map(({ id, payableBy, payfip }) => ({
    id,
    takesOnline: payableBy.some(({ means }) => means === 'online'),
    mode: payfip?.mode,
  }))
}

const { account, missing, later } = await preflight({
  stage,
  variables: process.env,
  ask: openAws(process.env),
  resolves: (host) =>
    lookup(host).then(
      () => true,
      () => false,
    ),
  regies,
})
if (account !== undefined) console.info(`${PORTAL_STAGE}, in the account ${account}`)
for (const sentence of missing) console.error(`missing: ${sentence}`)
for (const sentence of later) console.info(`to do:   ${sentence}`)
if (missing.length === 0) console.info('Nothing that is needed is missing.')
else process.exitCode = 1
