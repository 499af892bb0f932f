import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import type { Resource } from './template.ts'
import { freePort } from './free-port.ts'

/** A running DynamoDB engine. */
export interface Engine {
  readonly url: string
  /** Settles when the engine ends without having been stopped. */
  readonly failed: Promise<string>
  readonly stop: () => Promise<void>
}

const DATABASE = 'table.sqlite'
const PID_FILE = 'engine.pid'

const isOpen = (portNumber: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port: portNumber })
    const end = (open: boolean) => () => {
      socket.destroy()
      settle(open)
    }
    socket.on('connect', end(true)).on('error', end(false))
  })

/** The engine's program, or an error that says what to do without it. */
const engineProgram = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  try {
    const folder = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(folder, '..', process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide')
  } catch {
    throw new Error(
      `There is no DynamoDB engine for this platform (${name} is not installed). Start AWS's ` +
        'DynamoDB Local (Java) and set DYNAMODB_ENDPOINT, e.g. DYNAMODB_ENDPOINT=http://127.0.0.1:8000',
    )
  }
}

/**
 * The engine numbers each stream record by the highest number so far, for which it reads the whole
 * table of records: at 40,000 records a write takes 13 ms instead of 1 ms. With this index it does
 * not. The engine must not be running: its file is changed under it.
 */
const indexStream = (folder: string): void => {
  const database = new DatabaseSync(join(folder, DATABASE))
  database.exec(
    `CREATE INDEX IF NOT EXISTS stream_records_by_number
      ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`,
  )
  database.close()
}

/** Ends an engine that a killed watchdog left behind: it would hold the database. */
const endStale = async (folder: string): Promise<void> => {
  const pidFile = join(folder, PID_FILE)
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  rmSync(pidFile)
  const command = `/proc/${String(pid)}/cmdline`
  if (!existsSync(command) || !readFileSync(command, 'utf8').includes('dynoxide')) return
  process.kill(pid, 'SIGTERM')
  for (let tries = 0; existsSync(command) && tries < 50; tries += 1) await wait(20)
}

/** Longer than a start takes on a busy machine: half a minute was seen. An engine that fails has ended. */
const PATIENCE = 120_000

const runEngine = async (folder: string): Promise<Engine> => {
  const program = engineProgram()
  const portNumber = await freePort()
  const log = openSync(join(folder, 'logs', 'engine.log'), 'a')
  const pidFile = join(folder, PID_FILE)
  const parameters = ['serve', '--port', String(portNumber), '--db-path', join(folder, DATABASE)]
  const watchdog = fileURLToPath(new URL('./watchdog.ts', import.meta.url))
  const child = spawn(process.execPath, [watchdog, pidFile, program, ...parameters], {
    stdio: ['pipe', log, log],
    // A group of its own: an interrupt from the terminal must not end it before its users.
    detached: true,
  })
  let stopped = false
  const ended = new Promise<void>((settle) =>
    child.on('exit', () => {
      settle()
    }),
  )
  const failed = new Promise<string>((settle) => {
    void ended.then(() => {
      if (!stopped) settle('The DynamoDB engine stopped; see logs/engine.log')
    })
  })
  const deadline = Date.now() + PATIENCE
  while (!(await isOpen(portNumber))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.stdin?.end()
      throw new Error(`The DynamoDB engine does not start; see logs/engine.log`)
    }
    await wait(5)
  }
  return {
    url: `http://127.0.0.1:${String(portNumber)}`,
    failed,
    stop: async () => {
      stopped = true
      child.stdin?.end()
      await ended
    },
  }
}

/**
 * The engine of a data folder, or the one at `endpoint` (AWS's DynamoDB Local), which is not
 * stopped with the portal.
 */
export const startEngine = async (folder: string, endpoint?: string): Promise<Engine> => {
  if (endpoint !== undefined) {
    await fetch(endpoint).catch((cause: unknown) => {
      throw new Error(`No DynamoDB answers at ${endpoint} (DYNAMODB_ENDPOINT)`, { cause })
    })
    return { url: endpoint, failed: new Promise(() => undefined), stop: () => Promise.resolve() }
  }
  await endStale(folder)
  if (!existsSync(join(folder, DATABASE))) await (await runEngine(folder)).stop()
  indexStream(folder)
  // Once more, because another program may have taken its port since it was found free.
  return runEngine(folder).catch(() => runEngine(folder))
}

const keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const projection = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
})
const tableSchema = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keys,
  GlobalSecondaryIndexes: z
    .array(z.object({ IndexName: z.string(), KeySchema: keys, Projection: projection }))
    .optional(),
  StreamSpecification: z
    .object({
      StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    })
    .optional(),
})

/** The name that a table resource gives, or gets. */
export const tableName = (resource: Resource): string =>
  resource.read(tableSchema.pick({ TableName: true })).TableName ?? resource.name

/** Creates the table of a template unless it is there; `fresh` empties it by starting over. */
export const createTable = async (
  client: DynamoDBClient,
  resource: Resource,
  fresh: boolean,
): Promise<void> => {
  const { StreamSpecification: stream, ...definition } = resource.read(tableSchema)
  const name = tableName(resource)
  const exists = await client.send(new DescribeTableCommand({ TableName: name })).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ResourceNotFoundException) return false
      throw error
    },
  )
  if (exists && !fresh) return
  if (exists) await client.send(new DeleteTableCommand({ TableName: name }))
  const input: CreateTableCommandInput = {
    ...definition,
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, ...stream } }),
  }
  await client.send(new CreateTableCommand(input))
}
