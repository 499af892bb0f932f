import { join } from 'node:path'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { Environment, FunctionName } from '../../shared/platform/functions.ts'
import type { Stage } from '../stages.ts'
import { ImpactAlarm } from './alarm.ts'

/** Where what functions log is counted. */
export const METRICS = 'Ribambelle'

/** What all functions of a deployment have in common. */
export interface Deployment {
  readonly stage: Stage
  /** The folder with a bundle per function. */
  readonly bundles: string
  readonly alarms: ITopic
}

/** What is special about one function. */
export interface AppFunctionProps<Name extends FunctionName> {
  readonly deployment: Deployment
  /** Exactly the variables that the function checks when it starts. */
  readonly environment: Environment<Name>
  /** All that it may do, beside writing its own logs. */
  readonly permissions: readonly PolicyStatement[]
  /** Who suffers if it fails, and how: the text of its alarms. */
  readonly impact: string
}

/**
 * A function of `functions/` as it is deployed: on its own role and log group, with an alarm for its
 * errors. The constructs of each kind of function add what calls it.
 *
 * There is no X-Ray tracing: its permission has no narrower resource than everything, and a call
 * passes through one function only, which its logs follow by the request's id.
 */
export abstract class AppFunction<Name extends FunctionName> extends Construct {
  readonly handler: LambdaFunction
  /** Goes off when a call has failed. */
  protected readonly errors: ImpactAlarm
  private readonly role: Role
  private readonly logGroup: LogGroup

  /** @param timeout after which a call is stopped; each kind of function knows what may wait for it. */
  constructor(scope: Construct, name: Name, props: AppFunctionProps<Name>, timeout: Duration) {
    super(scope, name)
    const { stage, bundles, alarms } = props.deployment
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.allow(writeLogs(this.logGroup), ...props.permissions)
    this.handler = new LambdaFunction(this, 'Function', {
      // By which `npm run dead-letters` finds it.
      description: name,
      code: Code.fromAsset(join(bundles, name)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // The share of a processor grows with the memory, and a cold start waits for the processor.
      memorySize: 1024,
      role: this.role,
      timeout,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
    })
    this.errors = new ImpactAlarm(this, 'Errors', {
      metric: this.handler.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      impact: props.impact,
      symptom: `the function ${name} failed`,
      alarms,
    })
  }

  /**
   * How often it has logged a message, which `log` writes as it is.
   *
   * @param name of the metric, where several functions count the same.
   */
  logged(message: string, name = `${this.node.path} ${message}`.replaceAll('/', ' ')): IMetric {
    const filter = this.logGroup.addMetricFilter(`Logged ${message}`, {
      filterPattern: FilterPattern.stringValue('$.message.message', '=', message),
      metricNamespace: METRICS,
      metricName: name,
      metricValue: '1',
    })
    return filter.metric({ statistic: 'Sum', period: Duration.minutes(5) })
  }

  /** Lets the function do more; for what its kind needs. */
  protected allow(...statements: readonly PolicyStatement[]): void {
    for (const statement of statements) this.role.addToPolicy(statement)
  }
}

const writeLogs = (logGroup: LogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  })
