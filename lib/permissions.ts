import { Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
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

/** Stores items and moves counters, alone or in a transaction, which DynamoDB allows by the same actions. */
export const putAndUpdateItems = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    resources: [table.tableArn],
  })

/** Changes single attributes of items. */
export const updateItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [table.tableArn] })

/** Deletes single items, alone or in a transaction. */
export const deleteItems = (table: Table): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:DeleteItem'], resources: [table.tableArn] })

/** Sends e-mails in the name of the town, by the rules of a configuration set. */
export const sendMails = (
  identity: IEmailIdentity,
  configurationSet: IConfigurationSet,
): PolicyStatement =>
  new PolicyStatement({
    actions: ['ses:SendEmail'],
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

/** Calls one function, in its current version only. */
export const invoke = (handler: IFunction): PolicyStatement =>
  new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] })
