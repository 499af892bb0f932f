import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { getItems, putAndUpdateItems, queryIndex, queryTable } from '../permissions.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'

/** The function of the accountant's books: deposits, refunds, journal, cash-up, closings. */
export const cashDesk = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
): LambdaFunction => {
  const desk = new HttpFunction(scope, 'cash-desk', {
    deployment,
    environment: { TABLE_NAME: table.tableName },
    permissions: [getItems(table), queryTable(table), queryIndex(table), putAndUpdateItems(table)],
    impact:
      'Staff who keep the accounts cannot hand in payments, give credits back, read the journal or close a month.',
  })
  return desk.handler
}
