import { CfnOutput, Stack, Validations } from 'aws-cdk-lib'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import * as z from 'zod'
import { ImpactAlarm } from './constructs/alarm.ts'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import { pursueArrears } from './constructs/arrears.ts'
import type { Deployment } from './constructs/app-function.ts'
import { cashDesk } from './constructs/cash-desk.ts'
import { directDebits } from './constructs/direct-debits.ts'
import { HttpFunction } from './constructs/http-function.ts'
import { onlinePayments } from './constructs/online-payments.ts'
import { MailSender } from './constructs/mail-sender.ts'
import type { Answering } from './constructs/portal-api.ts'
import { QueueWorker } from './constructs/queue-worker.ts'
import { ScheduledJob } from './constructs/scheduled-job.ts'
import { StreamConsumer } from './constructs/stream-consumer.ts'
import {
  deleteItems,
  getItems,
  handleFiles,
  keepItems,
  manageAccounts,
  missFiles,
  openTexts,
  putAndUpdateItems,
  putItems,
  queryIndex,
  queryTable,
  removeFiles,
  sealTexts,
  sendMessages,
} from './permissions.ts'
import { TIME_ZONE, type Stage } from './stages.ts'
import type { StatefulStack } from './stateful-stack.ts'
import { INCOMING, RECEIVED } from '../shared/attachments/names.ts'
import { DEBT_ENTITIES, DEBT_ENDINGS } from '../shared/arrears/names.ts'
import { MAILED_ENTITIES } from '../shared/messages/names.ts'
import { PLACE_ENTITIES } from '../shared/reservations/names.ts'
import { REVIEWED_ENTITIES, UNBILLED, WITHHELD } from '../shared/billing/names.ts'
import { TOWN_REFUSED } from '../shared/quotients/names.ts'
import { FILE_ENTITIES, FOLLOWED_ENTITIES } from '../shared/trail/names.ts'

const importSchema = z.object({ 'Fn::ImportValue': z.string() })

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

