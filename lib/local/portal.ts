import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import mailbox from 'aws-ses-v2-local'
import * as z from 'zod'
import { startApiParticulier } from './api-particulier.ts'
import { asyncSchema, startAsync } from './async-events.ts'
import { openClock } from './clock.ts'
import { startControl } from './control.ts'
import { createTable, startEngine, tableName } from './engine.ts'
import { findPortal, writeEnvironment, type PortalEnvironment } from './environment.ts'
import { fakeCredentials, openFunction, type Function } from './functions.ts'
import { freePort } from './free-port.ts'
import { startHttp } from './http.ts'
import { aliasSchema, identify, queueName, queueSchema } from './identities.ts'
import { startIdentity, userPoolClientId, userPoolId } from './identity.ts'
import { startKms } from './kms.ts'
import { startLambda, type Mapping } from './lambda.ts'
import { openLog } from './log.ts'
import { startOpenData, type PublishedYear } from './open-data.ts'
import { startPayfip } from './payfip.ts'
import { queueMappingSchema, startQueueMapping } from './queue-mapping.ts'
import { openQueue, type Consumer, type Message, type Queue } from './queues.ts'
import { bucketOf, startS3 } from './s3.ts'
import { startSchedules, type Firing } from './schedules.ts'
import { startSes } from './ses.ts'
import { startSqs } from './sqs.ts'
import { openState } from './state.ts'
import { startStream, streamMappingSchema, type StreamConsumer } from './stream.ts'
import { openTopics } from './topics.ts'
import { readAssembly, REGION, type Resource } from './template.ts'

export interface PortalOptions {
  /** The cloud assembly to serve. */
  readonly assembly: string
  /** Where the portal keeps its data. */
  readonly folder: string
  readonly port: number
  /** Begin again: forget the data of earlier runs. */
  readonly fresh?: boolean
  /** Portal time to start at, in milliseconds, if it is ahead of where the clock stands. */
  readonly now?: number | undefined
  /** Where the clock of a new data folder starts without `now`; an older one goes on as it stands. */
  readonly begin?: number | undefined
  /** Fills a new data folder; the portal is not served before it is done. */
  readonly load: (variables: Readonly<Record<string, string>>) => Promise<void>
  /** Variables of all functions that only this process knows, over those of the template. */
  readonly environment?: Readonly<Record<string, string>>
  /** The school calendar that the ministry has published; nothing of it unless given. */
  readonly schoolYears?: readonly PublishedYear[]
  /** Takes lines that a person should read. */
  readonly console: (line: string) => void
  /** The first pause before an asynchronous event is tried again, in milliseconds. */
  readonly asyncRetry?: number
}

/** A portal that is up. */
export interface Portal extends PortalEnvironment {
  /** What a program needs to work on the portal's data with the AWS SDK. */
  readonly variables: Readonly<Record<string, string>>
  /** Whether its data folder is new. */
  readonly fresh: boolean
  readonly now: () => number
  readonly moveTo: (instant: number) => readonly Firing[] | undefined
  readonly settle: (milliseconds: number) => Promise<boolean>
  /** Settles, with a reason, when a part of it ended by itself. */
  readonly failed: Promise<string>
  readonly stop: () => Promise<void>
}

/** What has no counterpart on one machine and takes nothing from the portal by its absence. */
const INERT =
  /^AWS::(?:IAM|Logs|CloudWatch|CodeDeploy|SES|SNS|CDK)::|^AWS::Lambda::(?:Permission|EventInvokeConfig|Version)$|^AWS::(?:SQS::Queue|S3::Bucket)Policy$/
const SERVED = new Set([
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Lambda::Function',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventSourceMapping',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Stage',
])
const OWN_FILES =
  'runner.sqlite runner.sqlite-wal runner.sqlite-shm table.sqlite table.sqlite-wal table.sqlite-shm ' +
  'cognito logs environment.json'
const LOADED = 'loaded'

const patternsSchema = z.object({
  FilterCriteria: z
    .object({ Filters: z.array(z.object({ Pattern: z.string() })) })
    .default({ Filters: [] }),
})
const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
})

/**
 * Starts everything that the synthesized template says, on this machine. What the template has and
 * the runner cannot serve is an error.
 */
