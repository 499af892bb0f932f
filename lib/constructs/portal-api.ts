import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { routeKey, type Route } from '../../shared/platform/route.ts'
import { throttleOf } from '../open-routes.ts'
import type { Stage } from '../stages.ts'
import { ImpactAlarm } from './alarm.ts'
import type { Deployment } from './app-function.ts'
import { liveOf } from './http-function.ts'

/** The functions that answer requests, by the name that the routes give them. */
export type Answering = Partial<Readonly<Record<FunctionName, LambdaFunction>>>

/** The routes, who answers them and who is let in. */
export interface PortalApiProps {
  readonly deployment: Deployment
  readonly routes: readonly Route[]
  readonly functions: Answering
  /** Answers what no route knows. */
  readonly fallback: LambdaFunction
  /** Asked on every route that is not public. */
  readonly authorizer: IHttpRouteAuthorizer
  /** Who suffers if it fails, and how: the text of its alarm. */
  readonly impact: string
}

/** The HTTP API: a route for each of the table, an integration for each function. */
export class PortalApi extends Construct {
  readonly url: string
  /** Where CloudFront finds it. */
  readonly host: string
  readonly api: HttpApi
  private readonly integrations = new Map<LambdaFunction, HttpLambdaIntegration>()

  constructor(scope: Construct, id: string, props: PortalApiProps) {
    super(scope, id)
    const { stage, alarms } = props.deployment
    this.api = new HttpApi(this, 'Api', {
      apiName: `ribambelle-${stage.name}`,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...stage.allowedOrigins],
        allowMethods: [...new Set(props.routes.map((route) => CorsHttpMethod[route.method]))],
        allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
        exposeHeaders: ['etag', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    })
    for (const route of props.routes) {
      const handler = props.functions[route.function]
      if (handler === undefined) throw new Error(`${routeKey(route)}: nothing answers it`)
      this.addRoute(
        HttpRouteKey.with(route.path, HttpMethod[route.method]),
        handler,
        route.access === 'public' ? `${routeKey(route)} is for everybody.` : props.authorizer,
      )
    }
    this.addRoute(
      HttpRouteKey.DEFAULT,
      props.fallback,
      'An unknown path tells nothing: it is answered by a 404.',
    )
    // API Gateway calls the default route without the method and the path that every other has.
    liveOf(props.fallback).addPermission('UnknownPaths', {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    })
    const opened = this.openStage(stage)
    this.url = opened.url
    this.host = `${this.api.apiId}.execute-api.${stage.region}.amazonaws.com`
    this.throttleOpenRoutes(opened, props.routes, stage)
    new ImpactAlarm(this, 'ServerErrors', {
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      impact: props.impact,
      symptom: 'the API answered with a server error',
      alarms,
    })
    new ImpactAlarm(this, 'Throttles', {
      // Of all functions of the account and region: an alarm is paid by the metrics that it looks at, and
      // what one function is refused, the others are refused as well.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      impact: 'Families and staff may be turned away, whatever page they ask for.',
      symptom: 'more calls of functions at once than the account allows',
      alarms,
    })
  }

  /** @param guard what asks for a token, or the reason why nothing does. */
  private addRoute(
    key: HttpRouteKey,
    handler: LambdaFunction,
    guard: IHttpRouteAuthorizer | string,
  ): void {
    const route = new HttpRoute(this, key.key, {
      httpApi: this.api,
      routeKey: key,
      integration: this.integrationOf(handler),
      authorizer: typeof guard === 'string' ? new HttpNoneAuthorizer() : guard,
    })
    if (typeof guard === 'string') {
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: guard })
    }
  }

  private integrationOf(handler: LambdaFunction): HttpLambdaIntegration {
    const known = this.integrations.get(handler)
    if (known !== undefined) return known
    const integration = new HttpLambdaIntegration(handler.node.path, liveOf(handler), {
      // One permission for all routes of the function: its policy is limited to 20 KB.
      scopePermissionToRoute: false,
    })
    this.integrations.set(handler, integration)
    return integration
  }

  /** Holds back whom no token holds back, where a call is dear or takes a secret. */
  private throttleOpenRoutes(opened: HttpStage, routes: readonly Route[], stage: Stage): void {
    const limits = new Map(
      routes.flatMap((route) => {
        const throttle = throttleOf(route, stage)
        return throttle === undefined ? [] : [[routeKey(route), throttle] as const]
      }),
    )
    const { defaultChild } = opened.node
    if (!(defaultChild instanceof CfnStage)) throw new Error('The stage is no stage')
    defaultChild.routeSettings = Object.fromEntries(
      [...limits].map(([key, { rate, burst }]) => [
        key,
        { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
      ]),
    )
    // API Gateway takes settings only for routes that there are.
    for (const key of limits.keys()) opened.node.addDependency(this.node.findChild(key))
  }

  private openStage(stage: Stage): HttpStage {
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        // No address, no browser, no account and no path: none of them is needed to run the portal,
        // and each says something about a family.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: AccessLogField.contextRequestId(),
            time: AccessLogField.contextRequestTime(),
            route: AccessLogField.contextRouteKey(),
            status: AccessLogField.contextStatus(),
            milliseconds: AccessLogField.contextResponseLatency(),
            functionMilliseconds: AccessLogField.contextIntegrationLatency(),
            error: AccessLogField.contextErrorMessage(),
            functionError: AccessLogField.contextIntegrationErrorMessage(),
          }),
        ),
      },
    })
  }
}