/** All that runs but the API, and nothing that would be missed if it were deleted and deployed again. */
export class StatelessStack extends Stack {
  /** What the API needs of this stack: what answers its routes, and whom it tells that it fails. */
  readonly answering: Answering
  readonly deployment: Deployment

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
    this.deployment = deployment
    this.answering = this.answerRequests(
      deployment,
      data,
      mails,
      this.billFamilies(deployment, data, mails),
    )
    this.keepPlaces(deployment, data)
    this.followFiles(deployment, data)
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
    mails: MailSender,
    billing: BillingQueues,
  ): Answering {
    const { table, userPool, userPoolClient } = data
    const environment = { TABLE_NAME: table.tableName }
    const pool = {
      USER_POOL_ID: userPool.userPoolId,
      USER_POOL_CLIENT_ID: userPoolClient.userPoolClientId,
    }
    const sessions = new HttpFunction(this, 'sessions', {
      deployment,
      environment: {
        ...environment,
        ...pool,
        STAFF_MFA: deployment.stage.staffMfa,
        MFA_ISSUER: `Portail famille ${deployment.stage.town}`,
      },
      permissions: [
        getItems(table),
        putAndUpdateItems(table),
        deleteItems(table),
        manageAccounts(userPool, [
          'AdminGetUser',
          'AdminInitiateAuth',
          'AdminRespondToAuthChallenge',
          'AdminSetUserPassword',
          'AdminUserGlobalSignOut',
        ]),
      ],
      impact: 'Nobody can sign in: neither families nor staff reach their part of the portal.',
    })
    const accounts = new HttpFunction(this, 'accounts', {
      deployment,
      environment: { ...environment, ...pool, ...mails.environment(deployment.stage) },
      permissions: [
        ...keepItems(table),
        queryIndex(table),
        manageAccounts(userPool, [
          'AdminAddUserToGroup',
          'AdminCreateUser',
          'AdminDisableUser',
          'AdminEnableUser',
          'AdminGetUser',
          'AdminInitiateAuth',
          'AdminListGroupsForUser',
          'AdminRemoveUserFromGroup',
          'AdminSetUserMFAPreference',
          'AdminUpdateUserAttributes',
          'AdminUserGlobalSignOut',
        ]),
        mails.permission(),
      ],
      impact: 'Nobody new gets an account, and nobody can change their e-mail.',
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
      permissions: [...keepItems(table)],
      impact: 'Parents cannot see their planning, nor book or cancel before the deadline.',
    })
    const previews = new HttpFunction(this, 'previews', {
      deployment,
      environment,
      permissions: [getItems(table), queryTable(table)],
      impact: 'Parents cannot see what a booking would change and cost before they send it.',
    })
    const files = new HttpFunction(this, 'files', {
      deployment,
      environment,
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putAndUpdateItems(table),
      ],
      impact:
        'Parents cannot correct their file, and staff cannot open or correct that of a family.',
    })
    const enrolments = new HttpFunction(this, 'enrolments', {
      deployment,
      environment,
      permissions: [...keepItems(table), queryIndex(table)],
      impact: 'Parents cannot enrol their children, nor say what they allow; staff cannot answer.',
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
      permissions: [...keepItems(table), queryIndex(table), sendMessages(closing.queue)],
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
        ...keepItems(table),
        queryIndex(table),
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
      environment: { ...environment, HEALTH_KEY_ARN: data.healthKey.keyArn },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        // That a parent has had a health record printed.
        putItems(table),
        openTexts(data.healthKey),
      ],
      impact: 'Families and staff cannot download invoices, statements and price lists to print.',
    })
    return {
      sessions: sessions.handler,
      accounts: accounts.handler,
      town: town.handler,
      family: family.handler,
      previews: previews.handler,
      files: files.handler,
      enrolments: enrolments.handler,
      ledger: ledger.handler,
      staff: staff.handler,
      accounting: accounting.handler,
      'cash-desk': cashDesk(this, deployment, table),
      registers: registers.handler,
      'print-sheets': printSheets.handler,
      'print-documents': printDocuments.handler,
      calendars: calendars.handler,
      ...this.keepSecrets(deployment, data),
      privacy: this.protectData(deployment, data),
      'erase-families': this.eraseFamilies(deployment, data),
      quotients: this.fetchQuotients(deployment, data),
      arrears: pursueArrears(this, deployment, table),
      debits: directDebits(this, deployment, data),
      payments: onlinePayments(this, deployment, table),
    }
  }

  /** What is sealed or never passes through the table: health records and supporting documents. */
  private keepSecrets(
    deployment: Deployment,
    { table, healthKey, documents, documentsArn }: StatefulStack,
  ): { readonly health: LambdaFunction; readonly attachments: LambdaFunction } {
    const health = new HttpFunction(this, 'health', {
      deployment,
      environment: { TABLE_NAME: table.tableName, HEALTH_KEY_ARN: healthKey.keyArn },
      permissions: [
        getItems(table),
        queryTable(table),
        putItems(table),
        deleteItems(table),
        sealTexts(healthKey),
      ],
      impact:
        'Those who care for children cannot read their allergies and care plans, nor parents tell them.',
    })
    const attachments = new HttpFunction(this, 'attachments', {
      deployment,
      environment: { TABLE_NAME: table.tableName, DOCUMENTS_BUCKET: documents.bucketName },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putItems(table),
        handleFiles(documents, [INCOMING, RECEIVED]),
        missFiles(documents),
      ],
      impact: 'Parents cannot send supporting documents, and staff cannot check them.',
    })
    this.acknowledgeFolders(attachments, documentsArn)
    return { health: health.handler, attachments: attachments.handler }
  }

  /** Says why a function has rights on whole folders, named as the policy will: by the bucket's export. */
  private acknowledgeFolders(handling: Construct, documentsArn: string): void {
    const { 'Fn::ImportValue': bucket } = importSchema.parse(this.resolve(documentsArn))
    Validations.of(handling).acknowledge(
      ...[INCOMING, RECEIVED].map((prefix) => ({
        id: `AwsSolutions-IAM5[Resource::${bucket}/${prefix}*]`,
        reason: 'Each file has a name of its own: all of a folder is what can be allowed.',
      })),
    )
  }

  /** What families may ask of their data by law. */
  private protectData(deployment: Deployment, { table, healthKey }: StatefulStack): LambdaFunction {
    const privacy = new HttpFunction(this, 'privacy', {
      deployment,
      environment: { TABLE_NAME: table.tableName, HEALTH_KEY_ARN: healthKey.keyArn },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putAndUpdateItems(table),
        openTexts(healthKey),
      ],
      impact: 'Families cannot get what is held about them, which the law gives them a month for.',
    })
    return privacy.handler
  }

  /**
   * What deletes families: on the word of an administrator, and of the clock. Apart from what families
   * call, which may delete nothing and nobody.
   */
  private eraseFamilies(deployment: Deployment, data: StatefulStack): LambdaFunction {
    const { table, userPool, documents, documentsArn } = data
    const about = {
      deployment,
      environment: {
        TABLE_NAME: table.tableName,
        USER_POOL_ID: userPool.userPoolId,
        DOCUMENTS_BUCKET: documents.bucketName,
      },
      permissions: [
        getItems(table),
        queryTable(table),
        queryIndex(table),
        putItems(table),
        deleteItems(table),
        manageAccounts(userPool, ['AdminDeleteUser', 'AdminUserGlobalSignOut']),
        removeFiles(documents, [INCOMING, RECEIVED]),
      ],
    }
    const erase = new HttpFunction(this, 'erase-families', {
      ...about,
      impact:
        'Families that asked for it are not erased, which the law gives the town a month for.',
    })
    const purge = new ScheduledJob(this, 'purge-data', {
      ...about,
      schedule: deployment.stage.purgeSchedule,
      timeZone: TIME_ZONE,
      impact: 'Data of families is kept for longer than the town says, against the law.',
    })
    for (const each of [erase, purge]) this.acknowledgeFolders(each, documentsArn)
    return erase.handler
  }

  private fetchQuotients(
    deployment: Deployment,
    { table, tokenKey }: StatefulStack,
  ): LambdaFunction {
    const quotients = new HttpFunction(this, 'quotients', {
      deployment,
      environment: {
        TABLE_NAME: table.tableName,
        TOKEN_KEY_ARN: tokenKey.keyArn,
        API_PARTICULIER_URL: deployment.stage.apiParticulier,
      },
      permissions: [getItems(table), queryTable(table), putItems(table), sealTexts(tokenKey)],
      impact: 'Nobody can have a quotient fetched; families bring a proof on paper instead.',
    })
    new ImpactAlarm(quotients, 'Refused', {
      metric: quotients.logged(TOWN_REFUSED),
      threshold: 1,
      impact: 'No quotient comes from the funds; families bring a proof on paper instead.',
      symptom:
        'API Particulier refuses the town’s token or rights, or answers what cannot be read: the log names which; a token ends after 18 months',
      alarms: deployment.alarms,
    })
    return quotients.handler
  }

  private keepPlaces(deployment: Deployment, { table }: StatefulStack): void {
    const environment = { TABLE_NAME: table.tableName }
    const permissions = [...keepItems(table)]
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

  /**
   * The third function that follows the table, beside the one for places and the one for mails. AWS
   * advises two readers of a shard of the stream: more may be throttled, which delays and loses
   * nothing. So whatever follows a family file is one function, and the others stay apart because a
   * mail service that is down or a file that cannot be read must not keep places from families.
   */
  private followFiles(deployment: Deployment, { table }: StatefulStack): void {
    new StreamConsumer(this, 'follow-files', {
      deployment,
      table,
      entities: [
        ...FILE_ENTITIES,
        ...REVIEWED_ENTITIES.filter((each) => each !== 'Means'),
        ...DEBT_ENTITIES,
      ],
      deletions: [...FOLLOWED_ENTITIES, ...DEBT_ENDINGS],
      environment: { TABLE_NAME: table.tableName },
      permissions: [...keepItems(table)],
      impact:
        'Registers show what a family has changed as it was; search and trail lack it; invoices are not corrected, and who has paid stays kept from booking.',
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
      permissions: [...keepItems(table), sendMessages(mailing.queue)],
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
    new ScheduledJob(this, 'open-billing-run', {
      ...{ deployment, schedule: stage.billingSchedule, ...opening },
      impact: 'The billing of the month has not begun: no family gets an invoice.',
    })
    const check = new ScheduledJob(this, 'check-billing', {
      ...{ deployment, schedule: stage.billingCheckSchedule, ...opening },
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
    return { computing: computing.queue, issuing: issuing.queue }
  }
}