export const startPortal = async (options: PortalOptions): Promise<Portal> => {
  const { folder, port } = options
  const running = await findPortal(folder)
  if (running !== undefined) {
    throw new Error(`The portal of ${folder} already runs: ${running.portalUrl}`)
  }
  if ((await freePort(port)) !== port) {
    throw new Error(`Port ${String(port)} is in use: choose another with PORT=…`)
  }
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    return await start(options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

const start = async (
  options: PortalOptions,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Portal> => {
  const { folder, port } = options
  mkdirSync(folder, { recursive: true })
  const isLoaded = (): boolean => {
    if (!existsSync(join(folder, 'runner.sqlite'))) return false
    const state = openState(folder)
    const loaded = state.read(LOADED, z.boolean()) === true
    state.close()
    return loaded
  }
  // A folder whose first start did not end is not worth keeping: nobody could use it.
  const fresh = options.fresh === true || !isLoaded()
  if (fresh) {
    for (const file of OWN_FILES.split(' '))
      rmSync(join(folder, file), { recursive: true, force: true })
  }
  const log = openLog(join(folder, 'logs'), options.console)
  const state = openState(folder)
  stops.push(() => {
    state.close()
    return Promise.resolve()
  })
  const clock = openClock(state)
  const start = options.now ?? (fresh ? options.begin : undefined)
  if (start !== undefined) clock.startAt(start)

  const queues = new Map<string, Queue>()
  const queueByArn = (arn: string): Queue => {
    const queue = queues.get(arn.split(':').at(-1) ?? '')
    if (queue === undefined) throw new Error(`There is no queue ${arn}`)
    return queue
  }
  const bury = (queue: string, arn: string) => (message: Message) => {
    log.warn(queue, `a message failed ${String(message.receives)} times and goes to ${arn}`)
    queueByArn(arn).send(message.body, message.attributes, 0)
  }
  const discard = (arn: string, body: string): void => {
    queueByArn(arn).send(body)
  }
  const endpoint = process.env['DYNAMODB_ENDPOINT']
  const [engine, sqs, mailPort] = await Promise.all([
    startEngine(folder, endpoint === '' ? undefined : endpoint),
    startSqs(queues),
    freePort(port + 1),
  ])
  stops.push(engine.stop, sqs.stop)
  const mail = await mailbox.default({ host: '127.0.0.1', port: mailPort })
  stops.push(
    () =>
      new Promise((closed) => {
        mail.close(closed)
        mail.closeAllConnections()
      }),
  )
  const portalUrl = `http://127.0.0.1:${String(port)}`
  const mailboxUrl = `http://127.0.0.1:${String(mailPort)}`
  const assembly = readAssembly(options.assembly, identify({ portal: portalUrl, sqs: sqs.url }))
  for (const { name, type } of assembly.resources) {
    if (SERVED.has(type) || INERT.test(type)) continue
    throw new Error(`The local portal cannot serve ${type} (${name})`)
  }
  for (const resource of assembly.ofType('AWS::SQS::Queue')) {
    const settings = resource.read(queueSchema)
    const name = queueName(resource)
    const redrive = settings.RedrivePolicy
    const queue = openQueue(state, clock, {
      name,
      visibility: settings.VisibilityTimeout * 1000,
      delay: settings.DelaySeconds * 1000,
      maxReceives: redrive?.maxReceiveCount ?? Number.MAX_SAFE_INTEGER,
      tags: Object.fromEntries(settings.Tags.map(({ Key, Value }) => [Key, Value])),
      deadLetterArn: redrive?.deadLetterTargetArn,
      bury: redrive === undefined ? () => undefined : bury(name, redrive.deadLetterTargetArn),
    })
    queues.set(name, queue)
  }
  const identity = await startIdentity(assembly, state, folder, mailboxUrl, log)
  stops.push(identity.stop)

  const [kms, s3, funds, payfip, openData] = await Promise.all([
    startKms(
      state,
      assembly.ofType('AWS::KMS::Key').map(({ name }) => name),
    ),
    startS3(state, clock, assembly.ofType('AWS::S3::Bucket').map(bucketOf)),
    startApiParticulier(),
    startPayfip(state, clock.now),
    startOpenData(options.schoolYears ?? []),
  ])
  stops.push(kms.stop, s3.stop, funds.stop, payfip.stop, openData.stop)

  const access = {
    endpoint: engine.url,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
  const tables = [
    ...assembly.ofType('AWS::DynamoDB::Table'),
    ...assembly.ofType('AWS::DynamoDB::GlobalTable'),
  ]
  const database = new DynamoDBClient(access)
  for (const table of tables) await createTable(database, table, fresh)
  database.destroy()

  const tell = (functionArn: string, event: unknown): void => {
    invokers.get(functionByArn(functionArn).name)?.send(event)
  }
  const { publish } = openTopics(assembly, tell, { now: clock.now, log })
  const ses = await startSes(assembly, { mailboxUrl, now: clock.now, publish })
  stops.push(ses.stop)
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: engine.url,
    AWS_ENDPOINT_URL_SES: ses.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_KMS: kms.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: identity.url,
  }
  const only = (resources: readonly Resource[], name: (resource: Resource) => string): string =>
    resources.map(name).join(',')
  const variables = {
    ...fakeCredentials,
    ...endpoints,
    TABLE_NAME: only(tables, tableName),
    USER_POOL_ID: only(assembly.ofType('AWS::Cognito::UserPool'), userPoolId),
    USER_POOL_CLIENT_ID: only(assembly.ofType('AWS::Cognito::UserPoolClient'), userPoolClientId),
  }
  if (fresh) {
    await options.load(variables)
    state.write(LOADED, true)
  }

  // The template has the addresses of the real ones, which know nothing of this machine.
  const overrides = {
    API_PARTICULIER_URL: funds.url,
    PAYFIP_URL: payfip.url,
    SCHOOL_CALENDAR_URL: openData.url,
    PUBLIC_HOLIDAYS_URL: openData.url,
    API_URL: portalUrl,
    ...options.environment,
  }
  const functions = new Map<string, Function>()
  for (const resource of assembly.ofType('AWS::Lambda::Function')) {
    const opened = openFunction(resource, assembly, endpoints, overrides, log)
    functions.set(opened.name, opened)
  }
  const functionByArn = (arn: string): Function => {
    const name = /function:([^:/]+)/.exec(arn)?.[1] ?? arn
    const found = functions.get(name)
    if (found === undefined) throw new Error(`There is no function ${arn}`)
    return found
  }

  const asyncSettings = assembly
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map((resource) => resource.read(asyncSchema))
  const services = { state, clock, log }
  const invokers = new Map(
    [...functions.values()].map((target) => {
      const settings = asyncSettings.find(({ FunctionName: name }) => name === target.name)
      return [target.name, startAsync(target, settings, discard, services, options.asyncRetry)]
    }),
  )
  const consumers: Consumer[] = [...invokers.values()]
  const streams: StreamConsumer[] = []
  const mappings: Mapping[] = []
  const streamClient = new DynamoDBStreamsClient(access)
  for (const resource of assembly.ofType('AWS::Lambda::EventSourceMapping')) {
    const { Enabled: enabled, EventSourceArn: source, FunctionName } = resource.read(mappingSchema)
    const target = functionByArn(FunctionName)
    if (!enabled) continue
    const { Filters: filters } = resource.read(patternsSchema).FilterCriteria
    const patterns = filters.map(({ Pattern: pattern }) => pattern)
    mappings.push({ functionName: target.name, sourceArn: source, patterns })
    if (source.startsWith('arn:aws:sqs:')) {
      const settings = resource.read(queueMappingSchema)
      consumers.push(startQueueMapping(queueByArn(source), settings, target, log))
      continue
    }
    const table = /table\/([^/]+)\/stream/.exec(source)?.[1]
    if (table === undefined) throw new Error(`${resource.name}: ${source} cannot be served locally`)
    const settings = resource.read(streamMappingSchema)
    const mapping = { name: resource.name, settings, table, streamArn: source, target, discard }
    streams.push(startStream(streamClient, mapping, state, clock, log))
  }
  const schedules = startSchedules(assembly, state, clock, ({ targetArn, input }) => {
    if (targetArn.startsWith('arn:aws:sqs:')) queueByArn(targetArn).send(JSON.stringify(input))
    else tell(targetArn, input)
  })
  stops.push(async () => {
    schedules.stop()
    for (const consumer of consumers) consumer.stop()
    const ended = streams.map((stream) => stream.stop())
    await Promise.all([...functions.values()].map((target) => target.stop()))
    await Promise.all(ended)
    streamClient.destroy()
  })
  schedules.fire()
  const aliases = new Set(
    assembly.ofType('AWS::Lambda::Alias').map((alias) => {
      const { FunctionName: name, Name } = alias.read(aliasSchema)
      return `${name}:${Name}`
    }),
  )
  const lambda = await startLambda({ functions, aliases, mappings }, (name, event) => {
    invokers.get(name)?.send(event)
  })
  stops.push(lambda.stop)
  const forCommands = {
    ...variables,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: engine.url,
  }

  const settle = async (milliseconds: number): Promise<boolean> => {
    const deadline = Date.now() + milliseconds
    const caughtUp = (): Promise<unknown> =>
      Promise.race([
        Promise.all(streams.map((stream) => stream.caughtUp())),
        wait(Math.max(0, deadline - Date.now()), undefined, { ref: false }),
      ])
    const idle = (): boolean => consumers.every((consumer) => consumer.idle())
    while (Date.now() < deadline) {
      await caughtUp()
      if (idle()) {
        // A worker that has just ended may have written what a stream has not shown yet.
        await caughtUp()
        if (!idle() || Date.now() >= deadline) continue
        // Nobody waits minutes for what would only wait: with nothing else to do, its time has come.
        if (![...queues.values()].map((queue) => queue.endDelays()).includes(true)) return true
      }
      await wait(20)
    }
    return false
  }
  const moveTo = (instant: number): readonly Firing[] | undefined =>
    clock.moveTo(instant) ? schedules.fire() : undefined
  const control = await startControl({ now: clock.now, moveTo, settle })
  stops.push(control.stop)
  const http = await startHttp(assembly, functionByArn, port, clock, log)
  stops.push(http.stop)
  const environment = { pid: process.pid, portalUrl, mailboxUrl, controlUrl: control.url }
  writeEnvironment(folder, environment, forCommands)
  const { now } = clock
  return {
    ...environment,
    variables: forCommands,
    fresh,
    now,
    moveTo,
    settle,
    failed: engine.failed,
    stop,
  }
}
