import { expect, test } from 'vitest'
import * as z from 'zod'
import { REQUEST_FAILED } from '../../shared/platform/http-edge.ts'
import { pointer, synthesize } from './portal.ts'

const { stateless, functions, live } = synthesize('production')

const groups = stateless.all(
  'AWS::CodeDeploy::DeploymentGroup',
  z.object({
    ApplicationName: pointer,
    DeploymentConfigName: z.string(),
    AutoRollbackConfiguration: z.object({ Enabled: z.boolean(), Events: z.array(z.string()) }),
    AlarmConfiguration: z.object({
      Enabled: z.boolean(),
      Alarms: z.array(z.object({ Name: pointer })),
    }),
    ServiceRoleArn: pointer,
  }),
)
const alarms = stateless.all(
  'AWS::CloudWatch::Alarm',
  z.object({
    MetricName: z.string(),
    Namespace: z.string(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  }),
)
const updateSchema = z.object({
  CodeDeployLambdaAliasUpdate: z.object({ ApplicationName: pointer, DeploymentGroupName: pointer }),
})

/** The group that moves an alias to another version. */
const groupOf = (alias: string) => {
  const { UpdatePolicy } = stateless.resources[alias] ?? {}
  const { DeploymentGroupName } = updateSchema.parse(UpdatePolicy).CodeDeployLambdaAliasUpdate
  return groups.get(DeploymentGroupName)
}

test('every function that answers people has one live version, and no other function has', () => {
  const answering = stateless.all(
    'AWS::ApiGatewayV2::Integration',
    z.object({ IntegrationUri: pointer }),
  )
  const reached = [...answering.values()].map(({ IntegrationUri }) => live.get(IntegrationUri))
  expect(reached.toSorted()).toEqual([...live.values()].toSorted())
  expect(groups.size).toBe(live.size)
})

test.for([...live])(
  '%s (%s) goes over by a tenth of the calls, and back on an alarm',
  ([alias, name]) => {
    const group = groupOf(alias)
    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AutoRollbackConfiguration: { Enabled: true },
      AlarmConfiguration: { Enabled: true },
    })
    expect(group?.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM')
    const watched = group?.AlarmConfiguration.Alarms.map(({ Name }) => alarms.get(Name)) ?? []
    expect(watched.map((alarm) => alarm?.Namespace)).toEqual(['AWS/Lambda', 'Ribambelle'])
    const [crashed] = watched
    expect(crashed?.MetricName).toBe('Errors')
    const dimension = crashed?.Dimensions.find(({ Name }) => Name === 'FunctionName')
    expect(functions.get(pointer.parse(dimension?.Value))).toBe(name)
  },
)

test('an answered error takes a new version back too: each of them is counted from the logs', () => {
  const filters = [
    ...stateless
      .all(
        'AWS::Logs::MetricFilter',
        z.object({
          FilterPattern: z.string(),
          LogGroupName: pointer,
          MetricTransformations: z.array(z.looseObject({ MetricName: z.string() })),
        }),
      )
      .values(),
  ].filter(({ FilterPattern }) => FilterPattern === `{ $.message.message = "${REQUEST_FAILED}" }`)
  const lambdas = stateless.all(
    'AWS::Lambda::Function',
    z.object({ LoggingConfig: z.object({ LogGroup: pointer }) }),
  )
  const groupsOfLogs = new Map(filters.map((filter) => [filter.LogGroupName, filter]))
  for (const [alias, name] of live) {
    const [id = ''] = [...functions].find(([, each]) => each === name) ?? []
    const filter = groupsOfLogs.get(lambdas.get(id)?.LoggingConfig.LogGroup ?? '')
    const counted = groupOf(alias)?.AlarmConfiguration.Alarms.map(({ Name }) => alarms.get(Name))
    expect(counted?.map((alarm) => alarm?.MetricName)).toContain(
      filter?.MetricTransformations[0]?.MetricName,
    )
  }
})

test('who deploys may move the live versions and look at these alarms, and no more', () => {
  const policies = stateless.all(
    'AWS::IAM::Policy',
    z.object({
      Roles: z.array(pointer),
      PolicyDocument: z.object({
        Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]) })),
      }),
    }),
  )
  const roles = new Set([...groups.values()].map(({ ServiceRoleArn }) => ServiceRoleArn))
  const actions = [...policies.values()]
    .filter(({ Roles }) => Roles.some((role) => roles.has(role)))
    .map(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action).sort())
  expect(actions).toHaveLength(2)
  for (const each of actions) {
    expect(each).toEqual(['cloudwatch:DescribeAlarms', 'lambda:GetAlias', 'lambda:UpdateAlias'])
  }
})

test('all at once, no alarm is looked at: it is the way out when one is on already', () => {
  const atOnce = synthesize('demo').stateless.all(
    'AWS::CodeDeploy::DeploymentGroup',
    z.object({ DeploymentConfigName: z.string(), AlarmConfiguration: z.unknown().optional() }),
  )
  expect(atOnce.size).toBe(groups.size)
  for (const { DeploymentConfigName, AlarmConfiguration } of atOnce.values()) {
    expect(DeploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce')
    expect(AlarmConfiguration).toBeUndefined()
  }
})
