import { Duration, Tags, Validations } from 'aws-cdk-lib'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { DEAD_LETTERS_TAG } from '../operate/names.ts'
import { ImpactAlarm } from './alarm.ts'

/** For whom the work in it was meant. */
export interface DeadLetterQueueProps {
  /** Who suffers while it is not done: the text of the alarm. */
  readonly impact: string
  readonly alarms: ITopic
}

/**
 * Keeps for two weeks, and tells at once, what was tried in vain and waits for a person. Its tag, by which
 * `npm run dead-letters` finds it, names the function whose construct it belongs to.
 */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    Tags.of(this).add(DEAD_LETTERS_TAG, scope.node.id)
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where a failed call ends; cdk-nag knows those of other queues only.',
    })
    new ImpactAlarm(this, 'NotEmpty', {
      metric: this.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 1,
      impact: props.impact,
      symptom: 'work was tried several times, failed and waits in the dead-letter queue',
      alarms: props.alarms,
    })
  }
}
