import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { EmailSendingEvent, EventDestination, type ConfigurationSet } from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { getItems, putItems, queryIndex, queryTable } from '../permissions.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import { TopicConsumer } from './topic-consumer.ts'

/**
 * The topic to which SES reports the mails that did not arrive. It has no key of its own: SES cannot use
 * that of SNS (`alias/aws/sns`, whose policy nobody can change), and one of the town costs more a year
 * than all mails of a small town. What passes is encrypted on its way and stays for seconds.
 */
const reportsOf = (scope: Construct, configurationSet: ConfigurationSet): Topic => {
  const topic = new Topic(scope, 'MailReports', { enforceSSL: true })
  configurationSet.addEventDestination('Reports', {
    destination: EventDestination.snsTopic(topic),
    // Not deliveries: a bounce may follow one, and they are a hundred times as many.
    events: [
      EmailSendingEvent.BOUNCE,
      EmailSendingEvent.COMPLAINT,
      EmailSendingEvent.DELIVERY_DELAY,
    ],
  })
  return topic
}

/**
 * What hears how mails fared, and what tells staff of it and lets families stop mails.
 *
 * @returns what answers the routes.
 */
export const mailHealth = (
  scope: Construct,
  deployment: Deployment,
  {
    table,
    configurationSet,
  }: { readonly table: Table; readonly configurationSet: ConfigurationSet },
): LambdaFunction => {
  const environment = { TABLE_NAME: table.tableName }
  new TopicConsumer(scope, 'hear-mails', {
    deployment,
    topic: reportsOf(scope, configurationSet),
    environment,
    permissions: [getItems(table), queryTable(table), putItems(table)],
    impact:
      'Staff do not hear that mails to families bounce, and more are sent until SES stops them all.',
  })
  const health = new HttpFunction(scope, 'mail-health', {
    deployment,
    environment,
    permissions: [getItems(table), queryTable(table), queryIndex(table), putItems(table)],
    impact:
      'Families cannot stop reminders by one click, and staff do not see whose mails do not arrive.',
  })
  return health.handler
}
