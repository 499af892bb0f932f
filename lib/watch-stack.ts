import { CrossStackReferences, Duration, ReferenceStrength, Stack } from 'aws-cdk-lib'
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  MathExpression,
  Metric,
  TextWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { FunctionName } from '../shared/platform/functions.ts'
import { ImpactAlarm } from './constructs/alarm.ts'
import { AppFunction } from './constructs/app-function.ts'
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts'
import { BLOCKED } from './constructs/firewall.ts'
import { HttpFunction } from './constructs/http-function.ts'
import { PortalApi } from './constructs/portal-api.ts'
import { QueueWorker } from './constructs/queue-worker.ts'
import { StreamConsumer } from './constructs/stream-consumer.ts'
import type { StatefulStack } from './stateful-stack.ts'
import type { Stage } from './stages.ts'

/** What is watched beside what the other stacks run. */
export interface WatchStackProps {
  readonly stage: Stage
  readonly data: StatefulStack
}

const PERIOD = Duration.minutes(5)

/** The most alarms that one widget shows. */
const MOST_ALARMS = 100

/** The steps of the monthly run, in their order. */
const BILLING: readonly FunctionName[] = [
  'open-billing-run',
  'bill-families',
  'issue-invoices',
  'mail-invoices',
  'check-billing',
]

const WHOLE = 24
const HALF = WHOLE / 2
const THIRD = WHOLE / 3

