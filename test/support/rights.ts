import type { FunctionName } from '../../shared/platform/functions.ts'

/**
 * What each function may do, its own logs aside. One test holds the template to it, another the
 * calls that the functions really make: neither a right that is missing nor one too many.
 */
export const RIGHTS: Record<FunctionName, readonly string[]> = {
  sessions: [],
  town: ['dynamodb:GetItem Table', 'dynamodb:Query Table'],
  calendars: ['dynamodb:GetItem Table', 'dynamodb:Query Table'],
  family: [
    'dynamodb:DeleteItem Table',
    'dynamodb:GetItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'dynamodb:UpdateItem Table',
  ],
  staff: [
    'dynamodb:DeleteItem Table',
    'dynamodb:GetItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'dynamodb:Query Table/index/gsi1',
    'dynamodb:UpdateItem Table',
    'sqs:SendMessage ClosingQueue',
  ],
  'close-days': [
    'dynamodb:DeleteItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'sqs:ChangeMessageVisibility ClosingQueue',
    'sqs:DeleteMessage ClosingQueue',
    'sqs:GetQueueAttributes ClosingQueue',
    'sqs:GetQueueUrl ClosingQueue',
    'sqs:ReceiveMessage ClosingQueue',
  ],
  registers: [
    'dynamodb:DeleteItem Table',
    'dynamodb:GetItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'dynamodb:Query Table/index/gsi1',
  ],
  'print-sheets': [
    'dynamodb:GetItem Table',
    'dynamodb:Query Table',
    'dynamodb:Query Table/index/gsi1',
  ],
  'send-mails': [
    'dynamodb:DescribeStream Stream',
    'dynamodb:GetItem Table',
    'dynamodb:GetRecords Stream',
    'dynamodb:GetShardIterator Stream',
    'dynamodb:ListStreams Stream',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'ses:SendEmail ConfigurationSet',
    'ses:SendEmail Identity',
    'sqs:SendMessage MailsPutAside',
  ],
  'remind-families': [
    'dynamodb:GetItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'dynamodb:Query Table/index/gsi1',
    'sqs:SendMessage MissedReminders',
  ],
  'open-billing-run': [
    'dynamodb:PutItem Table',
    'dynamodb:Query Table/index/gsi1',
    'sqs:SendMessage BillingQueue',
    'sqs:SendMessage MissedRuns',
  ],
  'bill-families': [
    'dynamodb:GetItem Table',
    'dynamodb:PutItem Table',
    'dynamodb:Query Table',
    'dynamodb:UpdateItem Table',
    'sqs:ChangeMessageVisibility BillingQueue',
    'sqs:DeleteMessage BillingQueue',
    'sqs:GetQueueAttributes BillingQueue',
    'sqs:GetQueueUrl BillingQueue',
    'sqs:ReceiveMessage BillingQueue',
  ],
}
