import { Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { NOT_OPENED, TO_REVIEW, UNREACHABLE } from '../../shared/payments/names.ts'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { keepItems, queryIndex } from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import { ImpactAlarm } from './alarm.ts'
import type { AppFunction, Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

/** What a function logs that somebody is told of. */
interface Watched {
  readonly id: string
  readonly message: string
  /** Who suffers, and how. */
  readonly impact: string
  readonly symptom: string
}

const SYMPTOMS = {
  review: 'PayFiP told of a payment what nobody expects: the list of reviews says what',
  silence: 'PayFiP does not answer, or not as PayFiP: the log says how',
  refusal: 'PayFiP refuses what the portal asks: the log has its code',
} as const

const SEEN_BY_CALLS: readonly Watched[] = [
  {
    id: 'ToReview',
    message: TO_REVIEW,
    impact: 'A family has perhaps paid, and its invoice stays open until an accountant decides.',
    symptom: SYMPTOMS.review,
  },
  {
    id: 'Unreachable',
    message: UNREACHABLE,
    impact: 'Families cannot pay online just now.',
    symptom: SYMPTOMS.silence,
  },
  {
    id: 'NotOpened',
    message: NOT_OPENED,
    impact: 'Families cannot pay online until the town and PayFiP agree again.',
    symptom: SYMPTOMS.refusal,
  },
]

const SEEN_BY_SCHEDULE: readonly Watched[] = [
  {
    id: 'ToReview',
    message: TO_REVIEW,
    impact: 'What a family has paid is not sure, and its invoice waits for an accountant.',
    symptom: SYMPTOMS.review,
  },
  {
    id: 'Unreachable',
    message: UNREACHABLE,
    impact: 'What families have paid online is noted late, and their invoices stay open.',
    symptom: SYMPTOMS.silence,
  },
]

const watch = (
  seen: AppFunction<FunctionName>,
  watched: readonly Watched[],
  { alarms }: Deployment,
): void => {
  for (const { id, message, impact, symptom } of watched) {
    const metric = seen.logged(message)
    new ImpactAlarm(seen, id, { metric, threshold: 1, impact, symptom, alarms })
  }
}

/**
 * Paying by PayFiP: what families and PayFiP call, and what asks PayFiP how payments ended.
 *
 * @returns what answers the routes.
 */
export const onlinePayments = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
): LambdaFunction => {
  const { payfip, portalUrl } = deployment.stage
  const environment = {
    TABLE_NAME: table.tableName,
    PAYFIP_URL: payfip.url,
    PAYFIP_TESTS: payfip.tests,
  }
  const permissions = [...keepItems(table), queryIndex(table)]
  const payments = new HttpFunction(scope, 'payments', {
    deployment,
    environment: { ...environment, API_URL: payfip.apiUrl, PORTAL_URL: portalUrl },
    permissions,
    // PayFiP may take 15 s.
    timeout: Duration.seconds(25),
    impact: 'Families cannot pay their invoices online, nor see what became of a payment.',
  })
  const reconcile = new ScheduledJob(scope, 'reconcile-payments', {
    deployment,
    schedule: payfip.schedule,
    timeZone: TIME_ZONE,
    environment,
    permissions,
    impact: 'Invoices that families have paid online stay open, and families may pay twice.',
  })
  watch(payments, SEEN_BY_CALLS, deployment)
  watch(reconcile, SEEN_BY_SCHEDULE, deployment)
  return payments.handler
}
