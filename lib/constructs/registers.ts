import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { deleteItems, getItems, putItems, queryIndex, queryTable } from '../permissions.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'

/** Who comes on which day: for staff and kitchens, and in the calendars of parents. */
export const registers = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
): Readonly<Record<'calendars' | 'registers' | 'print-sheets', LambdaFunction>> => {
  const environment = { TABLE_NAME: table.tableName }
  const calendars = new HttpFunction(scope, 'calendars', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table)],
    impact: 'The calendars of parents show what was booked before, and no later change.',
  })
  const sheets = new HttpFunction(scope, 'registers', {
    deployment,
    environment,
    permissions: [
      getItems(table),
      queryTable(table),
      queryIndex(table),
      putItems(table),
      deleteItems(table),
    ],
    impact: 'Staff and kitchens cannot see who comes today, nor note who is there.',
  })
  const printSheets = new HttpFunction(scope, 'print-sheets', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table), queryIndex(table)],
    impact: 'Staff and kitchens cannot print who comes today; they can still read it on a screen.',
  })
  return {
    calendars: calendars.handler,
    registers: sheets.handler,
    'print-sheets': printSheets.handler,
  }
}
