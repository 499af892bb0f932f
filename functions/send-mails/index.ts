import { SESClient } from '@aws-sdk/client-ses'
import { sendAccountMail } from '../../shared/accounts/send-account-mail.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { sendVisitorMail } from '../../shared/enquiries/send-visitor-mail.ts'
import { tellChange } from '../../shared/messages/tell-change.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, MAIL_SENDER, MAIL_CONFIGURATION_SET, PORTAL_URL, API_URL } = environmentOf(
  environments['send-mails'],
)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const mailer = sesMailer(new SESClient({}), {
  sender: MAIL_SENDER,
  configurationSet: MAIL_CONFIGURATION_SET,
})
const links = { apiUrl: API_URL, newSecret }

export const handler = streamHandler(async (change) => {
  const { catalogue } = await town()
  const sender = { catalogue, portalUrl: PORTAL_URL }
  await tellChange({ table, mailer, sender, links }, change)
  const head = { portalName: catalogue.town.portalName, portalUrl: PORTAL_URL }
  await sendAccountMail({ table, mailer, head }, change)
  await sendVisitorMail({ table, mailer, head }, change)
})
