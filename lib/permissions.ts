import { Stack } from 'aws-cdk-lib'
import type { IUserPool } from 'aws-cdk-lib/aws-cognito'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { IConfigurationSet, IEmailIdentity } from 'aws-cdk-lib/aws-ses'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { TABLE_INDEX } from '../shared/platform/keys.ts'

/*
 * What a function may do, by verb. The grants of the constructs allow more actions than the code
 * calls, and some of them on every resource.
 */

/** Reads single items. */
export const getItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn] })

/** Reads parts of a partition. */
export const queryTable = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [table.tableArn] })

/** Reads parts of a partition of the index. */
export const queryIndex = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${table.tableArn}/index/${TABLE_INDEX.name}`],
  })

/** Stores whole items. */
export const putItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn] })

/** Moves counters, alone or in a transaction. */
export const updateItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [table.tableArn] })

/** Stores items and moves counters, alone or in a transaction, which DynamoDB allows by the same actions. */
export const putAndUpdateItems = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    resources: [table.tableArn],
  })

/** Deletes single items, alone or in a transaction. */
export const deleteItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:DeleteItem'], resources: [table.tableArn] })

/** Reads what a partition holds, and keeps it: stores, moves counters, deletes. */
export const keepItems = (table: Table): PolicyStatement[] => [
  getItems(table),
  queryTable(table),
  putAndUpdateItems(table),
  deleteItems(table),
]

/** Works on the accounts of the user pool, by the calls that are named. */
export const manageAccounts = (userPool: IUserPool, calls: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: calls.map((call) => `cognito-idp:${call}`),
    resources: [userPool.userPoolArn],
  })

/** Sends e-mails in the name of the town, by the rules of a configuration set. */
export const sendMails = (
  identity: IEmailIdentity,
  configurationSet: IConfigurationSet,
  { withHeaders }: { readonly withHeaders: boolean },
): PolicyStatement =>
  new PolicyStatement({
    actions: ['ses:SendEmail', ...(withHeaders ? ['ses:SendRawEmail'] : [])],
    resources: [
      identity.emailIdentityArn,
      Stack.of(configurationSet).formatArn({
        service: 'ses',
        resource: 'configuration-set',
        resourceName: configurationSet.configurationSetName,
      }),
    ],
  })

/** Puts work into a queue, singly or in batches, which SQS allows by the same action. */
export const sendMessages = (queue: IQueue): PolicyStatement =>
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })

/** Follows the changes of the table. */
export const readStream = (streamArn: string): PolicyStatement =>
  new PolicyStatement({
    actions: [
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ],
    resources: [streamArn],
  })

/** Seals and opens texts by a key, which itself never leaves AWS. */
export const sealTexts = (key: Key): PolicyStatement =>
  new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] })

/** Opens what others have sealed by a key. */
export const openTexts = (key: Key): PolicyStatement =>
  new PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] })

/**
 * Stores, reads and deletes the files of families: also in the name of a browser that has been given a
 * form or a link.
 */
export const handleFiles = (bucket: Bucket, prefixes: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    resources: prefixes.map((prefix) => `${bucket.bucketArn}/${prefix}*`),
  })

/** Deletes the files of families, without reading them. */
export const removeFiles = (bucket: Bucket, prefixes: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['s3:DeleteObject'],
    resources: prefixes.map((prefix) => `${bucket.bucketArn}/${prefix}*`),
  })

/** Learns that a file is not there: without it S3 answers that nobody may look. */
export const missFiles = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] })

/** Calls one function, in its current version only. */
export const invoke = (handler: IFunction): PolicyStatement =>
  new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] })
