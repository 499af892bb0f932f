import { expect, test } from 'vitest'
import * as z from 'zod'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { RIGHTS } from '../support/rights.ts'
import { pointer, synthesize } from './portal.ts'

const { stateless, stateful, functions } = synthesize()

const listOf = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.array(schema), schema.transform((one) => [one])])
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: listOf(z.string()),
  Resource: listOf(z.unknown()),
})
const document = z.object({ Statement: z.array(statement) })
const policies = stateless.all(
  'AWS::IAM::Policy',
  z.object({ PolicyDocument: document, Roles: z.array(pointer) }),
)

/** A resource as a reader names it: `Table`, `Table/index/gsi1`, `Queue`. */
const nameOf = (resource: unknown): string => {
  const text = JSON.stringify(resource)
  const path = /"(\/index\/[^"]*)"/.exec(text)?.[1] ?? ''
  const files = /"(\/\w+\/\*)"/.exec(text)?.[1] ?? ''
  const known = [
    [/ImportValue.*Table[0-9A-F]+StreamArn/, 'Stream'],
    [/ImportValue.*Table[0-9A-F]+Arn/, `Table${path}`],
    [/ImportValue.*HealthKey[0-9A-F]+Arn/, 'HealthKey'],
    [/ImportValue.*TokenKey[0-9A-F]+Arn/, 'TokenKey'],
    [/ImportValue.*AccountKey[0-9A-F]+Arn/, 'AccountKey'],
    [/ImportValue.*Documents[0-9A-F]+Arn/, `Documents${files}`],
    [/ImportValue.*UserPool[0-9A-F]+Arn/, 'UserPool'],
    [/:identity\//, 'Identity'],
    [/:configuration-set\//, 'ConfigurationSet'],
    [/billfamiliesQueue/, 'BillingQueue'],
    [/billfamiliesDeadLetters/, 'BillingDeadLetters'],
    [/closedaysQueue/, 'ClosingQueue'],
    [/sendmailsPutAside/, 'MailsPutAside'],
    [/settleplacesPutAside/, 'PlacesPutAside'],
    [/followfilesPutAside/, 'FilesPutAside'],
    [/sweepplacesMissed/, 'MissedSweeps'],
    [/sweepplacesFunction/, 'SweepPlaces'],
    [/openbillingrunMissed/, 'MissedRuns'],
    [/checkbillingMissed/, 'MissedChecks'],
    [/refreshcalendarMissed/, 'MissedRefreshes'],
    [/refreshcalendarFunction/, 'RefreshCalendar'],
    [/issueinvoicesQueue/, 'IssueQueue'],
    [/mailinvoicesQueue/, 'MailQueue'],
    [/openbillingrunFunction/, 'OpenBillingRun'],
    [/remindfamiliesMissed/, 'MissedReminders'],
    [/mailnewsMissed/, 'MissedNews'],
    [/countgroupsMissed/, 'MissedCounts'],
    [/hearmailsMissed/, 'MissedReports'],
    [/reminddebtorsMissed/, 'MissedArrears'],
    [/reconcilepaymentsMissed/, 'MissedReconciliations'],
    [/reminddebtorsFunction/, 'RemindDebtors'],
    [/collectdebitsMissed/, 'MissedCollections'],
    [/collectdebitsFunction/, 'CollectDebits'],
    [/purgedataMissed/, 'MissedPurges'],
    [/purgedataFunction/, 'PurgeData'],
    [/remindfamiliesFunction/, 'RemindFamilies'],
  ] as const
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? text
}

const allowedTo = (role: string): string[] =>
  [...policies.values()]
    .filter(({ Roles }) => Roles.includes(role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} ${nameOf(resource)}`)),
    )
    .filter((right) => !right.startsWith('logs:'))
    .sort()

const roleOf = (name: FunctionName): string => {
  const lambdas = stateless.all('AWS::Lambda::Function', z.object({ Role: pointer }))
  const [id] = [...functions].find(([, found]) => found === name) ?? []
  return lambdas.get(id ?? '')?.Role ?? ''
}

test.for([...functions.values()])('%s may do this and no more', (name) => {
  expect(allowedTo(roleOf(name))).toEqual(RIGHTS[name])
})

test('each function may write its own logs only', () => {
  const lambda = z.object({
    Role: pointer,
    LoggingConfig: z.object({ LogGroup: pointer }),
  })
  const grants = [...policies.values()].flatMap(({ Roles, PolicyDocument }) =>
    PolicyDocument.Statement.filter(({ Action }) =>
      Action.some((action) => action.startsWith('logs:')),
    ).map(({ Action, Resource }) => ({ Roles, Action, Resource })),
  )
  const expected = [...stateless.all('AWS::Lambda::Function', lambda).values()].map((found) => ({
    Roles: [found.Role],
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: [{ 'Fn::GetAtt': [found.LoggingConfig.LogGroup, 'Arn'] }],
  }))
  expect(grants).toHaveLength(expected.length)
  expect(grants).toEqual(expect.arrayContaining(expected))
})

const schedules = [
  ...stateless
    .all('AWS::Scheduler::Schedule', z.object({ Target: z.object({ RoleArn: pointer }) }))
    .values(),
]

test('each schedule may call its job, in no other version, and put aside what it cannot', () => {
  const rights = schedules.map(({ Target }) => allowedTo(Target.RoleArn))
  expect(rights).toEqual(
    expect.arrayContaining([
      ['lambda:InvokeFunction OpenBillingRun', 'sqs:SendMessage MissedRuns'],
      ['lambda:InvokeFunction RemindFamilies', 'sqs:SendMessage MissedReminders'],
      ['lambda:InvokeFunction RemindDebtors', 'sqs:SendMessage MissedArrears'],
      ['lambda:InvokeFunction RefreshCalendar', 'sqs:SendMessage MissedRefreshes'],
      ['lambda:InvokeFunction PurgeData', 'sqs:SendMessage MissedPurges'],
      ['lambda:InvokeFunction CollectDebits', 'sqs:SendMessage MissedCollections'],
    ]),
  )
})

test('every role belongs to one function, to one schedule or to the deployments of one stack, and has rights', () => {
  const roles = [...stateless.all('AWS::IAM::Role', z.object({})).keys()]
  const rollouts = stateless.all('AWS::CodeDeploy::Application', z.object({})).size
  expect(rollouts).toBe(2)
  expect(roles).toHaveLength(functions.size + schedules.length + rollouts)
  expect(stateful.all('AWS::IAM::Role', z.object({})).size).toBe(0)
  for (const policy of policies.values()) expect(policy.Roles).toHaveLength(1)
})

test('nothing is allowed by a wildcard', () => {
  const resourcePolicies = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) => [
    ...stateless.all(type, z.object({ PolicyDocument: document })).values(),
  ])
  const statements = [...policies.values(), ...resourcePolicies]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow')
  expect(statements.length).toBeGreaterThan(functions.size)
  const wild = statements.filter(({ Action, Resource }) =>
    // All that lies in one folder of a bucket has no other name.
    JSON.stringify([Action, Resource])
      .replaceAll(/"\/(?:incoming|posted|published|received)\/\*"/g, '')
      .includes('*'),
  )
  expect(wild).toEqual([])
})
