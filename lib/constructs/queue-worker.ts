import { Duration } from 'aws-cdk-lib'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { ImpactAlarm } from './alarm.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'

/** What is special about a function that works off a queue. */
export interface QueueWorkerProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  /** Messages for one call, 1 to 10. */
  readonly batchSize: number
  /** Calls at one time, 2 or more: the queue must not take the capacity of those who wait. */
  readonly maxConcurrency: number
}

const TIMEOUT = Duration.minutes(1)

/** How long a message may wait before somebody is told. */
const LATE = Duration.hours(1)

/**
 * A function with the queue from which it is fed. A message that fails comes back alone; after five
 * tries it waits for a person.
 */
export class QueueWorker<Name extends FunctionName> extends AppFunction<Name> {
  readonly queue: Queue

  constructor(scope: Construct, name: Name, props: QueueWorkerProps<Name>) {
    super(scope, name, props, TIMEOUT)
    const { alarms } = props.deployment
    const { batchSize, impact, maxConcurrency } = props
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS asks for six times the function's time, so that no message comes back while it is
      // worked on or while its call is being tried again.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: {
        queue: new DeadLetterQueue(this, 'DeadLetters', { impact, alarms }),
        maxReceiveCount: 5,
      },
    })
    this.handler.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    )
    new ImpactAlarm(this, 'Late', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: LATE.toSeconds(),
      impact,
      symptom: `${name} has left a message waiting for ${LATE.toHumanString()}`,
      alarms,
    })
  }
}
