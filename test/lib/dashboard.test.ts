import { expect, test } from 'vitest'
import * as z from 'zod'
import { ImpactAlarm } from '../../lib/constructs/alarm.ts'
import { AppFunction } from '../../lib/constructs/app-function.ts'
import { DeadLetterQueue } from '../../lib/constructs/dead-letter-queue.ts'
import { HttpFunction } from '../../lib/constructs/http-function.ts'
import { QueueWorker } from '../../lib/constructs/queue-worker.ts'
import { StreamConsumer } from '../../lib/constructs/stream-consumer.ts'
import { readAssembly } from '../../lib/local/template.ts'
import { withApp } from './portal.ts'

const bodySchema = z.object({
  widgets: z.array(
    z.object({
      type: z.string(),
      properties: z.looseObject({
        title: z.string().optional(),
        alarms: z.array(z.string()).default([]),
        metrics: z.array(z.array(z.unknown())).default([]),
      }),
    }),
  ),
})

const { titles, metrics, alarms, kinds, region } = withApp({ stage: 'demo' }, (app, outdir) => {
  app.synth()
  const all = app.node.findAll()
  const assembly = readAssembly(outdir, ({ name }) => ({
    ref: name,
    attributes: { Arn: name, QueueName: name, ApiId: name },
  }))
  const [dashboard] = assembly.ofType('AWS::CloudWatch::Dashboard')
  const text = dashboard?.read(z.object({ DashboardBody: z.string() })).DashboardBody ?? ''
  const { widgets } = bodySchema.parse(JSON.parse(text))
  const namesOf = (isOfKind: (construct: unknown) => boolean) =>
    all.filter(isOfKind).map(({ node }) => node.id)
  return {
    region: text.includes('us-east-1'),
    titles: widgets.flatMap(({ properties }) => properties.title ?? []),
    alarms: widgets.flatMap(({ properties }) => properties.alarms),
    /** The labels of what a widget shows. */
    metrics: (title: string): unknown[] =>
      widgets
        .filter(({ properties }) => properties.title === title)
        .flatMap(({ properties }) => properties.metrics)
        .map(
          (metric) => z.looseObject({ label: z.string().optional() }).parse(metric.at(-1)).label,
        ),
    kinds: {
      alarms: namesOf((each) => each instanceof ImpactAlarm).length,
      functions: namesOf((each) => each instanceof AppFunction),
      answering: namesOf((each) => each instanceof HttpFunction),
      workers: namesOf((each) => each instanceof QueueWorker),
      followers: namesOf((each) => each instanceof StreamConsumer),
      deadLetters: namesOf((each) => each instanceof DeadLetterQueue).length,
    },
  }
})

test('every alarm is on the dashboard once', () => {
  expect(alarms).toHaveLength(kinds.alarms)
  expect(new Set(alarms).size).toBe(kinds.alarms)
})

test('every function, queue and dead-letter queue is where one looks for it', () => {
  expect(metrics('Errors of functions')).toEqual(kinds.functions)
  expect(metrics('Milliseconds of functions that answer (p95)')).toEqual(kinds.answering)
  expect(metrics('Turned away by a limit')).toEqual(expect.arrayContaining(kinds.answering))
  expect(metrics('Seconds that a message waits')).toEqual(kinds.workers)
  expect(metrics('Milliseconds behind the table')).toEqual(kinds.followers)
  expect(metrics('Dead letters')).toHaveLength(kinds.deadLetters)
})

test('it tells of requests, mails, the billing, and of what is paid by use', () => {
  expect(titles).toEqual(
    expect.arrayContaining([
      'Requests',
      'Milliseconds to an answer',
      'Mails',
      'Reputation: SES acts at 5 % and 0.1 %',
      'Billing: calls of each step, and those that failed',
      'Table: units a day',
      'Functions: seconds of 1 GB a day',
      'Mails and logs a day',
    ]),
  )
  expect(metrics('Billing: calls of each step, and those that failed').slice(0, 5)).toEqual([
    'open-billing-run',
    'bill-families',
    'issue-invoices',
    'mail-invoices',
    'check-billing',
  ])
})

test('a stage without a firewall shows none', () => {
  expect(region).toBe(false)
})
