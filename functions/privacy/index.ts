import { KMSClient } from '@aws-sdk/client-kms'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { exportFamily, exportFamilyFile } from '../../shared/privacy/export-family.ts'
import {
  askErasure,
  listErasureRequests,
  listMyErasureRequests,
  refuseErasure,
} from '../../shared/privacy/erasure-requests.ts'
import { exportFamilyFileRoute, exportFamilyRoute } from '../../shared/privacy/export-routes.ts'
import { holdFile } from '../../shared/privacy/legal-hold.ts'
import { listErasures, listPurges, readErasure } from '../../shared/privacy/read-reports.ts'
import {
  askErasureRoute,
  listErasureRequestsRoute,
  listErasuresRoute,
  listMyErasureRequestsRoute,
  listPurgesRoute,
  readErasureRoute,
  refuseErasureRoute,
  setLegalHoldRoute,
} from '../../shared/privacy/routes.ts'

const { TABLE_NAME, HEALTH_KEY_ARN } = environmentOf(environments.privacy)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), HEALTH_KEY_ARN)

export const handler = httpHandler(
  on(exportFamilyRoute, async (call) => exportFamily({ table, town: await town(), sealer }, call)),
  on(exportFamilyFileRoute, async (call) => exportFamilyFile({ table, town: await town() }, call)),
  on(askErasureRoute, (call) => askErasure(table, call)),
  on(listMyErasureRequestsRoute, (call) => listMyErasureRequests(table, call)),
  on(listErasureRequestsRoute, (call) => listErasureRequests(table, call)),
  on(refuseErasureRoute, (call) => refuseErasure(table, call)),
  on(listErasuresRoute, (call) => listErasures(table, call)),
  on(readErasureRoute, (call) => readErasure(table, call)),
  on(listPurgesRoute, (call) => listPurges(table, call)),
  on(setLegalHoldRoute, (call) => holdFile(table, call)),
)
