import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { INCOMING, RECEIVED } from '../../shared/attachments/names.ts'
import {
  deleteItems,
  getItems,
  manageAccounts,
  openTexts,
  putAndUpdateItems,
  putItems,
  queryIndex,
  queryTable,
  removeFiles,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import type { Deployment } from './app-function.ts'
import { acknowledgeFolders } from './folder-rights.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

/** What families may ask of their data by law. */
export const protectData = (
  scope: Construct,
  deployment: Deployment,
  data: StatefulStack,
): Readonly<Record<'privacy' | 'erase-families', LambdaFunction>> => {
  const { table, healthKey } = data
  const privacy = new HttpFunction(scope, 'privacy', {
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
  return { privacy: privacy.handler, 'erase-families': eraseFamilies(scope, deployment, data) }
}

/**
 * What deletes families: on the word of an administrator, and of the clock. Apart from what families
 * call, which may delete nothing and nobody.
 */
const eraseFamilies = (
  scope: Construct,
  deployment: Deployment,
  { table, userPool, documents, documentsArn }: StatefulStack,
): LambdaFunction => {
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
  const erase = new HttpFunction(scope, 'erase-families', {
    ...about,
    impact: 'Families that asked for it are not erased, which the law gives the town a month for.',
  })
  const purge = new ScheduledJob(scope, 'purge-data', {
    ...about,
    schedule: deployment.stage.purgeSchedule,
    timeZone: TIME_ZONE,
    impact: 'Data of families is kept for longer than the town says, against the law.',
  })
  for (const each of [erase, purge]) acknowledgeFolders(each, documentsArn, [INCOMING, RECEIVED])
  return erase.handler
}
