import { CfnOutput, Stack } from 'aws-cdk-lib'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { ROUTES } from '../shared/api/routes.ts'
import { ImpactAlarm } from './constructs/alarm.ts'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import type { Deployment } from './constructs/app-function.ts'
import { HttpFunction } from './constructs/http-function.ts'
import { MailSender } from './constructs/mail-sender.ts'
import { PortalApi } from './constructs/portal-api.ts'
import { QueueWorker } from './constructs/queue-worker.ts'
import { ScheduledJob } from './constructs/scheduled-job.ts'
import { StreamConsumer } from './constructs/stream-consumer.ts'
import {
  deleteItems,
  getItems,
  putAndUpdateItems,
  putItems,
  queryIndex,
  queryTable,
  sendMessages,
  updateItems,
} from './permissions.ts'
import { TIME_ZONE, type Stage } from './stages.ts'
import type { StatefulStack } from './stateful-stack.ts'
import { MAILED_ENTITIES } from '../shared/messages/names.ts'
import { PLACE_ENTITIES } from '../shared/reservations/names.ts'
import { REVIEWED_ENTITIES, UNBILLED, WITHHELD } from '../shared/billing/names.ts'

/** Where the other stack and the bundles are. */
export interface StatelessStackProps {
  readonly stage: Stage
  readonly data: StatefulStack
  /** The folder with a bundle per function. */
  readonly bundles: string
}

/** Where the work of the monthly run goes. */
interface BillingQueues {
  readonly computing: IQueue
  readonly issuing: IQueue
}

