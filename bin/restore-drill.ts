import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { differences, drill, summaryOfTable } from '../lib/operate/backup.ts'
import { operateOn } from '../lib/operate/target.ts'

/**
 * Whether what is restored is what was there: `npm run restore-drill` copies the table of the portal on
 * this machine into another and compares them; `PORTAL_STAGE=… npm run restore-drill -- TABLE RESTORED`
 * compares two tables on AWS, the second one restored from the backups of the first.
 */
const USAGE = `Usage: npm run restore-drill
       PORTAL_STAGE=production npm run restore-drill -- TABLE RESTORED`

const tableSchema = z.object({ TABLE_NAME: z.string() })

const [table, restored, ...rest] = process.argv.slice(2)
try {
  const { local } = operateOn()
  const named = table !== undefined && restored !== undefined && rest.length === 0
  if (local === named || (local && table !== undefined)) {
    console.error(USAGE)
    process.exit(2)
  }
  const client = new DynamoDBClient({})
  const found = named
    ? differences(await summaryOfTable(client, table), await summaryOfTable(client, restored))
    : await drill(client, tableSchema.parse(process.env).TABLE_NAME)
  for (const line of found) console.error(line)
  console.info(found.length === 0 ? 'Both tables hold the same.' : 'The tables differ.')
  if (found.length > 0) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
