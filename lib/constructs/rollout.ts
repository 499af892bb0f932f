import { Duration, Stack } from 'aws-cdk-lib'
import { Metric, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Alias } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Stage } from '../stages.ts'
import { ImpactAlarm } from './alarm.ts'
import { METRICS, type Deployment } from './app-function.ts'

/** Named by its stack: what is made of it is told apart where stacks are looked at together. */
const idIn = (stack: Stack): string => `Rollout ${stack.node.id}`

const STEPS = {
  'all-at-once': LambdaDeploymentConfig.ALL_AT_ONCE,
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
} as const

/**
 * How the functions of a stack that answer people come to a new version: as the stage says, and back to
 * the one before when an alarm goes off meanwhile. That of the function counts calls that crashed; what
 * went wrong and was answered is counted for the whole stack.
 *
 * `all-at-once` looks at no alarm: it is also the way out when one is on already, which CodeDeploy takes for
 * a failure of whatever comes next.
 *
 * What works off events has none of this: an event that fails is tried again, also by the version that
 * comes after, and is put aside in the end, while a schedule that fires once a day shows nothing in five
 * minutes.
 */
export class Rollout extends Construct {
  /** Under which name each function counts the requests that it answered with an error of its own. */
  readonly failures: string
  private readonly application: LambdaApplication
  private readonly role: Role
  private readonly steps: Stage['rollout']
  private readonly failed: IAlarm

  private constructor(stack: Stack, { stage, alarms }: Deployment) {
    super(stack, idIn(stack))
    this.steps = stage.rollout
    this.failures = `${stack.stackName} request failed`
    this.application = new LambdaApplication(this, 'Application')
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
    })
    this.failed = new ImpactAlarm(this, 'Failed', {
      metric: new Metric({
        namespace: METRICS,
        metricName: this.failures,
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      impact: 'Families and staff see an error instead of an answer.',
      symptom: `a function of ${stack.stackName} answered with an error of its own; a new version of it is taken back`,
      alarms,
    })
  }

  /** The one of the stack of a function. */
  static of(scope: Construct, deployment: Deployment): Rollout {
    const stack = Stack.of(scope)
    const known = stack.node.tryFindChild(idIn(stack))
    return known instanceof Rollout ? known : new Rollout(stack, deployment)
  }

  /** Lets a function go over to each new version step by step, and back on an alarm. */
  add(live: Alias, crashed: IAlarm): void {
    const alarms = [crashed, this.failed]
    new LambdaDeploymentGroup(live, 'Rollout', {
      application: this.application,
      // Its own rights below, in the place of a policy of AWS that names no resource.
      role: this.role.withoutPolicyUpdates(),
      alias: live,
      deploymentConfig: STEPS[this.steps],
      ...(this.steps === 'canary' ? { alarms } : {}),
    })
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias'],
        resources: [live.lambda.functionArn, live.functionArn],
      }),
    )
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms'],
        resources: alarms.map(({ alarmArn }) => alarmArn),
      }),
    )
  }
}
