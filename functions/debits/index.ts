import { KMSClient } from '@aws-sdk/client-kms'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import {
  changeDay,
  revokeFamilyMandate,
  revokeMandate,
} from '../../shared/debits/change-mandate.ts'
import { importRejects } from '../../shared/debits/import-rejects.ts'
import {
  exportDebitRun,
  listDebitRuns,
  prepareDebitRun,
  readDebitFile,
  readDebitRun,
} from '../../shared/debits/manage-runs.ts'
import {
  listRegieMandates,
  readDebits,
  readFamilyMandates,
} from '../../shared/debits/read-mandates.ts'
import * as mandates from '../../shared/debits/routes.ts'
import * as runs from '../../shared/debits/run-routes.ts'
import { changeAccount, enterMandate, signMandate } from '../../shared/debits/sign-mandate.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, ACCOUNT_KEY_ARN } = environmentOf(environments.debits)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), ACCOUNT_KEY_ARN)
const parts = async () => ({ table, town: await town(), sealer })

export const handler = httpHandler(
  on(mandates.readDebitsRoute, async (call) => readDebits(await parts(), call)),
  on(mandates.signMandateRoute, async (call) => signMandate(await parts(), call)),
  on(mandates.changeAccountRoute, async (call) => changeAccount(await parts(), call)),
  on(mandates.changeDayRoute, async (call) => changeDay(await parts(), call)),
  on(mandates.revokeMandateRoute, async (call) => revokeMandate(await parts(), call)),
  on(mandates.listMandatesRoute, async (call) => listRegieMandates(await parts(), call)),
  on(mandates.readFamilyMandatesRoute, (call) => readFamilyMandates(table, call)),
  on(mandates.enterMandateRoute, async (call) => enterMandate(await parts(), call)),
  on(mandates.revokeFamilyMandateRoute, async (call) => revokeFamilyMandate(await parts(), call)),
  on(runs.listDebitRunsRoute, async (call) => listDebitRuns(await parts(), call)),
  on(runs.readDebitRunRoute, (call) => readDebitRun(table, call)),
  on(runs.prepareDebitRunRoute, async (call) => prepareDebitRun(await parts(), call)),
  on(runs.exportDebitRunRoute, async (call) => exportDebitRun(await parts(), call)),
  on(runs.readDebitFileRoute, (call) => readDebitFile({ table, sealer }, call)),
  on(runs.importRejectsRoute, async (call) => importRejects(await parts(), call)),
)