/**
 * The dashboard of the town: what is broken, who waits, what it costs. It is made from what the other
 * stacks hold, so that a new function, queue or alarm is on it by itself; and it reads their names by weak
 * references, so that nothing is kept from being taken away by being shown.
 */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, { stage, data }: WatchStackProps) {
    super(scope, id, {
      description: `Ribambelle ${stage.name}: the dashboard of the portal of ${stage.town}`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK)
    new Dashboard(this, 'Dashboard', {
      dashboardName: `ribambelle-${stage.name}`,
      widgets: [
        [
          new TextWidget({
            markdown: `# ${stage.town} (${stage.name})\nEach alarm says who suffers; the runbook in the README says what to look at first.`,
            width: WHOLE,
            height: 2,
          }),
        ],
        this.alarms(),
        this.requests(stage),
        this.functions(),
        this.waiting(),
        [...this.mails(), this.billing()],
        this.costs(data),
      ],
    })
  }

  /** All constructs of a kind, of all stacks. */
  private find<Kind extends Construct>(
    isOfKind: (construct: unknown) => construct is Kind,
  ): readonly Kind[] {
    return this.node.root.node.findAll().filter(isOfKind)
  }

  /** What is on fire, a widget for as many alarms as one shows. */
  private alarms(): IWidget[] {
    const alarms = this.find((each) => each instanceof ImpactAlarm)
    const pages = Array.from({ length: Math.ceil(alarms.length / MOST_ALARMS) }, (_, page) =>
      alarms.slice(page * MOST_ALARMS, (page + 1) * MOST_ALARMS),
    )
    return pages.map(
      (page) =>
        new AlarmStatusWidget({
          title: 'Alarms',
          alarms: page,
          width: WHOLE,
          height: Math.ceil(page.length / 5) + 1,
        }),
    )
  }

  /** What families and staff see of it. */
  private requests(stage: Stage): IWidget[] {
    const [portal] = this.find((each) => each instanceof PortalApi)
    if (portal === undefined) throw new Error('There is no API to watch')
    const { api } = portal
    const sum = { period: PERIOD, statistic: 'Sum' }
    const blocked =
      stage.edge?.firewall === undefined
        ? []
        : [
            new Metric({
              namespace: 'AWS/WAFV2',
              metricName: 'BlockedRequests',
              dimensionsMap: { WebACL: BLOCKED, Rule: 'ALL' },
              label: 'held back by the firewall',
              region: 'us-east-1',
              ...sum,
            }),
          ]
    return [
      new GraphWidget({
        title: 'Requests',
        left: [api.metricCount(sum)],
        right: [api.metricClientError(sum), api.metricServerError(sum), ...blocked],
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Milliseconds to an answer',
        left: ['p50', 'p95', 'p99'].map((statistic) =>
          api.metricLatency({ period: PERIOD, statistic, label: statistic }),
        ),
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Turned away by a limit',
        left: this.find((each) => each instanceof HttpFunction).map((each) =>
          each.handler.metricThrottles({ period: PERIOD, label: each.node.id }),
        ),
        right: [
          new Metric({
            namespace: 'AWS/Lambda',
            metricName: 'ConcurrentExecutions',
            statistic: 'Maximum',
            period: PERIOD,
          }),
        ],
        width: THIRD,
      }),
    ]
  }

  private functions(): IWidget[] {
    const functions = this.find((each) => each instanceof AppFunction)
    const answering = functions.filter((each) => each instanceof HttpFunction)
    return [
      new GraphWidget({
        title: 'Errors of functions',
        left: functions.map((each) =>
          each.handler.metricErrors({ period: PERIOD, label: each.node.id }),
        ),
        width: HALF,
      }),
      new GraphWidget({
        title: 'Milliseconds of functions that answer (p95)',
        left: answering.map((each) =>
          each.handler.metricDuration({ period: PERIOD, statistic: 'p95', label: each.node.id }),
        ),
        width: HALF,
      }),
    ]
  }

  /** What has not been done yet, and what nobody does by itself any more. */
  private waiting(): IWidget[] {
    const latest = { period: PERIOD, statistic: 'Maximum' }
    return [
      new GraphWidget({
        title: 'Seconds that a message waits',
        left: this.find((each) => each instanceof QueueWorker).map((each) =>
          each.queue.metricApproximateAgeOfOldestMessage({ ...latest, label: each.node.id }),
        ),
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Milliseconds behind the table',
        left: this.find((each) => each instanceof StreamConsumer).map((each) =>
          each.handler.metric('IteratorAge', { ...latest, label: each.node.id }),
        ),
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Dead letters',
        left: this.find((each) => each instanceof DeadLetterQueue).map((each) =>
          each.metricApproximateNumberOfMessagesVisible({
            ...latest,
            label: each.node.path.split('/').slice(1).join(' '),
          }),
        ),
        width: THIRD,
      }),
    ]
  }

  private mails(): IWidget[] {
    const mails = (metricName: string, statistic = 'Sum'): Metric =>
      new Metric({ namespace: 'AWS/SES', metricName, statistic, period: PERIOD })
    return [
      new GraphWidget({
        title: 'Mails',
        left: [mails('Send'), mails('Delivery')],
        right: [mails('Bounce'), mails('Complaint'), mails('Reject')],
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Reputation: SES acts at 5 % and 0.1 %',
        left: [mails('Reputation.BounceRate', 'Maximum')],
        right: [mails('Reputation.ComplaintRate', 'Maximum')],
        width: THIRD,
      }),
    ]
  }

  private billing(): IWidget {
    const steps = this.find((each) => each instanceof AppFunction)
      .filter(({ node }) => BILLING.some((name) => name === node.id))
      .toSorted((one, other) => placeOf(one) - placeOf(other))
    return new GraphWidget({
      title: 'Billing: calls of each step, and those that failed',
      left: steps.map((each) =>
        each.handler.metricInvocations({ period: PERIOD, label: each.node.id }),
      ),
      right: steps.map((each) =>
        each.handler.metricErrors({ period: PERIOD, label: `${each.node.id} failed` }),
      ),
      width: THIRD,
    })
  }

  /** What is paid by use, and what the table refuses. */
  private costs({ table }: StatefulStack): IWidget[] {
    const daily = { period: Duration.days(1), statistic: 'Sum' }
    const functions = this.find((each) => each instanceof AppFunction)
    const durations: Record<string, IMetric> = Object.fromEntries(
      functions.map((each, place) => [`d${String(place)}`, each.handler.metricDuration(daily)]),
    )
    const used = (namespace: string, metricName: string, label: string): Metric =>
      new Metric({ namespace, metricName, label, ...daily })
    return [
      new GraphWidget({
        title: 'Table: units a day',
        left: [
          table.metricConsumedReadCapacityUnits(daily),
          table.metricConsumedWriteCapacityUnits(daily),
        ],
        right: [
          new Metric({
            namespace: 'AWS/DynamoDB',
            metricName: 'ThrottledRequests',
            dimensionsMap: { TableName: table.tableName },
            period: PERIOD,
            statistic: 'Sum',
          }),
        ],
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Functions: seconds of 1 GB a day',
        left: [
          new MathExpression({
            // Each of them has 1 GB; durations are milliseconds.
            expression: 'SUM(METRICS()) / 1000',
            usingMetrics: durations,
            label: 'GB-seconds',
            period: daily.period,
          }),
        ],
        width: THIRD,
      }),
      new GraphWidget({
        title: 'Mails and logs a day',
        left: [used('AWS/SES', 'Send', 'mails')],
        right: [used('AWS/Logs', 'IncomingBytes', 'bytes of logs')],
        width: THIRD,
      }),
    ]
  }
}

const placeOf = ({ node }: Construct): number => BILLING.findIndex((name) => name === node.id)
