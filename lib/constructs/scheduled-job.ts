import { Duration, TimeZone } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { invoke, sendMessages } from '../permissions.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'
import { DeadLetterQueue } from './dead-letter-queue.ts'

/** What is special about a function that the clock calls. */
export interface ScheduledJobProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  /** `cron(…)` as EventBridge Scheduler writes it. */
  readonly schedule: string
  /** In whose time: the name of a zone, so that summer time moves nothing. */
  readonly timeZone: string
}

/** How long a firing stays worth another try. */
const MAX_AGE = Duration.hours(6)

/**
 * A function that the clock calls. It is told the time for which it was called, so that a late try
 * does the work of its own day.
 */
export class ScheduledJob<Name extends FunctionName> extends AppFunction<Name> {
  constructor(scope: Construct, name: Name, props: ScheduledJobProps<Name>) {
    super(scope, name, props, Duration.minutes(5))
    const { alarms } = props.deployment
    const missed = new DeadLetterQueue(this, 'Missed', { impact: props.impact, alarms })

    // The scheduler hands the call over and is done: what fails after that, Lambda tries again.
    this.allow(sendMessages(missed))
    this.handler.configureAsyncInvoke({
      maxEventAge: MAX_AGE,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: missed.queueArn }) },
    })

    const role = new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
    })
    role.addToPolicy(invoke(this.handler))
    role.addToPolicy(sendMessages(missed))
    const schedule = new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.expression(props.schedule, TimeZone.of(props.timeZone)),
      timeWindow: TimeWindow.off(),
      target: {
        bind: () => ({
          arn: this.handler.functionArn,
          role,
          input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
          deadLetterConfig: { arn: missed.queueArn },
          retryPolicy: {
            maximumEventAgeInSeconds: MAX_AGE.toSeconds(),
            maximumRetryAttempts: 20,
          },
        }),
      },
    })
    // Without its rights the role would let the first firing fail.
    schedule.node.addDependency(role)
  }
}
