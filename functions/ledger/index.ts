import { townCatalogue } from '../../shared/catalogue/current.ts'
import { readCreditNote, readInvoice, readLedger } from '../../shared/ledger/read-ledger.ts'
import {
  readCreditNoteRoute,
  readInvoiceRoute,
  readLedgerRoute,
} from '../../shared/ledger/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { simulateForFamilyRoute } from '../../shared/tariffs/routes.ts'
import { simulateForFamily } from '../../shared/tariffs/simulate.ts'

const { TABLE_NAME } = environmentOf(environments.ledger)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = httpHandler(
  on(readLedgerRoute, (call) => readLedger(table, call)),
  on(readInvoiceRoute, (call) => readInvoice(table, call)),
  on(readCreditNoteRoute, (call) => readCreditNote(table, call)),
  on(simulateForFamilyRoute, async (call) =>
    simulateForFamily({ table, town: await town() }, call),
  ),
)
