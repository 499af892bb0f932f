import { KMSClient } from '@aws-sdk/client-kms'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { quotientApi } from '../../shared/quotients/api-client.ts'
import { giveConsent, withdrawConsent } from '../../shared/quotients/consent.ts'
import { fetchFamilyQuotient, fetchQuotient } from '../../shared/quotients/fetch-quotient.ts'
import { keepToken, openToken, readToken } from '../../shared/quotients/keep-token.ts'
import { readQuotients } from '../../shared/quotients/read-quotients.ts'
import {
  fetchFamilyQuotientRoute,
  fetchQuotientRoute,
  giveConsentRoute,
  keepTokenRoute,
  readQuotientsRoute,
  readTokenRoute,
  withdrawConsentRoute,
} from '../../shared/quotients/routes.ts'

const { TABLE_NAME, TOKEN_KEY_ARN, API_PARTICULIER_URL } = environmentOf(environments.quotients)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), TOKEN_KEY_ARN)
const ask = quotientApi({
  url: API_PARTICULIER_URL,
  token: () => openToken({ table, sealer }),
})

export const handler = httpHandler(
  on(readQuotientsRoute, (call) => readQuotients(table, call)),
  on(giveConsentRoute, (call) => giveConsent(table, call)),
  on(withdrawConsentRoute, (call) => withdrawConsent(table, call)),
  on(fetchQuotientRoute, async (call) => fetchQuotient({ table, town: await town(), ask }, call)),
  on(fetchFamilyQuotientRoute, async (call) =>
    fetchFamilyQuotient({ table, town: await town(), ask }, call),
  ),
  on(readTokenRoute, () => readToken(table)),
  on(keepTokenRoute, (call) => keepToken({ table, sealer }, call)),
)
