import { expect, test } from 'vitest'
import * as z from 'zod'
import { DEBT_ENTITIES } from '../../shared/arrears/names.ts'
import { ENTITY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { FILE_ENTITIES, FOLLOWED_ENTITIES } from '../../shared/trail/names.ts'
import { imported, pointer, synthesize } from './portal.ts'

const { stateless, functions } = synthesize()

const queues = stateless.all(
  'AWS::SQS::Queue',
  z.object({
    VisibilityTimeout: z.number().optional(),
    MessageRetentionPeriod: z.number().optional(),
    SqsManagedSseEnabled: z.boolean().optional(),
    RedrivePolicy: z
      .object({ deadLetterTargetArn: pointer, maxReceiveCount: z.number() })
      .optional(),
  }),
)
const onFailure = z.object({ OnFailure: z.object({ Destination: pointer }) })

/** The one resource of `type` that belongs to a function. */
const only = <Schema extends z.ZodType<{ FunctionName: string }>>(
  type: string,
  name: FunctionName,
  schema: Schema,
): z.infer<Schema> => {
  const found = [...stateless.all(type, z.looseObject({ FunctionName: pointer }))].filter(
    ([, { FunctionName }]) => functions.get(FunctionName) === name,
  )
  expect(found).toHaveLength(1)
  const properties = stateless.resources[found[0]?.[0] ?? '']?.Properties
  return z.parse(schema, properties)
}

const stream = only(
  'AWS::Lambda::EventSourceMapping',
  'send-mails',
  z.looseObject({
    FunctionName: pointer,
    EventSourceArn: imported,
    FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
    BatchSize: z.number(),
    MaximumRetryAttempts: z.number(),
    MaximumRecordAgeInSeconds: z.number(),
    DestinationConfig: onFailure,
  }),
)
const worker = only(
  'AWS::Lambda::EventSourceMapping',
  'bill-families',
  z.looseObject({
    FunctionName: pointer,
    EventSourceArn: pointer,
    BatchSize: z.number(),
    ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
  }),
)
const schedules = [
  ...stateless
    .all(
      'AWS::Scheduler::Schedule',
      z.looseObject({
        Target: z.looseObject({
          Arn: pointer,
          Input: z.string(),
          DeadLetterConfig: z.object({ Arn: pointer }),
          RetryPolicy: z.object({
            MaximumRetryAttempts: z.number(),
            MaximumEventAgeInSeconds: z.number(),
          }),
        }),
      }),
    )
    .values(),
]

/** The schedule that calls a function. */
const scheduleOf = (name: FunctionName) =>
  schedules.find(({ Target }) => functions.get(Target.Arn) === name)

/** What the clock of the town starts. */
const BUSINESS_SCHEDULES = [
  ['open-billing-run', 'cron(0 6 1 * ? *)'],
  ['check-billing', 'cron(0 7 * * ? *)'],
  ['remind-families', 'cron(30 17 * * ? *)'],
  ['purge-data', 'cron(0 4 * * ? *)'],
  ['count-groups', 'cron(15 3 * * ? *)'],
  ['refresh-calendar', 'cron(0 6 ? * MON *)'],
  ['remind-debtors', 'cron(0 9 * * ? *)'],
  ['collect-debits', 'cron(30 8 * * ? *)'],
] as const

test('mails follow the new and changed submissions, notices and letters about accounts, and wake up for nothing else', () => {
  expect(stream.EventSourceArn).toMatch(/Table[0-9A-F]+StreamArn/)
  expect(stream.FilterCriteria.Filters.map(({ Pattern }): unknown => JSON.parse(Pattern))).toEqual([
    {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: {
        NewImage: {
          [ENTITY_ATTRIBUTE]: { S: ['Submission', 'Notice', 'AccountMail', 'VisitorMail'] },
        },
      },
    },
  ])
})

test('what follows family files sees how they begin, change and end', () => {
  const { FilterCriteria } = only(
    'AWS::Lambda::EventSourceMapping',
    'follow-files',
    z.looseObject({
      FunctionName: pointer,
      FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
    }),
  )
  const images = (kinds: readonly string[]) => ({ [ENTITY_ATTRIBUTE]: { S: kinds } })
  expect(FilterCriteria.Filters.map(({ Pattern }): unknown => JSON.parse(Pattern))).toEqual([
    {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: {
        NewImage: images([...FILE_ENTITIES, 'Planning', 'Aid', 'DayCredit', ...DEBT_ENTITIES]),
      },
    },
    {
      eventName: ['REMOVE'],
      dynamodb: { OldImage: images([...FOLLOWED_ENTITIES, 'PayingInvoice']) },
    },
  ])
})

test('the stream loses no record: it starts at the oldest, and puts aside what keeps failing', () => {
  expect(stream).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  })
  // The age of a change is its bound: an outage of SES may last for hours.
  expect(stream.MaximumRetryAttempts).toBe(100)
  // DynamoDB forgets a record after a day; it must be put aside before.
  expect(stream.MaximumRecordAgeInSeconds).toBeGreaterThan(0)
  expect(stream.MaximumRecordAgeInSeconds).toBeLessThan(24 * 3600)
  expect(queues.has(stream.DestinationConfig.OnFailure.Destination)).toBe(true)
})

