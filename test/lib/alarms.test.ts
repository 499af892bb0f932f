import { expect, test } from 'vitest'
import * as z from 'zod'
import { stages } from '../../lib/stages.ts'
import { UNBILLED, WITHHELD } from '../../shared/billing/names.ts'
import { TOKEN_ENDS } from '../../shared/quotients/names.ts'
import { pointer, synthesize } from './portal.ts'

const { stateless, functions } = synthesize()

const alarms = [
  ...stateless
    .all(
      'AWS::CloudWatch::Alarm',
      z.object({
        AlarmDescription: z.string(),
        AlarmActions: z.array(pointer),
        Namespace: z.string(),
        MetricName: z.string(),
        Threshold: z.number(),
        ComparisonOperator: z.string(),
        TreatMissingData: z.string(),
        // Those of what a function logs have none.
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
      }),
    )
    .values(),
]

/** The metrics with an alarm, of a resource. */
const watched = (id: string): string[] =>
  alarms
    .filter(({ Dimensions }) =>
      Dimensions.some(({ Value }) => z.safeParse(pointer, Value).data === id),
    )
    .map(({ MetricName }) => MetricName)
    .sort()

test.for([...functions])('%s (%s): somebody is told of every error', ([id]) => {
  expect(watched(id)).toContain('Errors')
})

test('somebody is told when an event is late', () => {
  const byName = new Map([...functions].map(([id, name]) => [name, watched(id)]))
  expect(byName.get('sessions')).toEqual(['Errors'])
  expect(byName.get('send-mails')).toEqual(['Errors', 'IteratorAge'])
})

test('one alarm tells that people are turned away, by the one metric of all functions', () => {
  const turnedAway = alarms.filter(({ MetricName }) => MetricName === 'Throttles')
  expect(turnedAway).toMatchObject([{ Namespace: 'AWS/Lambda', Dimensions: [] }])
})

test('every queue has an alarm: for its first message if nobody takes them, else for its age', () => {
  const schema = z.object({ RedrivePolicy: z.unknown().optional() })
  for (const [id, { RedrivePolicy }] of stateless.all('AWS::SQS::Queue', schema)) {
    expect(watched(id)).toEqual([
      RedrivePolicy === undefined
        ? 'ApproximateNumberOfMessagesVisible'
        : 'ApproximateAgeOfOldestMessage',
    ])
  }
})

test('somebody is told when the API answers with a server error', () => {
  const [api = ''] = stateless.all('AWS::ApiGatewayV2::Api', z.object({})).keys()
  expect(watched(api)).toEqual(['5xx'])
})

/** That an alarm goes off when the daily check logs a message. */
const expectTold = (message: string): void => {
  const filters = stateless.all(
    'AWS::Logs::MetricFilter',
    z.object({
      FilterPattern: z.string(),
      LogGroupName: pointer,
      MetricTransformations: z.array(
        z.looseObject({ MetricName: z.string(), MetricNamespace: z.string() }),
      ),
    }),
  )
  const pattern = `{ $.message.message = "${message}" }`
  const filter = [...filters.values()].find(({ FilterPattern }) => FilterPattern === pattern)
  const lambdas = stateless.all(
    'AWS::Lambda::Function',
    z.object({ LoggingConfig: z.object({ LogGroup: pointer }) }),
  )
  const checks = [...functions].flatMap(([id, name]) => (name === 'check-billing' ? [id] : []))
  expect(filter?.LogGroupName).toBe(lambdas.get(checks[0] ?? '')?.LoggingConfig.LogGroup)
  const [metric] = filter?.MetricTransformations ?? []
  const alarm = alarms.find(({ MetricName }) => MetricName === metric?.MetricName)
  expect(alarm).toMatchObject({ Namespace: metric?.MetricNamespace, Threshold: 1 })
}

test.for([UNBILLED, WITHHELD])('somebody is told of: %s [wish W7]', expectTold)

test('somebody is told that the token of API Particulier ends', () => {
  expectTold(TOKEN_ENDS)
})

test('what has never happened wakes at its first time', () => {
  const late = ['IteratorAge', 'ApproximateAgeOfOldestMessage']
  for (const { MetricName, Threshold, ComparisonOperator } of alarms) {
    expect(ComparisonOperator).toBe('GreaterThanOrEqualToThreshold')
    if (late.includes(MetricName)) expect(Threshold).toBeGreaterThan(1)
    else expect(Threshold).toBe(1)
  }
})

test('every alarm says in full sentences who suffers and what was seen', () => {
  for (const { AlarmDescription } of alarms) {
    expect(AlarmDescription).toMatch(/^[A-Z].{30,}\. Seen: .{10,}\.$/)
    expect(AlarmDescription).toMatch(/famil|parents|visitors|staff|nobody/i)
  }
})

test('no two alarms say the same', () => {
  const texts = alarms.map(({ AlarmDescription }) => AlarmDescription)
  expect(new Set(texts).size).toBe(texts.length)
})

test('every alarm reaches the people of the stage, and is silent when nothing happens', () => {
  const [topic = ''] = stateless.all('AWS::SNS::Topic', z.object({})).keys()
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({ AlarmActions: [topic], TreatMissingData: 'notBreaching' })
  }
  const subscriptions = stateless.all(
    'AWS::SNS::Subscription',
    z.looseObject({ TopicArn: pointer }),
  )
  expect([...subscriptions.values()].filter(({ TopicArn }) => TopicArn === topic)).toEqual([
    { TopicArn: topic, Protocol: 'email', Endpoint: stages.demo.alarmEmail },
  ])
})

test('the alarms of this account, and nobody else, may write to the topic', () => {
  const [policy] = stateless
    .all(
      'AWS::SNS::TopicPolicy',
      z.object({
        PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Effect: z.string() })) }),
      }),
    )
    .values()
  const allowed = policy?.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')
  expect(allowed).toMatchObject([
    {
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ])
})
