import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { S3Client } from '@aws-sdk/client-s3'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { cognitoAccounts } from '../../shared/platform/accounts.ts'
import { s3Files } from '../../shared/platform/files.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { eraseFamily } from '../../shared/privacy/erase-family.ts'
import { eraseFamilyRoute } from '../../shared/privacy/routes.ts'
import { viewErasure } from '../../shared/privacy/view-erasure.ts'

const { TABLE_NAME, USER_POOL_ID, DOCUMENTS_BUCKET } = environmentOf(environments['erase-families'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const accounts = cognitoAccounts(new CognitoIdentityProviderClient({}), USER_POOL_ID)
const files = s3Files(new S3Client({}), DOCUMENTS_BUCKET)

export const handler = httpHandler(
  on(eraseFamilyRoute, async ({ parameters, body, actor, now }) => {
    const order = { ...parameters, ...body, by: actor.account }
    return viewErasure(
      await eraseFamily({ table, town: await town(), accounts, files }, order, now),
    )
  }),
)
