import { SQSClient } from '@aws-sdk/client-sqs'
import {
  exportAccountsRoute,
  exportInvoicesRoute,
  readBilledHeadcountRoute,
} from '../../shared/billing/export-routes.ts'
import { exportAccounts, exportInvoices } from '../../shared/billing/export-run.ts'
import {
  grantAidRoute,
  grantDayCreditRoute,
  listGrantsRoute,
  removeAidRoute,
  removeDayCreditRoute,
} from '../../shared/billing/grant-routes.ts'
import {
  grantAid,
  grantDayCredit,
  listGrants,
  removeAid,
  removeDayCredit,
} from '../../shared/billing/grants.ts'
import { compareHeadcount } from '../../shared/billing/headcount-report.ts'
import { checkRun, openRuns, previewInvoice } from '../../shared/billing/manage-runs.ts'
import type { BillingJob } from '../../shared/billing/model.ts'
import { listBillingRuns, readBillingRun, readDrafts } from '../../shared/billing/read-runs.ts'
import {
  checkBillingRunRoute,
  listBillingRunsRoute,
  openBillingRunsRoute,
  previewInvoiceRoute,
  readBillingRunRoute,
  readDraftsRoute,
} from '../../shared/billing/routes.ts'
import { COMPUTE_DELAY } from '../../shared/billing/run-steps.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { listMeans, noteMeans, removeMeans } from '../../shared/families/keep-means.ts'
import {
  listMeansRoute,
  noteMeansRoute,
  removeMeansRoute,
} from '../../shared/families/means-routes.ts'
import { exportClaims, listClaims } from '../../shared/claims/read-claims.ts'
import {
  cancelClaimPaymentRoute,
  exportClaimsRoute,
  listClaimsRoute,
  noteClaimPaymentRoute,
} from '../../shared/claims/routes.ts'
import { cancelClaimPayment, noteClaimPayment } from '../../shared/claims/settle-claims.ts'
import { cancelPayment } from '../../shared/ledger/cancel-payment.ts'
import { readFamilyLedger } from '../../shared/ledger/read-ledger.ts'
import { recordPayment } from '../../shared/ledger/record-payment.ts'
import {
  cancelPaymentRoute,
  readFamilyLedgerRoute,
  recordPaymentRoute,
} from '../../shared/ledger/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { sendJobs } from '../../shared/platform/queue.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME, BILLING_QUEUE_URL, ISSUE_QUEUE_URL } = environmentOf(environments.accounting)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const queue = new SQSClient({})

/** Hands out the work of a run: the jobs of one call are of one step. */
const sendBilling = (jobs: readonly BillingJob[]): Promise<void> =>
  jobs[0]?.step === 'issue'
    ? sendJobs(queue, ISSUE_QUEUE_URL, jobs)
    : sendJobs(queue, BILLING_QUEUE_URL, jobs, COMPUTE_DELAY)

export const handler = httpHandler(
  on(listMeansRoute, (call) => listMeans(table, call)),
  on(noteMeansRoute, async (call) => noteMeans({ table, town: await town() }, call)),
  on(removeMeansRoute, (call) => removeMeans(table, call)),
  on(listGrantsRoute, (call) => listGrants(table, call)),
  on(grantAidRoute, async (call) => grantAid({ table, town: await town() }, call)),
  on(removeAidRoute, async (call) => removeAid({ table, town: await town() }, call)),
  on(grantDayCreditRoute, async (call) => grantDayCredit({ table, town: await town() }, call)),
  on(removeDayCreditRoute, async (call) => removeDayCredit({ table, town: await town() }, call)),
  on(openBillingRunsRoute, async (call) =>
    openRuns({ table, town: await town(), send: sendBilling }, call),
  ),
  on(listBillingRunsRoute, () => listBillingRuns(table)),
  on(readBillingRunRoute, (call) => readBillingRun(table, call)),
  on(readDraftsRoute, (call) => readDrafts(table, call)),
  on(checkBillingRunRoute, (call) => checkRun({ table, send: sendBilling }, call)),
  on(previewInvoiceRoute, async (call) => previewInvoice({ table, town: await town() }, call)),
  on(readBilledHeadcountRoute, async (call) =>
    compareHeadcount({ table, town: await town() }, call),
  ),
  on(exportInvoicesRoute, async (call) => exportInvoices({ table, town: await town() }, call)),
  on(exportAccountsRoute, async (call) => exportAccounts({ table, town: await town() }, call)),
  on(listClaimsRoute, (call) => listClaims(table, call)),
  on(exportClaimsRoute, (call) => exportClaims(table, call)),
  on(noteClaimPaymentRoute, (call) => noteClaimPayment(table, call)),
  on(cancelClaimPaymentRoute, (call) => cancelClaimPayment(table, call)),
  on(readFamilyLedgerRoute, (call) => readFamilyLedger(table, call)),
  on(recordPaymentRoute, async (call) => recordPayment({ table, town: await town() }, call)),
  on(cancelPaymentRoute, (call) => cancelPayment(table, call)),
)
