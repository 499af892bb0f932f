import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { getItems, putItems, queryIndex, queryTable } from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

/**
 * What is done about invoices that nobody pays: lists, payment plans and the Treasury on the word of an
 * accountant, reminders by the clock.
 *
 * @returns what answers its routes.
 */
export const pursueArrears = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
): LambdaFunction => {
  const environment = { TABLE_NAME: table.tableName }
  const permissions = [getItems(table), queryTable(table), queryIndex(table), putItems(table)]
  new ScheduledJob(scope, 'remind-debtors', {
    deployment,
    schedule: deployment.stage.arrearsSchedule,
    timeZone: TIME_ZONE,
    environment,
    permissions,
    impact: 'Families are not reminded of unpaid invoices, and find themselves pursued for them.',
  })
  const arrears = new HttpFunction(scope, 'arrears', {
    deployment,
    environment,
    permissions,
    impact:
      'Families do not see what is overdue, and staff can neither agree payment plans nor hand over debts.',
  })
  return arrears.handler
}
