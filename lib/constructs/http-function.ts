import { Duration } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { ImpactAlarm } from './alarm.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'

/** What is special about a function that answers the requests of the API. */
interface HttpFunctionProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  /** After which a call is stopped: 15 s, unless it waits for somebody who may take as long. */
  readonly timeout?: Duration
}

/** A function that answers the requests of the API. */
export class HttpFunction<Name extends FunctionName> extends AppFunction<Name> {
  constructor(scope: Construct, name: Name, props: HttpFunctionProps<Name>) {
    // Well below the 30 s of API Gateway, so that the answer is the function's and not the gateway's.
    super(scope, name, props, props.timeout ?? Duration.seconds(15))
    // Only here: events wait and are tried again, a person is turned away.
    new ImpactAlarm(this, 'Throttles', {
      metric: this.handler.metricThrottles({ period: Duration.minutes(5) }),
      threshold: 1,
      impact: props.impact,
      symptom: `more calls of ${name} at once than the account allows`,
      alarms: props.deployment.alarms,
    })
  }
}