test('the billing worker takes few messages at a time and gives back those that fail', () => {
  expect(worker).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] })
  expect(worker.BatchSize).toBeGreaterThanOrEqual(1)
  expect(worker.BatchSize).toBeLessThanOrEqual(5)
  expect(worker.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2)
  expect(worker.ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(5)
})

test('a billing message stays hidden for six times as long as the worker may take', () => {
  const lambdas = stateless.all('AWS::Lambda::Function', z.object({ Timeout: z.number() }))
  const timeout = lambdas.get(worker.FunctionName)?.Timeout ?? Infinity
  const hidden = queues.get(worker.EventSourceArn)?.VisibilityTimeout
  expect(hidden).toBeGreaterThanOrEqual(6 * timeout)
})

/** Who hears what is published, beside people. */
const subscribed = [
  ...stateless
    .all(
      'AWS::SNS::Subscription',
      z.object({
        Protocol: z.string(),
        TopicArn: pointer,
        Endpoint: z.unknown(),
        RedrivePolicy: z.object({ deadLetterTargetArn: pointer }).optional(),
      }),
    )
    .values(),
].filter(({ Protocol }) => Protocol !== 'email')

test('every queue has a dead-letter queue after five tries, or is one', () => {
  const mapping = z.looseObject({ DestinationConfig: onFailure.optional() })
  const putAside = [...stateless.all('AWS::Lambda::EventSourceMapping', mapping).values()].flatMap(
    ({ DestinationConfig }) => DestinationConfig?.OnFailure.Destination ?? [],
  )
  const ends = new Set([
    ...[...queues.values()].flatMap(
      ({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn ?? [],
    ),
    ...putAside,
    ...schedules.map(({ Target }) => Target.DeadLetterConfig.Arn),
    ...subscribed.flatMap(({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn ?? []),
  ])
  expect(queues.size).toBeGreaterThan(0)
  for (const [id, { RedrivePolicy }] of queues) {
    if (ends.has(id)) expect(RedrivePolicy).toBeUndefined()
    else expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 5 })
  }
})

test('a message waits longer in a dead-letter queue than in the queue it comes from', () => {
  const FOUR_DAYS = 4 * 24 * 3600
  for (const { MessageRetentionPeriod = FOUR_DAYS, RedrivePolicy } of queues.values()) {
    if (RedrivePolicy === undefined) continue
    // SQS counts from the first sending, also in the dead-letter queue.
    const kept = queues.get(RedrivePolicy.deadLetterTargetArn)?.MessageRetentionPeriod
    expect(kept).toBeGreaterThan(MessageRetentionPeriod)
  }
  expect.assertions(4)
})

test('every queue is encrypted and refuses plain HTTP', () => {
  const policies = stateless.all(
    'AWS::SQS::QueuePolicy',
    z.object({
      Queues: z.array(pointer),
      PolicyDocument: z.object({
        Statement: z.array(z.looseObject({ Effect: z.string(), Condition: z.unknown() })),
      }),
    }),
  )
  const refusing = [...policies.values()].flatMap(({ Queues, PolicyDocument }) =>
    PolicyDocument.Statement.some(
      ({ Effect, Condition }) =>
        Effect === 'Deny' &&
        JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
    )
      ? Queues
      : [],
  )
  expect(refusing.sort()).toEqual([...queues.keys()].sort())
  for (const queue of queues.values()) expect(queue.SqsManagedSseEnabled).toBe(true)
})

test('the billing begins on the 1st at six in Paris, reminders go out every day at half past five, in summer as in winter', () => {
  for (const [name, cron] of BUSINESS_SCHEDULES) {
    expect(scheduleOf(name)).toMatchObject({
      ScheduleExpression: cron,
      ScheduleExpressionTimezone: 'Europe/Paris',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    })
  }
})

test('a job is told the time for which it was called, however late it runs', () => {
  for (const { Target } of schedules) {
    expect(JSON.parse(Target.Input)).toEqual({ scheduledTime: '<aws.scheduler.scheduled-time>' })
  }
})

test.for(BUSINESS_SCHEDULES)(
  'a firing of %s that cannot be handed over, or whose run fails, is tried again and then put aside',
  ([name]) => {
    const schedule = scheduleOf(name)
    const run = only(
      'AWS::Lambda::EventInvokeConfig',
      name,
      z.looseObject({
        FunctionName: pointer,
        MaximumRetryAttempts: z.number(),
        DestinationConfig: onFailure,
      }),
    )
    expect(schedule?.Target.RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0)
    expect(run.MaximumRetryAttempts).toBeGreaterThan(0)
    expect(run.DestinationConfig.OnFailure.Destination).toBe(schedule?.Target.DeadLetterConfig.Arn)
    expect(queues.has(run.DestinationConfig.OnFailure.Destination)).toBe(true)
  },
)

test('mails go out by TLS only; which addresses get none is for the portal to say', () => {
  const [rules] = stateless.all('AWS::SES::ConfigurationSet', z.looseObject({})).values()
  expect(rules).toMatchObject({
    DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    ReputationOptions: { ReputationMetricsEnabled: true },
    SuppressionOptions: { SuppressedReasons: [] },
  })
})

test('mails that bounce or are called spam are reported to one function, and nothing is lost of it', () => {
  const [destination] = stateless
    .all(
      'AWS::SES::ConfigurationSetEventDestination',
      z.object({
        EventDestination: z.object({
          Enabled: z.boolean(),
          MatchingEventTypes: z.array(z.string()),
          SnsDestination: z.object({ TopicARN: pointer }),
        }),
      }),
    )
    .values()
  const [hearing] = subscribed
  expect(subscribed).toHaveLength(1)
  expect(destination?.EventDestination).toEqual({
    Enabled: true,
    MatchingEventTypes: ['bounce', 'complaint', 'deliveryDelay'],
    SnsDestination: { TopicARN: hearing?.TopicArn },
  })
  const run = only(
    'AWS::Lambda::EventInvokeConfig',
    'hear-mails',
    z.looseObject({ FunctionName: pointer, DestinationConfig: onFailure }),
  )
  expect(pointer.parse(hearing?.Endpoint)).toBe(run.FunctionName)
  const { Destination: missed } = run.DestinationConfig.OnFailure
  expect(hearing?.RedrivePolicy?.deadLetterTargetArn).toBe(missed)
  expect(queues.has(missed)).toBe(true)
})
