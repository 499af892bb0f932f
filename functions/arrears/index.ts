import { agreePlan, endPlan } from '../../shared/arrears/agree-plan.ts'
import { exportUnpaid, listUnpaid, readAges } from '../../shared/arrears/list-unpaid.ts'
import { readArrears, readFamilyArrears } from '../../shared/arrears/read-arrears.ts'
import {
  exportPes,
  exportTransfer,
  previewTransfer,
  readTransfer,
  showTransfers,
} from '../../shared/arrears/read-transfer.ts'
import {
  agreePlanRoute,
  endPlanRoute,
  exportUnpaidRoute,
  listFamilyStatementsRoute,
  listStatementsRoute,
  listUnpaidRoute,
  readAgesRoute,
  readArrearsRoute,
  readFamilyArrearsRoute,
} from '../../shared/arrears/routes.ts'
import {
  exportPesRoute,
  exportTransferRoute,
  handOverRoute,
  listTransfersRoute,
  previewTransferRoute,
  readTransferRoute,
} from '../../shared/arrears/transfer-routes.ts'
import { handOver } from '../../shared/arrears/transfer.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { admitGuardian, householdOf } from '../../shared/families/read-file.ts'
import { listStatements } from '../../shared/ledger/list-statements.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.arrears)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const deps = async () => ({ table, town: await town() })

export const handler = httpHandler(
  on(readArrearsRoute, async (call) => readArrears(await deps(), call)),
  on(readFamilyArrearsRoute, async (call) => readFamilyArrears(await deps(), call)),
  on(listUnpaidRoute, async (call) => listUnpaid(await deps(), call)),
  on(readAgesRoute, async (call) => readAges(await deps(), call)),
  on(exportUnpaidRoute, async (call) => exportUnpaid(await deps(), call)),
  on(agreePlanRoute, async (call) => agreePlan(await deps(), call)),
  on(endPlanRoute, (call) => endPlan(table, call)),
  on(previewTransferRoute, async (call) => previewTransfer(await deps(), call)),
  on(handOverRoute, async (call) => handOver(await deps(), call)),
  on(listTransfersRoute, async (call) => showTransfers(await deps(), call)),
  on(readTransferRoute, (call) => readTransfer(table, call)),
  on(exportTransferRoute, (call) => exportTransfer(table, call)),
  on(exportPesRoute, async (call) => exportPes(await deps(), call)),
  on(listStatementsRoute, async ({ actor, now }) => {
    const familyId = await admitGuardian(table, householdOf(actor))
    return { statements: await listStatements(await deps(), { familyId, now }) }
  }),
  on(listFamilyStatementsRoute, async ({ parameters, now }) => ({
    statements: await listStatements(await deps(), { ...parameters, now }),
  })),
)
