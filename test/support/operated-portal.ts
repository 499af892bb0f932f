import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { afterAll } from 'vitest'
import * as z from 'zod'
import { portalApp } from '../../lib/app.ts'
import { bundleFunctions } from '../../lib/bundle.ts'
import { readInstant } from '../../lib/local/clock.ts'
import { freePort } from '../../lib/local/free-port.ts'
import { startPortal, type Portal } from '../../lib/local/portal.ts'
import { openAws } from '../../lib/operate/aws.ts'
import type { DeadLetterParts } from '../../lib/operate/dead-letters.ts'
import { openFunctions } from '../../lib/operate/functions.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')
const TOWN = 'test/demo/cesson.json'

/** The whole demo portal with what commands work on it with. */
export interface OperatedPortal {
  readonly portal: Portal
  readonly parts: DeadLetterParts
  readonly documents: DynamoDBDocumentClient
  readonly tableName: string
  /** What the functions have logged, by their names as they are deployed. */
  readonly logs: () => ReadonlyMap<string, string>
}

/** Where it keeps what it needs over restarts, removed after the test file. */
export interface OperatedFolder {
  readonly folder: string
  readonly start: (now?: string) => Promise<OperatedPortal>
  readonly stop: () => Promise<void>
}

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
})

/**
 * Nobody waits hours for what is tried again: records of the stream are tried twice, and jobs of
 * `close-days` twice as well, ten seconds apart.
 */
const impatient = (assembly: string): void => {
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const path = join(assembly, file)
    const template = templateSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    for (const [id, { Properties: properties = {} }] of Object.entries(template.Resources)) {
      if (properties['MaximumRetryAttempts'] === 100) properties['MaximumRetryAttempts'] = 1
      const redrive = z
        .looseObject({ maxReceiveCount: z.number() })
        .safeParse(properties['RedrivePolicy']).data
      if (redrive === undefined || !id.startsWith('closedays')) continue
      properties['VisibilityTimeout'] = 10
      properties['RedrivePolicy'] = { ...redrive, maxReceiveCount: 2 }
    }
    writeFileSync(path, JSON.stringify(template))
  }
}

const load = async (variables: Readonly<Record<string, string>>): Promise<void> => {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin', 'town.ts'), 'load', TOWN], {
    cwd: REPOSITORY,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = z.array(z.unknown()).parse(await once(child, 'exit'))
  if (code !== 0) throw new Error('The demo town could not be loaded')
}

/** Bundles and synthesizes the portal, to be started in this process as often as a test wants. */
export const operatedFolder = async (): Promise<OperatedFolder> => {
  const folder = mkdtempSync(join(tmpdir(), 'ribambelle-operate-'))
  const [bundles, assembly, data] = ['bundles', 'cdk.out', 'data'].map((name) => join(folder, name))
  if (bundles === undefined || assembly === undefined || data === undefined) throw new Error()
  await bundleFunctions(bundles)
  portalApp({ stage: 'demo', bundles, outdir: assembly, checked: false }).synth()
  impatient(assembly)
  const running = new Set<Portal>()
  const stop = async (): Promise<void> => {
    for (const portal of running) await portal.stop()
    running.clear()
  }
  afterAll(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder: data,
    stop,
    start: async (now) => {
      await stop()
      const port = await freePort()
      const portal = await startPortal({
        ...{ assembly, folder: data, port, load, console: () => undefined, asyncRetry: 50 },
        ...(now === undefined ? {} : { now: readInstant(now) }),
        environment: { PORTAL_URL: `http://localhost:${String(port)}` },
      })
      running.add(portal)
      const { variables } = portal
      const access = {
        region: 'eu-west-3',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }
      const at = (service: string) => ({ ...access, endpoint: variables[service] ?? '' })
      const dynamodb = new DynamoDBClient(at('AWS_ENDPOINT_URL_DYNAMODB'))
      return {
        portal,
        parts: {
          sqs: new SQSClient(at('AWS_ENDPOINT_URL_SQS')),
          streams: new DynamoDBStreamsClient(at('AWS_ENDPOINT_URL_DYNAMODB_STREAMS')),
          functions: openFunctions(openAws(variables), 'demo'),
          stage: 'demo',
        },
        documents: DynamoDBDocumentClient.from(dynamodb),
        tableName: variables['TABLE_NAME'] ?? '',
        logs: () =>
          new Map(
            readdirSync(join(data, 'logs')).map((name) => [
              name.replace(/\.log$/, ''),
              readFileSync(join(data, 'logs', name), 'utf8'),
            ]),
          ),
      }
    },
  }
}