/** All that runs, and nothing that would be missed if it were deleted and deployed again. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    const { stage, data, bundles } = props
    super(scope, id, {
      description: `Ribambelle ${stage.name}: the portal of ${stage.town}`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    const deployment: Deployment = {
      stage,
      bundles,
      alarms: new AlarmTopic(this, 'Alarms', stage.alarmEmail),
    }
    const mails = new MailSender(this, 'Mail', stage.mail)
    this.answerRequests(deployment, data, this.billFamilies(deployment, data, mails))
    this.keepPlaces(deployment, data)
    this.sendMails(deployment, data, mails)
    this.remindFamilies(deployment, data)
    new CfnOutput(this, 'MailConfigurationSet', {
      value: mails.configurationSet.configurationSetName,
    })
    new CfnOutput(this, 'TableName', { value: data.table.tableName })
    new CfnOutput(this, 'UserPoolId', { value: data.userPool.userPoolId })
    new CfnOutput(this, 'UserPoolClientId', { value: data.userPoolClient.userPoolClientId })
  }

  private answerRequests(
    deployment: Deployment,
    data: StatefulStack,
    billing: BillingQueues,
  ): void {
    const { table, userPool, userPoolClient } = data
    const environment = { TABLE_NAME: table.tableName }
    const sessions = new HttpFunction(this, 'sessions', {
      deployment,
      environment: { USER_POOL_CLIENT_ID: userPoolClient.userPoolClientId },
      // Signing in is open to everybody: Cognito asks for no permission.
      permissions: [],
      impact: 'Nobody can sign in: neither families nor staff reach their part of the portal.',
    })
    const town = new HttpFunction(this, 'town', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table)],
      impact: 'Visitors cannot see the schools, the activities and the calendar of the town.',
    })
    const family = new HttpFunction(this, 'family', {
      deployment,
      environment,
      permissions: [
        getItems(table),
        queryTable(table),
        putAndUpdateItems(table),
        deleteItems(table),
      ],
      impact: 'Parents cannot see their planning, nor book or cancel before the deadline.',
    })
    const ledger = new HttpFunction(this, 'ledger', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table)],
      impact: 'Parents cannot see what they have to pay, nor what a service would cost them.',
    })
    const closing = new QueueWorker(this, 'close-days', {
      deployment,
      batchSize: 1,
      maxConcurrency: 5,
      environment,
      permissions: [queryTable(table), putItems(table), deleteItems(table)],
      impact: 'Families are not told that a day is closed, and see it booked in their planning.',
    })
    const staff = new HttpFunction(this, 'staff', {
      deployment,
      environment: { ...environment, CLOSING_QUEUE_URL: closing.queue.queueUrl },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putAndUpdateItems(table),
        deleteItems(table),
        sendMessages(closing.queue),
      ],
      impact: 'Staff cannot decide on requests, and families wait for their answers.',
    })
    const accounting = new HttpFunction(this, 'accounting', {
      deployment,
      environment: {
        ...environment,
        BILLING_QUEUE_URL: billing.computing.queueUrl,
        ISSUE_QUEUE_URL: billing.issuing.queueUrl,
      },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putAndUpdateItems(table),
        deleteItems(table),
        sendMessages(billing.computing),
        sendMessages(billing.issuing),
      ],
      impact: 'Accountants can neither bill a month nor note the payments and means of families.',
    })
    const calendars = new HttpFunction(this, 'calendars', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table)],
      impact: 'The calendars of parents show what was booked before, and no later change.',
    })
    const registers = new HttpFunction(this, 'registers', {
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
    const printSheets = new HttpFunction(this, 'print-sheets', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table), queryIndex(table)],
      impact:
        'Staff and kitchens cannot print who comes today; they can still read it on a screen.',
    })
    const printDocuments = new HttpFunction(this, 'print-documents', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table)],
      impact: 'Families and staff cannot download invoices, statements and price lists to print.',
    })
    const { url } = new PortalApi(this, 'Api', {
      deployment,
      routes: ROUTES,
      functions: {
        sessions: sessions.handler,
        town: town.handler,
        family: family.handler,
        ledger: ledger.handler,
        staff: staff.handler,
        accounting: accounting.handler,
        registers: registers.handler,
        'print-sheets': printSheets.handler,
        'print-documents': printDocuments.handler,
        calendars: calendars.handler,
      },
      fallback: town.handler,
      authorizer: new HttpJwtAuthorizer(
        'UserPool',
        `https://cognito-idp.${deployment.stage.region}.amazonaws.com/${userPool.userPoolId}`,
        { jwtAudience: [userPoolClient.userPoolClientId] },
      ),
      impact: 'Families and staff see an error instead of the page they asked for.',
    })
    new CfnOutput(this, 'ApiUrl', { value: url })
  }

  private keepPlaces(deployment: Deployment, { table }: StatefulStack): void {
    const environment = { TABLE_NAME: table.tableName }
    const permissions = [
      getItems(table),
      queryTable(table),
      putAndUpdateItems(table),
      deleteItems(table),
    ]
    new StreamConsumer(this, 'settle-places', {
      deployment,
      table,
      entities: PLACE_ENTITIES,
      environment,
      permissions,
      impact: 'Places that families give up stay taken, and nobody on a waiting list gets them.',
    })
    new ScheduledJob(this, 'sweep-places', {
      deployment,
      schedule: deployment.stage.placesSchedule,
      timeZone: TIME_ZONE,
      environment,
      permissions: [...permissions, queryIndex(table)],
      impact:
        'Places offered to silent families go to nobody else, and what a crash interrupted stays so.',
    })
  }

  private sendMails(deployment: Deployment, { table }: StatefulStack, mails: MailSender): void {
    new StreamConsumer(this, 'send-mails', {
      deployment,
      table,
      entities: MAILED_ENTITIES,
      environment: { TABLE_NAME: table.tableName, ...mails.environment(deployment.stage) },
      permissions: [getItems(table), queryTable(table), putItems(table), mails.permission()],
      impact: 'Families get no confirmation by e-mail, the service no request.',
    })
  }

  private remindFamilies(deployment: Deployment, { table }: StatefulStack): void {
    new ScheduledJob(this, 'remind-families', {
      deployment,
      schedule: deployment.stage.reminderSchedule,
      timeZone: TIME_ZONE,
      environment: { TABLE_NAME: table.tableName },
      permissions: [getItems(table), queryTable(table), queryIndex(table), putItems(table)],
      impact: 'Families are not reminded of a deadline and may find no meal booked next week.',
    })
  }

  private billFamilies(
    deployment: Deployment,
    { table }: StatefulStack,
    mails: MailSender,
  ): BillingQueues {
    const { stage } = deployment
    const environment = { TABLE_NAME: table.tableName }
    new StreamConsumer(this, 'note-reviews', {
      deployment,
      table,
      entities: REVIEWED_ENTITIES,
      environment: { TABLE_NAME: table.tableName },
      permissions: [getItems(table), queryTable(table), updateItems(table)],
      impact: 'Families do not get back on their next invoice what an earlier one billed too much.',
    })
    const mailing = new QueueWorker(this, 'mail-invoices', {
      deployment,
      batchSize: 1,
      // A mail service takes only so many a second.
      maxConcurrency: 2,
      environment: { ...environment, ...mails.environment(stage) },
      permissions: [
        getItems(table),
        queryTable(table),
        putItems(table),
        deleteItems(table),
        mails.permission(),
      ],
      impact: 'Families get no e-mail that their invoice is there, and pay late.',
    })
    const issuing = new QueueWorker(this, 'issue-invoices', {
      deployment,
      // The pages of a run share one series of numbers: more hands would wait for it.
      batchSize: 1,
      maxConcurrency: 2,
      environment: { ...environment, MAIL_QUEUE_URL: mailing.queue.queueUrl },
      permissions: [
        getItems(table),
        queryTable(table),
        putAndUpdateItems(table),
        deleteItems(table),
        sendMessages(mailing.queue),
      ],
      impact: 'Families get no invoice for last month, and the town no money for it.',
    })
    const computing = new QueueWorker(this, 'bill-families', {
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
    new ScheduledJob(this, 'open-billing-run', {
      deployment,
      schedule: stage.billingSchedule,
      timeZone: TIME_ZONE,
      environment: { ...environment, BILLING_QUEUE_URL: computing.queue.queueUrl },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putItems(table),
        sendMessages(computing.queue),
      ],
      impact: 'The billing of the month has not begun: no family gets an invoice.',
    })
    const check = new ScheduledJob(this, 'check-billing', {
      deployment,
      schedule: stage.billingCheckSchedule,
      timeZone: TIME_ZONE,
      environment,
      permissions: [getItems(table), queryTable(table), queryIndex(table)],
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
        'Last month is issued without some families: they get no invoice before the next run.',
      symptom: 'the daily check names the régie, the month and the families in its log',
      alarms: deployment.alarms,
    })
    return { computing: computing.queue, issuing: issuing.queue }
  }
}
