import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { DEBT_ENDINGS, DEBT_ENTITIES } from '../../shared/arrears/names.ts'
import { INCOMING, RECEIVED } from '../../shared/attachments/names.ts'
import { REVIEWED_ENTITIES } from '../../shared/billing/names.ts'
import { TOWN_REFUSED } from '../../shared/quotients/names.ts'
import { FILE_ENTITIES, FOLLOWED_ENTITIES } from '../../shared/trail/names.ts'
import {
  deleteItems,
  getItems,
  handleFiles,
  keepItems,
  missFiles,
  putAndUpdateItems,
  putItems,
  queryIndex,
  queryTable,
  sealTexts,
  updateItems,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import { ImpactAlarm } from './alarm.ts'
import type { Deployment } from './app-function.ts'
import { acknowledgeFolders } from './folder-rights.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'
import { StreamConsumer } from './stream-consumer.ts'

type Answering = Readonly<
  Record<'files' | 'enrolments' | 'health' | 'attachments' | 'quotients', LambdaFunction>
>

/** The family file: what parents and staff write in it, and what follows from that. */
export const familyFiles = (
  scope: Construct,
  deployment: Deployment,
  data: StatefulStack,
): Answering => {
  const { table, healthKey, tokenKey, documents, documentsArn } = data
  const environment = { TABLE_NAME: table.tableName }
  const files = new HttpFunction(scope, 'files', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table), queryIndex(table), putAndUpdateItems(table)],
    impact: 'Parents cannot correct their file, and staff cannot open or correct that of a family.',
  })
  const enrolments = new HttpFunction(scope, 'enrolments', {
    deployment,
    environment,
    permissions: [...keepItems(table), queryIndex(table)],
    impact: 'Parents cannot enrol their children, nor say what they allow; staff cannot answer.',
  })
  new ScheduledJob(scope, 'count-groups', {
    deployment,
    schedule: deployment.stage.countSchedule,
    timeZone: TIME_ZONE,
    environment,
    permissions: [getItems(table), queryTable(table), queryIndex(table), updateItems(table)],
    impact: 'Groups stay full for families though enrolments in them are over.',
  })
  const health = new HttpFunction(scope, 'health', {
    deployment,
    environment: { ...environment, HEALTH_KEY_ARN: healthKey.keyArn },
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
  const attachments = new HttpFunction(scope, 'attachments', {
    deployment,
    environment: { ...environment, DOCUMENTS_BUCKET: documents.bucketName },
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
  acknowledgeFolders(attachments, documentsArn, [INCOMING, RECEIVED])
  const quotients = new HttpFunction(scope, 'quotients', {
    deployment,
    environment: {
      ...environment,
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
  followFiles(scope, deployment, table)
  return {
    files: files.handler,
    enrolments: enrolments.handler,
    health: health.handler,
    attachments: attachments.handler,
    quotients: quotients.handler,
  }
}

/**
 * The third function that follows the table, beside the one for places and the one for mails. AWS
 * advises two readers of a shard of the stream: more may be throttled, which delays and loses
 * nothing. So whatever follows a family file is one function, and the others stay apart because a
 * mail service that is down or a file that cannot be read must not keep places from families.
 */
const followFiles = (scope: Construct, deployment: Deployment, table: Table): void => {
  new StreamConsumer(scope, 'follow-files', {
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
