import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { S3Client } from '@aws-sdk/client-s3'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { cognitoAccounts } from '../../shared/platform/accounts.ts'
import { s3Files } from '../../shared/platform/files.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { purgeData } from '../../shared/privacy/purge.ts'

const { TABLE_NAME, USER_POOL_ID, DOCUMENTS_BUCKET } = environmentOf(environments['purge-data'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const accounts = cognitoAccounts(new CognitoIdentityProviderClient({}), USER_POOL_ID)
const files = s3Files(new S3Client({}), DOCUMENTS_BUCKET)

export const handler = scheduleHandler(async (due) => {
  const report = await purgeData({ table, town: await town(), accounts, files }, due)
  const { warned, erased, withheld, held, failed } = report
  log.info('data purged', { warned, erased, withheld, held, failed: failed.length })
})
