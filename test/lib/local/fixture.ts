import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { CfnUserPoolGroup, StringAttribute, UserPool } from 'aws-cdk-lib/aws-cognito'
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb'
import {
  Alias,
  Code,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  Function,
  Runtime,
  StartingPosition,
  type IFunction,
} from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { TimeZone } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import * as z from 'zod'
import { freePort } from '../../../lib/local/free-port.ts'
import { startPortal, type Portal, type PortalOptions } from '../../../lib/local/portal.ts'

/** Every function writes down what it gets before it does what its event asks for. */
const HANDLER = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
let calls = 0
const { RECORD, AWS_LAMBDA_FUNCTION_NAME: name } = process.env
const note = (entry) => appendFileSync(RECORD, JSON.stringify({ name, ...entry }) + '\\n')
const timesSeen = (key) =>
  existsSync(RECORD)
    ? readFileSync(RECORD, 'utf8').split('\\n').filter((line) => line.includes('"tried":"' + key + '"')).length
    : 0
const act = async (what) => {
  if (what === 'throw') throw new TypeError('asked to throw')
  if (what === 'exit') process.exit(3)
  if (what === 'hang') await wait(60_000)
  if (what === 'reject') { Promise.reject(new Error('nobody waits')); await wait(1000) }
}
const http = async (event) => {
  const { do: what } = event.queryStringParameters ?? {}
  await act(what)
  if (what === 'inferred') return { inferred: true }
  if (what === 'text') return 'only text'
  if (what === 'bad') return { statusCode: 'x' }
  if (what === 'binary') return { statusCode: 200, headers: { 'Content-Type': 'image/gif' }, body: 'R0lGODlh', isBase64Encoded: true }
  if (what === 'cookies') return { statusCode: 201, cookies: ['a=1', 'b=2'], headers: { 'X-Made-By': 'function' }, body: 'made' }
  if (what === 'environment') return process.env
  calls += 1
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...event, calls }) }
}
/** { key, fail?: times, how?: 'throw' | 'report' | 'exit' | 'hang' } */
const process_ = async (items) => {
  note({ batch: items.map(({ key }) => key) })
  const failures = []
  for (const { key, id, fail = 0, how = 'report', delay = 0 } of items) {
    const before = timesSeen(key)
    note({ tried: key })
    if (delay > 0) await wait(delay)
    if (before < fail) {
      if (how !== 'report') await act(how)
      failures.push({ itemIdentifier: id })
      break
    }
    note({ done: key })
  }
  return { batchItemFailures: failures }
}
export const handler = async (event, context) => {
  if (event.requestContext?.http) return http(event)
  if (event.Records?.[0]?.eventSource === 'aws:sqs') {
    note({ sqs: event.Records[0] })
    return process_(event.Records.map((r) => ({ id: r.messageId, ...JSON.parse(r.body) })))
  }
  if (event.Records) {
    note({ record: event.Records[0] })
    return process_(event.Records.map((r) => ({
      id: r.dynamodb.SequenceNumber, ...JSON.parse(r.dynamodb.NewImage.work?.S ?? '{}'), key: r.dynamodb.Keys.pk.S })))
  }
  note({ scheduled: event })
  const before = timesSeen(event.scheduledTime)
  note({ tried: event.scheduledTime })
  if (before < (event.fail ?? 0)) throw new Error('asked to fail')
  note({ done: event.scheduledTime })
}
`

/** A small system with one of everything that the portal uses. */
export const synthesize = (folder: string): string => {
  const code = join(folder, 'code')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(code, 'index.mjs'), HANDLER)
  const outdir = join(folder, 'cdk.out')
  const app = new App({
    outdir,
    analyticsReporting: false,
    treeMetadata: false,
    // It costs seconds and nothing of this is deployed.
    builtinCloudFormationValidation: false,
  })
  const data = new Stack(app, 'data')
  const table = new Table(data, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
  })
  const pool = new UserPool(data, 'Users', {
    signInAliases: { email: true },
    customAttributes: {
      family: new StringAttribute({ mutable: true }),
      guardian: new StringAttribute({ mutable: true }),
    },
  })
  const client = pool.addClient('Client', {
    authFlows: { userPassword: true },
    idTokenValidity: Duration.minutes(30),
  })
  for (const groupName of ['guardian', 'agent']) {
    new CfnUserPoolGroup(data, groupName, { groupName, userPoolId: pool.userPoolId })
  }

  const stack = new Stack(app, 'work')
  const add = (name: string, timeout = Duration.seconds(2)): Function =>
    new Function(stack, name, {
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromAsset(code),
      handler: 'index.handler',
      timeout,
      environment: { RECORD: join(folder, 'record.jsonl'), TABLE_NAME: table.tableName },
    })

  const answer = add('Answer', Duration.seconds(1))
  const api = new HttpApi(stack, 'Api', {
    corsPreflight: {
      allowOrigins: ['https://famille.example'],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
      allowHeaders: ['authorization'],
      exposeHeaders: ['retry-after'],
      maxAge: Duration.hours(1),
    },
  })
  const integration = new HttpLambdaIntegration('Answers', answer)
  const authorizer = new HttpJwtAuthorizer(
    'Jwt',
    `https://cognito-idp.${stack.region}.amazonaws.com/${pool.userPoolId}`,
    { jwtAudience: [client.userPoolClientId] },
  )
  const route = (path: string, method: HttpMethod): void => {
    api.addRoutes({ path, methods: [method], integration })
  }
  route('/things/{id}', HttpMethod.GET)
  route('/things/fixed', HttpMethod.GET)
  route('/things', HttpMethod.POST)
  route('/all/{proxy+}', HttpMethod.ANY)
  api.addRoutes({
    path: '/live',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Live', liveIn(answer)),
  })
  api.addRoutes({ path: '/me', methods: [HttpMethod.GET], integration, authorizer })

  const putAside = new Queue(stack, 'PutAside', { queueName: 'PutAside' })
  new EventSourceMapping(stack, 'Stream', {
    target: add('Follow', Duration.seconds(1)),
    ...(table.tableStreamArn === undefined ? {} : { eventSourceArn: table.tableStreamArn }),
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 10,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 2,
    onFailure: { bind: () => ({ destination: putAside.queueArn }) },
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { NewImage: { entity: { S: FilterRule.or('Submission', 'Invoice') } } },
      }),
    ],
  })

  const dead = new Queue(stack, 'Dead', { queueName: 'Dead' })
  const jobs = new Queue(stack, 'Jobs', {
    queueName: 'Jobs',
    visibilityTimeout: Duration.seconds(3),
    deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
  })
  add('Work').addEventSource(
    new SqsEventSource(jobs, { batchSize: 5, maxConcurrency: 2, reportBatchItemFailures: true }),
  )

  const missed = new Queue(stack, 'Missed', { queueName: 'Missed' })
  const role = new Role(stack, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
  })
  const scheduled = (name: string, expression: string, input: object): void => {
    const target = add(name)
    target.configureAsyncInvoke({
      retryAttempts: 1,
      onFailure: { bind: () => ({ destination: missed.queueArn }) },
    })
    new Schedule(stack, `${name}Schedule`, {
      schedule: ScheduleExpression.expression(expression, TimeZone.EUROPE_PARIS),
      target: {
        bind: () => ({
          arn: target.functionArn,
          role,
          input: ScheduleTargetInput.fromObject({
            scheduledTime: ContextAttribute.scheduledTime,
            ...input,
          }),
        }),
      },
    })
  }
  scheduled('Monthly', 'cron(0 6 1 * ? *)', {})
  scheduled('Failing', 'cron(0 7 2 * ? *)', { fail: 9 })

  new CfnOutput(stack, 'JobsUrl', { value: jobs.queueUrl })
  app.synth()
  return outdir
}

