import type * as z from 'zod'
import { admitGuardian, householdOf, readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type {
  creditNoteReply,
  invoiceReply,
  ledgerReply,
  readCreditNoteRoute,
  readFamilyLedgerRoute,
  readInvoiceRoute,
  readLedgerRoute,
} from './routes.ts'
import type { WholeLedger } from './model.ts'
import { loadLedger } from './store.ts'
import { viewCreditNote, viewInvoice, viewLedger } from './view.ts'

/** The ledger of the family that a parent's token names. */
const ownLedger = async (
  table: Table,
  actor: Parameters<typeof householdOf>[0],
): Promise<WholeLedger> => loadLedger(table, await admitGuardian(table, householdOf(actor)))

/**
 * A guardian's invoices, credit notes and payments, newest first, by pages, and what they amount to
 * [guide 28, 29, 30, 31]. The whole ledger is read for each page: its totals are stored nowhere.
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const readLedger = async (
  table: Table,
  { actor, query }: Pick<Call<typeof readLedgerRoute>, 'actor' | 'query'>,
): Promise<z.input<typeof ledgerReply>> => viewLedger(await ownLedger(table, actor), query)

/**
 * The ledger of a family as staff read it: as the family itself does.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readFamilyLedger = async (
  table: Table,
  {
    parameters: { familyId },
    query,
  }: Pick<Call<typeof readFamilyLedgerRoute>, 'parameters' | 'query'>,
): Promise<z.input<typeof ledgerReply>> => {
  const page = viewLedger(await loadLedger(table, familyId), query)
  // A number that was mistyped is told apart from a family that was never invoiced.
  if (page.count === 0) await readFile(table, familyId, ['FILE', 'FAMILY'])
  return page
}

/**
 * One invoice of a guardian's family, with the reason of each line [wish W4] and what pays it
 * [guide 29].
 *
 * @throws PortalError `not-found`, also for an invoice of another family.
 */
export const readInvoice = async (
  table: Table,
  { actor, parameters: { number } }: Pick<Call<typeof readInvoiceRoute>, 'actor' | 'parameters'>,
): Promise<z.input<typeof invoiceReply>> => {
  const ledger = await ownLedger(table, actor)
  const invoice = ledger.invoices.find((each) => each.number === number)
  if (invoice === undefined) throw new PortalError('not-found')
  return viewInvoice(ledger, invoice)
}

/**
 * One credit note of a guardian's family, with the reason of each line and what it goes to.
 *
 * @throws PortalError `not-found`, also for a credit note of another family.
 */
export const readCreditNote = async (
  table: Table,
  { actor, parameters: { number } }: Pick<Call<typeof readCreditNoteRoute>, 'actor' | 'parameters'>,
): Promise<z.input<typeof creditNoteReply>> => {
  const ledger = await ownLedger(table, actor)
  const creditNote = ledger.creditNotes.find((each) => each.number === number)
  if (creditNote === undefined) throw new PortalError('not-found')
  return viewCreditNote(ledger, creditNote)
}
