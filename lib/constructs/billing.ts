import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { UNBILLED, WITHHELD } from '../../shared/billing/names.ts'
import { TOKEN_ENDS } from '../../shared/quotients/names.ts'
import {
  deleteItems,
  getItems,
  keepItems,
  openTexts,
  putItems,
  queryIndex,
  queryTable,
  sendMessages,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import { ImpactAlarm } from './alarm.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import type { MailSender } from './mail-sender.ts'
import { QueueWorker } from './queue-worker.ts'
import { ScheduledJob } from './scheduled-job.ts'

/** Where the work of the monthly run goes. */
interface BillingQueues {
  readonly computing: IQueue
  readonly issuing: IQueue
}

/** What families owe: prices, the monthly run, its documents and the ledger. */
export const billing = (
  scope: Construct,
  deployment: Deployment,
  { table, healthKey }: StatefulStack,
  mails: MailSender,
): Readonly<Record<'ledger' | 'accounting' | 'print-documents', LambdaFunction>> => {
  const environment = { TABLE_NAME: table.tableName }
  const queues = billMonths(scope, deployment, table, mails)
  const ledger = new HttpFunction(scope, 'ledger', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table)],
    impact: 'Parents cannot see what they have to pay, nor what a service would cost them.',
  })
  const accounting = new HttpFunction(scope, 'accounting', {
    deployment,
    environment: {
      ...environment,
      BILLING_QUEUE_URL: queues.computing.queueUrl,
      ISSUE_QUEUE_URL: queues.issuing.queueUrl,
    },
    permissions: [
      ...keepItems(table),
      queryIndex(table),
      sendMessages(queues.computing),
      sendMessages(queues.issuing),
    ],
    impact: 'Accountants can neither bill a month nor note the payments and means of families.',
  })
  const printDocuments = new HttpFunction(scope, 'print-documents', {
    deployment,
    environment: { ...environment, HEALTH_KEY_ARN: healthKey.keyArn },
    permissions: [
      getItems(table),
      queryTable(table),
      queryIndex(table),
      // That a parent has had a health record printed.
      putItems(table),
      openTexts(healthKey),
    ],
    impact: 'Families and staff cannot download invoices, statements and price lists to print.',
  })
  return {
    ledger: ledger.handler,
    accounting: accounting.handler,
    'print-documents': printDocuments.handler,
  }
}

/** The monthly run, from the schedule that opens it to the mails that tell of it. */
const billMonths = (
  scope: Construct,
  deployment: Deployment,
  table: Table,
  mails: MailSender,
): BillingQueues => {
  const environment = { TABLE_NAME: table.tableName }
  const mailing = new QueueWorker(scope, 'mail-invoices', {
    deployment,
    batchSize: 1,
    // A mail service takes only so many a second.
    maxConcurrency: 2,
    environment: { ...environment, ...mails.environment(deployment.stage) },
    permissions: [
      getItems(table),
      queryTable(table),
      putItems(table),
      deleteItems(table),
      mails.permission(),
    ],
    impact: 'Families get no e-mail that their invoice is there, and pay late.',
  })
  const issuing = new QueueWorker(scope, 'issue-invoices', {
    deployment,
    // The pages of a run share one series of numbers: more hands would wait for it.
    batchSize: 1,
    maxConcurrency: 2,
    environment: { ...environment, MAIL_QUEUE_URL: mailing.queue.queueUrl },
    permissions: [...keepItems(table), sendMessages(mailing.queue)],
    impact: 'Families get no invoice for last month, and the town no money for it.',
  })
  const computing = new QueueWorker(scope, 'bill-families', {
    deployment,
    batchSize: 1,
    maxConcurrency: 5,
    environment: { ...environment, ISSUE_QUEUE_URL: issuing.queue.queueUrl },
    permissions: [
      getItems(table),
      queryTable(table),
      putItems(table),
      deleteItems(table),
      sendMessages(issuing.queue),
    ],
    impact: 'Last month is not computed: no family gets an invoice.',
  })
  const opening = {
    timeZone: TIME_ZONE,
    environment: { ...environment, BILLING_QUEUE_URL: computing.queue.queueUrl },
    permissions: [
      getItems(table),
      queryTable(table),
      queryIndex(table),
      putItems(table),
      sendMessages(computing.queue),
    ],
  }
  new ScheduledJob(scope, 'open-billing-run', {
    ...{ deployment, schedule: deployment.stage.billingSchedule, ...opening },
    impact: 'The billing of the month has not begun: no family gets an invoice.',
  })
  const check = new ScheduledJob(scope, 'check-billing', {
    ...{ deployment, schedule: deployment.stage.billingCheckSchedule, ...opening },
    impact: 'Nobody is told if a month is forgotten, and the town gets no money for it.',
  })
  new ImpactAlarm(check, 'Unbilled', {
    metric: check.logged(UNBILLED),
    threshold: 1,
    impact: 'A month is not billed that should be: families get no invoice, the town no money.',
    symptom: 'the daily check names the régie and the month in its log',
    alarms: deployment.alarms,
  })
  new ImpactAlarm(check, 'Withheld', {
    metric: check.logged(WITHHELD),
    threshold: 1,
    impact:
      'Last month is issued without some families: they get no invoice until it is run again.',
    symptom:
      'the daily check names the régie, the month and the families in its log, each morning while they are withheld',
    alarms: deployment.alarms,
  })
  // Of the quotients, but a function of their own that runs once a day would be paid for this alone.
  new ImpactAlarm(check, 'TokenEnds', {
    metric: check.logged(TOKEN_ENDS),
    threshold: 1,
    impact: 'Soon no quotient comes from the funds; families will have to bring a proof on paper.',
    symptom:
      'the town’s token of API Particulier ends within 30 days, or ended as many ago: the daily check names the day in its log, each morning until a new one is kept',
    alarms: deployment.alarms,
  })
  return { computing: computing.queue, issuing: issuing.queue }
}
