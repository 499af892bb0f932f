import { Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { ENTITY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import { readStream, sendMessages } from '../permissions.ts'
import { ImpactAlarm } from './alarm.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'

/** What is special about a function that follows the table. */
export interface StreamConsumerProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  readonly table: Table
  /** The kinds of items whose new and changed versions it is shown. */
  readonly entities: readonly [string, ...string[]]
  /** The kinds of items whose deletions it is shown as well. */
  readonly deletions?: readonly [string, ...string[]]
}

/** The records whose image, as it is now or as it was, is of one of some kinds. */
const imagesOf = (
  image: 'NewImage' | 'OldImage',
  entities: readonly string[],
): Record<string, unknown> => ({
  [image]: { [ENTITY_ATTRIBUTE]: { S: FilterRule.or(...entities) } },
})

/** How long a change may wait before somebody is told. */
const LATE = Duration.minutes(15)

/**
 * A function that is shown the new and changed items of the table in their order. A batch that
 * fails is split until the bad record is alone; after its tries the place of that one is put aside,
 * and the others go on.
 */
export class StreamConsumer<Name extends FunctionName> extends AppFunction<Name> {
  constructor(scope: Construct, name: Name, props: StreamConsumerProps<Name>) {
    super(scope, name, props, Duration.minutes(1))
    const { alarms } = props.deployment
    const { deletions, entities, impact, table } = props
    const streamArn = table.tableStreamArn
    if (streamArn === undefined) throw new Error(`${name} needs a table with a stream`)

    const putAside = new DeadLetterQueue(this, 'PutAside', { impact, alarms })
    this.allow(readStream(streamArn), sendMessages(putAside))
    new EventSourceMapping(this, 'Stream', {
      target: this.handler,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 25,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Hours, not minutes: a mail service that is down for a while must not cost a mail.
      retryAttempts: 100,
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: putAside.queueArn }) },
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.or('INSERT', 'MODIFY'),
          dynamodb: imagesOf('NewImage', entities),
        }),
        ...(deletions === undefined
          ? []
          : [
              FilterCriteria.filter({
                eventName: FilterRule.or('REMOVE'),
                dynamodb: imagesOf('OldImage', deletions),
              }),
            ]),
      ],
    })
    new ImpactAlarm(this, 'Late', {
      metric: this.handler.metric('IteratorAge', {
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: LATE.toMilliseconds(),
      impact,
      symptom: `${name} is ${LATE.toHumanString()} behind the table`,
      alarms,
    })
  }
}
