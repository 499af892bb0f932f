import { Duration } from 'aws-cdk-lib'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { sendMessages } from '../permissions.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'

/** What is special about a function that a topic calls. */
export interface TopicConsumerProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  readonly topic: ITopic
}

/**
 * A function that a topic calls for each of its messages. One that cannot be delivered to it, and one
 * that fails three times, waits in the same queue for a person.
 */
export class TopicConsumer<Name extends FunctionName> extends AppFunction<Name> {
  constructor(scope: Construct, name: Name, props: TopicConsumerProps<Name>) {
    super(scope, name, props, Duration.seconds(30))
    const { deployment, impact, topic } = props
    const missed = new DeadLetterQueue(this, 'Missed', { impact, alarms: deployment.alarms })
    // The topic hands the call over and is done: what fails after that, Lambda tries again.
    this.allow(sendMessages(missed))
    this.handler.configureAsyncInvoke({
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: missed.queueArn }) },
    })
    topic.addSubscription(new LambdaSubscription(this.handler, { deadLetterQueue: missed }))
  }
}
