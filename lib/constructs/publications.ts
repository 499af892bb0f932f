import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { POSTED, PUBLISHED } from '../../shared/publications/names.ts'
import {
  getItems,
  handleFiles,
  missFiles,
  putAndUpdateItems,
  putItems,
  queryIndex,
  queryTable,
} from '../permissions.ts'
import { TIME_ZONE } from '../stages.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import type { Deployment } from './app-function.ts'
import { acknowledgeFolders } from './folder-rights.ts'
import { HttpFunction } from './http-function.ts'
import { ScheduledJob } from './scheduled-job.ts'

type Answering = Readonly<Record<'publications' | 'enquiries' | 'home', LambdaFunction>>

/** What the town says to its families, what they write to its services, and their first page. */
export const publications = (
  scope: Construct,
  deployment: Deployment,
  { table, documents, documentsArn }: StatefulStack,
): Answering => {
  const environment = { TABLE_NAME: table.tableName }
  const reading = [getItems(table), queryTable(table), queryIndex(table)]
  const publishing = new HttpFunction(scope, 'publications', {
    deployment,
    environment: { ...environment, DOCUMENTS_BUCKET: documents.bucketName },
    permissions: [
      ...reading,
      putItems(table),
      handleFiles(documents, [POSTED, PUBLISHED]),
      missFiles(documents),
    ],
    impact:
      'Families and visitors cannot read the news, the documents and the contacts of the town, nor staff publish them.',
  })
  acknowledgeFolders(publishing, documentsArn, [POSTED, PUBLISHED])
  new ScheduledJob(scope, 'mail-news', {
    deployment,
    schedule: deployment.stage.newsSchedule,
    timeZone: TIME_ZONE,
    environment,
    permissions: [...reading, putItems(table)],
    impact: 'Families do not get the news of the town by e-mail, such as that of a strike.',
  })
  const enquiries = new HttpFunction(scope, 'enquiries', {
    deployment,
    environment,
    permissions: [...reading, putAndUpdateItems(table)],
    impact:
      'Families and visitors cannot write to the services of the town, nor staff answer them.',
  })
  const home = new HttpFunction(scope, 'home', {
    deployment,
    environment,
    permissions: reading,
    impact: 'Parents do not see their first page; each part of it is still there by itself.',
  })
  return {
    publications: publishing.handler,
    enquiries: enquiries.handler,
    home: home.handler,
  }
}
