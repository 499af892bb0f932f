import { printReminder } from '../../shared/arrears/print-reminder.ts'
import { printFamilyReminderRoute, printReminderRoute } from '../../shared/arrears/print-routes.ts'
import { KMSClient } from '@aws-sdk/client-kms'
import { readFileSync } from 'node:fs'
import { printCreditNote, printInvoice } from '../../shared/billing/print-document.ts'
import {
  printCreditNoteRoute,
  printFamilyCreditNoteRoute,
  printFamilyInvoiceRoute,
  printInvoiceRoute,
} from '../../shared/billing/print-routes.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { formatLetter } from '../../shared/documents/format-letter.ts'
import type { LetterFormat } from '../../shared/documents/letter-reply.ts'
import type { Letter } from '../../shared/documents/model.ts'
import { admitGuardian, householdOf } from '../../shared/families/read-file.ts'
import { printDepositRoute } from '../../shared/ledger/desk-routes.ts'
import { issueReceipt } from '../../shared/ledger/issue-receipt.ts'
import { issueStatement } from '../../shared/ledger/issue-statement.ts'
import { printDeposit } from '../../shared/ledger/print-deposit.ts'
import {
  printFamilyReceiptRoute,
  printFamilyStatementRoute,
  printReceiptRoute,
  printStatementRoute,
} from '../../shared/ledger/print-routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on, type Actor } from '../../shared/platform/http.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { exportFamily, exportFamilyFile } from '../../shared/privacy/export-family.ts'
import { exportLetter } from '../../shared/privacy/export-letter.ts'
import {
  printFamilyExportRoute,
  printFamilyFileExportRoute,
} from '../../shared/privacy/export-routes.ts'
import { readPriceTable } from '../../shared/tariffs/price-table.ts'
import {
  printFamilySimulationRoute,
  printPriceTableRoute,
  printSimulationRoute,
} from '../../shared/tariffs/print-routes.ts'
import { priceTableLetter, simulationLetter } from '../../shared/tariffs/print-simulation.ts'
import { simulateForAnyone, simulateForFamily } from '../../shared/tariffs/simulate.ts'

const { TABLE_NAME, HEALTH_KEY_ARN } = environmentOf(environments['print-documents'])
const table = openTable(documentClient(), TABLE_NAME)
const townNow = townCatalogue(table)
const sealer = kmsSealer(new KMSClient({}), HEALTH_KEY_ARN)

/** Files that the build puts beside the function. */
const beside = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url))

const send = async (
  { query: { format } }: { query: { format: LetterFormat } },
  letter: Letter,
): ReturnType<typeof formatLetter> =>
  formatLetter(letter, format, () => ({
    regular: beside('regular.ttf'),
    bold: beside('bold.ttf'),
  }))

/** The family of the guardian who calls. */
const ownFamily = ({ actor }: { actor: Actor }) => admitGuardian(table, householdOf(actor))

export const handler = httpHandler(
  on(printInvoiceRoute, async (call) => {
    const address = { familyId: await ownFamily(call), ...call.parameters }
    return send(call, await printInvoice({ table, town: await townNow() }, address))
  }),
  on(printFamilyInvoiceRoute, async (call) =>
    send(call, await printInvoice({ table, town: await townNow() }, call.parameters)),
  ),
  on(printCreditNoteRoute, async (call) => {
    const address = { familyId: await ownFamily(call), ...call.parameters }
    return send(call, await printCreditNote({ table, town: await townNow() }, address))
  }),
  on(printFamilyCreditNoteRoute, async (call) =>
    send(call, await printCreditNote({ table, town: await townNow() }, call.parameters)),
  ),
  on(printStatementRoute, async (call) => {
    const about = { familyId: await ownFamily(call), ...call.parameters, now: call.now }
    return send(call, await issueStatement({ table, town: await townNow() }, about))
  }),
  on(printFamilyStatementRoute, async (call) => {
    const about = { ...call.parameters, now: call.now }
    return send(call, await issueStatement({ table, town: await townNow() }, about))
  }),
  on(printReceiptRoute, async (call) => {
    const about = { familyId: await ownFamily(call), ...call.parameters, now: call.now }
    return send(call, await issueReceipt({ table, town: await townNow() }, about))
  }),
  on(printFamilyReceiptRoute, async (call) => {
    const about = { ...call.parameters, now: call.now }
    return send(call, await issueReceipt({ table, town: await townNow() }, about))
  }),
  on(printDepositRoute, async (call) =>
    send(call, await printDeposit({ table, town: await townNow() }, call.parameters)),
  ),
  on(printReminderRoute, async (call) => {
    const address = { familyId: await ownFamily(call), number: call.parameters.reminder }
    return send(call, await printReminder({ table, town: await townNow() }, address))
  }),
  on(printFamilyReminderRoute, async (call) => {
    const { familyId, reminder } = call.parameters
    const address = { familyId, number: reminder }
    return send(call, await printReminder({ table, town: await townNow() }, address))
  }),
  on(printFamilyExportRoute, async (call) => {
    const town = await townNow()
    const held = await exportFamily({ table, town, sealer }, call)
    return send(call, exportLetter(town.catalogue.town, held))
  }),
  on(printFamilyFileExportRoute, async (call) => {
    const town = await townNow()
    const held = await exportFamilyFile({ table, town }, call)
    return send(call, exportLetter(town.catalogue.town, held))
  }),
  on(printSimulationRoute, async (call) => {
    const town = await townNow()
    return send(call, simulationLetter(town.catalogue.town, simulateForAnyone(town, call)))
  }),
  on(printFamilySimulationRoute, async (call) => {
    const town = await townNow()
    const reply = await simulateForFamily({ table, town }, call)
    return send(call, simulationLetter(town.catalogue.town, reply))
  }),
  on(printPriceTableRoute, async (call) => {
    const town = await townNow()
    const reply = readPriceTable(town, call.parameters.priceListId)
    return send(call, priceTableLetter(town.catalogue.town, reply))
  }),
)
