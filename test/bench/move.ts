import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { parseArgs } from 'node:util'
import { exportTown } from '../../shared/migration/export-town.ts'
import { importTown } from '../../shared/migration/import-town.ts'
import { KINDS } from '../../shared/migration/model.ts'
import { openTable, type Table } from '../../shared/platform/table.ts'
import { cessonTown } from '../support/cesson.ts'
import { startDynoxide } from '../support/dynoxide.ts'
import { measure } from '../support/meter.ts'
import { folderOf, movingTexts } from '../support/moving.ts'
import { TABLE_DEFINITION } from '../support/table-definition.ts'
import { mergeCommitted } from './bundles.ts'

/**
 * A town of 10,000 families moves in: its files are tried, imported, imported again, exported, imported
 * into a second table and exported from it. What comes out must be what went in, byte by byte, and the
 * second import must write nothing; it ends with 1 if not. The engine shares the machine.
 *
 * Writes its part of `results.json`, which is committed, at the full size only; prints it as an object.
 */

const RESULTS = new URL('results.json', import.meta.url)
const FULL = 10_000

const NOW = new Date('2025-09-01T08:00:00Z')

const { values } = parseArgs({
  options: {
    /** Fewer for a quick look, of which no results are kept. */
    families: { type: 'string', default: String(FULL) },
  },
})
const families = Number(values.families)

const client = new DynamoDBClient({
  endpoint: (await startDynoxide()).endpoint,
  region: 'eu-west-3',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  maxAttempts: 10,
})
const documents = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
})

const newTable = async (tableName: string): Promise<Table> => {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      ...TABLE_DEFINITION,
      StreamSpecification: { StreamEnabled: false },
    }),
  )
  return openTable(documents, tableName)
}

const [first, second] = [await newTable('first'), await newTable('second')]

const texts = movingTexts(families)
const folder = folderOf(texts)
const lines = KINDS.map((kind) => texts[kind].split('\r\n').length - 2).reduce((a, b) => a + b, 0)

const round = (value: number): number => Math.round(value * 10) / 10

/** How long something takes, in seconds, and what it costs. */
const timed = async <Result>(run: () => Promise<Result>) => {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const { result, cost } = await measure([documents], run)
  const { user, system } = process.cpuUsage(cpu)
  return {
    result,
    cost,
    seconds: round((performance.now() - started) / 1000),
    cpuSeconds: round((user + system) / 1_000_000),
  }
}

const move = (table: Table, write: boolean, files = folder) =>
  timed(() => importTown({ table, town: cessonTown }, files, { write, now: NOW }))

const dryRun = await move(first, false)
const imported = await move(first, true)
const again = await move(first, true)
const exported = await timed(() => exportTown(first))
const elsewhere = await move(second, true, folderOf(exported.result.files))
const back = await timed(() => exportTown(second))

const areSame = KINDS.every(
  (kind) => exported.result.files[kind] === texts[kind] && back.result.files[kind] === texts[kind],
)
const writesOf = ({ cost }: { readonly cost: typeof imported.cost }): number =>
  cost.tableWrites + cost.indexWrites

const results = {
  families,
  lines,
  refused: imported.result.refusals.length,
  seconds: {
    dryRun: dryRun.seconds,
    import: imported.seconds,
    again: again.seconds,
    export: exported.seconds,
    elsewhere: elsewhere.seconds,
  },
  importCpuSeconds: imported.cpuSeconds,
  writeUnitsPerFamily: round(writesOf(imported) / families),
  readUnitsPerFamily: round(imported.cost.reads / families),
  againWrites: writesOf(again),
  areSame,
  peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
}
if (families === FULL) mergeCommitted(RESULTS, { move: results })
process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
if (!areSame || results.againWrites > 0 || results.refused > 0) process.exitCode = 1
process.exit()
