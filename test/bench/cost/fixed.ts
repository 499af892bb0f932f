import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { withApp } from '../../lib/portal.ts'
import { POLLS_A_MONTH } from './traffic.ts'

/** What is paid each month though nobody comes: counted in the templates of production. */
export interface Standing {
  /** Metrics that alarms look at: an alarm is paid by each of them. */
  readonly alarms: number
  readonly dashboards: number
  readonly keys: number
  readonly secrets: number
  readonly firewalls: number
  readonly firewallRules: number
  /** Calls of the schedules in a month: each calls a function. */
  readonly scheduleCalls: number
  /** Questions to queues that are empty, in a month. */
  readonly queueCalls: number
  /** How the user pool is paid. */
  readonly userPlan: 'LITE' | 'ESSENTIALS'
}

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
})
type Resource = z.infer<typeof resourceSchema>

const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) })

/** Each of these costs something for being there. */
const PAID = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::WAFv2::WebACL',
] as const

/** These are paid by use, by what they hold, or not at all. A metric of a filter is paid in hours in which it counts. */
const FREE =
  /^AWS::(ApiGatewayV2|CertificateManager|CloudFront|CodeDeploy|Cognito|DynamoDB::Table|IAM|Lambda::(Function|Version|Alias|Permission|EventInvokeConfig)|Logs|S3|SES|SNS|SQS|Backup)(::|$)/

const HOURS_A_MONTH = 730

const DAYS_A_MONTH = 30.4

/** How often a schedule fires in a month. */
export const firingsOf = (expression: string): number => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (unit === 'minute') return (HOURS_A_MONTH * 60) / Number(count)
  if (unit === 'hour') return HOURS_A_MONTH / Number(count)
  if (unit === 'day') return DAYS_A_MONTH / Number(count)
  const fields = /^cron\((\d+) (\d+) (\S+) \* (\S+) \*\)$/.exec(expression)
  if (fields === null) throw new Error(`Nobody knows how often ${expression} fires`)
  const [, , , day, weekday] = fields
  if (day !== '*' && day !== '?') return 1
  return weekday === '?' ? DAYS_A_MONTH : DAYS_A_MONTH / 7
}

const text = (resource: Resource, name: string): string =>
  z.string().parse(resource.Properties[name])

/** How many metrics an alarm looks at: one, or those of its expression. */
const metricsOf = ({ Properties }: Resource): number => {
  const schema = z.array(z.object({ MetricStat: z.unknown().optional() })).default([])
  const inExpression = schema.parse(Properties['Metrics'])
  return inExpression.filter(({ MetricStat }) => MetricStat !== undefined).length || 1
}

/** What some resources cost while nobody comes. */
export const standingOf = (resources: readonly Resource[]): Standing => {
  const unknown = resources.find(
    ({ Type }) => !FREE.test(Type) && !PAID.some((paid) => paid === Type),
  )
  if (unknown !== undefined) throw new Error(`Nobody knows what a ${unknown.Type} costs`)
  const all = (type: (typeof PAID)[number]): Resource[] =>
    resources.filter(({ Type }) => Type === type)
  const rules = all('AWS::WAFv2::WebACL').flatMap(({ Properties }) =>
    z.array(z.unknown()).parse(Properties['Rules'] ?? []),
  )
  // A stream is asked for nothing; a queue is asked all day.
  const queues = all('AWS::Lambda::EventSourceMapping').filter(
    ({ Properties }) => Properties['StartingPosition'] === undefined,
  )
  const [pool] = resources.filter(({ Type }) => Type === 'AWS::Cognito::UserPool')
  return {
    alarms: all('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    keys: all('AWS::KMS::Key').length,
    secrets: all('AWS::SecretsManager::Secret').length,
    firewalls: all('AWS::WAFv2::WebACL').length,
    firewallRules: rules.length,
    scheduleCalls: all('AWS::Scheduler::Schedule').reduce(
      (sum, schedule) => sum + firingsOf(text(schedule, 'ScheduleExpression')),
      0,
    ),
    queueCalls: queues.length * POLLS_A_MONTH,
    userPlan: z
      .enum(['LITE', 'ESSENTIALS'])
      .parse(pool?.Properties['UserPoolTier'] ?? 'ESSENTIALS'),
  }
}

/** The same of what production deploys, in all of its stacks and regions. */
export const standingOfProduction = (): Standing =>
  withApp({ stage: 'production' }, (app, outdir) => {
    app.synth()
    const files = readdirSync(outdir).filter((file) => file.endsWith('.template.json'))
    return standingOf(
      files.flatMap((file) => {
        const content: unknown = JSON.parse(readFileSync(join(outdir, file), 'utf8'))
        return Object.values(templateSchema.parse(content).Resources)
      }),
    )
  })
