import { KMSClient } from '@aws-sdk/client-kms'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { keepHealth } from '../../shared/health/keep-record.ts'
import { readChildHealth, readHealth } from '../../shared/health/read-record.ts'
import {
  keepHealthRoute,
  readChildHealthRoute,
  readHealthRoute,
  withdrawHealthRoute,
} from '../../shared/health/routes.ts'
import { withdrawHealth } from '../../shared/health/withdraw-consent.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, HEALTH_KEY_ARN } = environmentOf(environments.health)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), HEALTH_KEY_ARN)

export const handler = httpHandler(
  on(readHealthRoute, async (call) => readHealth({ table, town: await town(), sealer }, call)),
  on(keepHealthRoute, async (call) => keepHealth({ table, town: await town(), sealer }, call)),
  on(withdrawHealthRoute, (call) => withdrawHealth(table, call)),
  on(readChildHealthRoute, async (call) =>
    readChildHealth({ table, town: await town(), sealer }, call),
  ),
)
