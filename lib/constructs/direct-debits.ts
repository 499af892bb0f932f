import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { UNSENT } from '../../shared/debits/names.ts'
import {
  deleteItems,
  getItems,
  putAndUpdateItems,
  queryIndex,
  queryTable,
  sealTexts,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import { ImpactAlarm } from './alarm.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

/**
 * Debits of accounts: mandates, runs and files on the word of families and accountants; announcing and
 * collecting by the clock. These two alone can open bank accounts.
 *
 * @returns what answers the routes.
 */
export const directDebits = (
  scope: Construct,
  deployment: Deployment,
  { table, accountKey }: Pick<StatefulStack, 'table' | 'accountKey'>,
): LambdaFunction => {
  const environment = { TABLE_NAME: table.tableName, ACCOUNT_KEY_ARN: accountKey.keyArn }
  const permissions = [
    getItems(table),
    queryTable(table),
    queryIndex(table),
    putAndUpdateItems(table),
    sealTexts(accountKey),
  ]
  const debits = new HttpFunction(scope, 'debits', {
    deployment,
    environment,
    permissions,
    impact: 'Families cannot sign or revoke mandates, nor staff make the file for the bank.',
  })
  const collect = new ScheduledJob(scope, 'collect-debits', {
    deployment,
    schedule: deployment.stage.debitSchedule,
    timeZone: TIME_ZONE,
    environment,
    // A payment whose month was closed meanwhile moves to another day: it lies elsewhere then.
    permissions: [...permissions, deleteItems(table)],
    impact:
      'Families are not told in time of what will be debited, so that it cannot be, and the town waits for its money.',
  })
  new ImpactAlarm(collect, 'Unsent', {
    metric: collect.logged(UNSENT),
    threshold: 1,
    impact: 'What families were told will not be debited: the file is not made, the day is near.',
    symptom:
      'the daily job names the régie and the day in its log; the accountant makes the file and gives it to the bank',
    alarms: deployment.alarms,
  })
  return debits.handler
}
