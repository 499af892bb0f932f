import type { SESClient } from '@aws-sdk/client-ses'
import type { DynamoDBRecord } from 'aws-lambda'
import { tellChange } from '../../shared/messages/tell-change.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown } from './cesson.ts'
import type { Crash } from './crash.ts'

/** What mails of the demo town know. */
export const SENDER = {
  catalogue: cessonTown.catalogue,
  portalUrl: 'https://portail.cesson.example',
}

/** Where mails of the demo town are stopped, and by which secrets. */
export const LINKS = { apiUrl: 'https://api.cesson.example', newSecret }

/** The function that mails, as the stream calls it. */
export const mailConsumer = (table: Table, client: SESClient) => {
  const mailer = sesMailer(client, {
    sender: 'portail@cesson.example',
    configurationSet: 'portal',
  })
  return streamHandler((change) =>
    tellChange({ table, mailer, sender: SENDER, links: LINKS }, change),
  )
}

/** Delivers records to it; unless it takes all of them it throws, and they are delivered again. */
export const deliverMails =
  (table: Table, client: SESClient) =>
  async (records: DynamoDBRecord[]): Promise<void> => {
    const { batchItemFailures } = await mailConsumer(table, client)({ Records: records })
    if (batchItemFailures.length > 0) throw new Error('Some records were not taken')
  }

/**
 * Whether a crash comes after a mail is out and before it is noted, so that the mail goes out twice:
 * SES takes no token that would tell it so.
 */
export const isUnnoted = ({ kind, operation }: Crash): boolean => {
  const hasNoEffect = kind === 'dies-before' || kind === 'fails-before'
  const isSent = operation === 'SendEmail' || operation === 'SendRawEmail'
  return (isSent && !hasNoEffect) || (operation === 'PutItem' && hasNoEffect)
}
