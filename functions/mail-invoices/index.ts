import { SESClient } from '@aws-sdk/client-ses'
import { jobSchemaOf } from '../../shared/billing/run-steps.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { mailInvoices } from '../../shared/messages/mail-invoices.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { queueHandler } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, MAIL_SENDER, MAIL_CONFIGURATION_SET, PORTAL_URL } = environmentOf(
  environments['mail-invoices'],
)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const mailer = sesMailer(new SESClient({}), {
  sender: MAIL_SENDER,
  configurationSet: MAIL_CONFIGURATION_SET,
})

export const handler = queueHandler(jobSchemaOf('mail'), async (job, sentAt) => {
  const { catalogue } = await town()
  const sender = { catalogue, portalUrl: PORTAL_URL }
  const mails = await mailInvoices({ table, mailer, sender }, job, sentAt)
  log.info('page mailed', { ...job, mails })
})
