import { closeMonth, listClosings } from '../../shared/bookkeeping/close-month.ts'
import {
  exportCashUp,
  exportJournal,
  readCashUp,
  readJournal,
} from '../../shared/bookkeeping/read-books.ts'
import {
  closeMonthRoute,
  exportCashUpRoute,
  exportJournalRoute,
  listClosingsRoute,
  readCashUpRoute,
  readJournalRoute,
} from '../../shared/bookkeeping/routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import {
  exportDepositRoute,
  listDepositsRoute,
  listUndepositedRoute,
  makeDepositRoute,
  readDepositRoute,
  refundCreditRoute,
} from '../../shared/ledger/desk-routes.ts'
import { makeDeposit } from '../../shared/ledger/make-deposit.ts'
import {
  exportDeposit,
  listDeposits,
  listUndeposited,
  readDeposit,
} from '../../shared/ledger/read-deposits.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['cash-desk'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(refundCreditRoute, (call) => refundCredit(table, call)),
  on(listUndepositedRoute, (call) => listUndeposited(table, call)),
  on(makeDepositRoute, (call) => makeDeposit(table, call)),
  on(listDepositsRoute, (call) => listDeposits(table, call)),
  on(readDepositRoute, (call) => readDeposit(table, call)),
  on(exportDepositRoute, (call) => exportDeposit(table, call)),
  on(readJournalRoute, (call) => readJournal(table, call)),
  on(exportJournalRoute, (call) => exportJournal(table, call)),
  on(readCashUpRoute, (call) => readCashUp(table, call)),
  on(exportCashUpRoute, (call) => exportCashUp(table, call)),
  on(closeMonthRoute, async (call) => closeMonth({ table, town: await town() }, call)),
  on(listClosingsRoute, (call) => listClosings(table, call)),
)