/** What is live of a function, as the API calls it. */
const liveIn = (answer: Function): IFunction => {
  answer.addAlias('live')
  const isAlias = (each: IConstruct): each is IFunction => each instanceof Alias
  const live = answer.node.children.find(isAlias)
  if (live === undefined) throw new Error('There is no alias')
  return live
}

const entry = z.looseObject({ name: z.string() })
export type Entry = z.infer<typeof entry>

/** A temporary folder with a synthesized system, and the portals that ran over it. */
export interface System {
  readonly folder: string
  readonly outdir: string
  readonly lines: string[]
  readonly start: (options?: Partial<PortalOptions>) => Promise<Portal>
  /** What the functions wrote down. */
  readonly record: () => Entry[]
  readonly forget: () => void
  /** Stops the portals and deletes what they kept. */
  readonly clear: () => Promise<void>
  readonly remove: () => Promise<void>
}

export const makeSystem = (): System => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'))
  const outdir = synthesize(folder)
  const file = join(folder, 'record.jsonl')
  const lines: string[] = []
  const portals: Portal[] = []
  const clear = async (): Promise<void> => {
    for (const portal of portals.splice(0)) await portal.stop()
    rmSync(join(folder, 'data'), { recursive: true, force: true })
    rmSync(file, { force: true })
  }
  return {
    folder,
    outdir,
    lines,
    start: async (options) => {
      const portal = await startPortal({
        assembly: outdir,
        folder: join(folder, 'data'),
        port: await freePort(),
        load: () => Promise.resolve(),
        console: (line) => lines.push(line),
        asyncRetry: 50,
        ...options,
      })
      portals.push(portal)
      return portal
    },
    record: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => entry.parse(JSON.parse(line)))
        : [],
    forget: () => {
      rmSync(file, { force: true })
    },
    clear,
    remove: async () => {
      await clear()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until `condition` holds, for at most two minutes. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 120_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not happen within two minutes')
    await wait(20)
  }
}
