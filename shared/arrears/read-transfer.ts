import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { ARREARS, ARREARS_EXPORTS } from '../kernel/arrears-texts.ts'
import { csvOf } from '../kernel/csv.ts'
import { PortalError } from '../kernel/errors.ts'
import { amountCell, sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { shortDate } from '../kernel/texts.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import type { WholeLedger } from '../ledger/model.ts'
import { settle } from '../ledger/rules.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { candidatesOf, type ListedCandidate } from './candidates.ts'
import { daysLate } from './debt-rules.ts'
import { admitRegie } from './list-unpaid.ts'
import type { Debtor, Transfer } from './model.ts'
import { pesFile } from './pes.ts'
import { findTransfer, listDebtors, listTransfers } from './store.ts'
import { treasuryOf } from './transfer.ts'
import type {
  exportPesRoute,
  exportTransferRoute,
  listTransfersRoute,
  previewTransferRoute,
  readTransferRoute,
} from './transfer-routes.ts'
import { viewTransfer } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** How many lists are shown. */
const MOST_SHOWN = 100

const totalOf = (some: readonly ListedCandidate[]) => ({
  debtors: some.length,
  invoices: sum(some.map(({ invoices }) => invoices.length)),
  amount: sum(some.map(({ amount }) => amount)),
})

/**
 * What a régie can hand over to the Treasury today, and what is too little for it [guide 30].
 *
 * @throws PortalError `not-found` for a régie that the town does not have; `regie-not-set`.
 */
export const previewTransfer = async (
  { table, town }: Deps,
  {
    parameters: { regieId },
    query: { limit, after },
    now,
  }: Pick<Call<typeof previewTransferRoute>, 'parameters' | 'query' | 'now'>,
): Promise<z.input<(typeof previewTransferRoute)['reply']>> => {
  const { treasury } = treasuryOf(town, regieId)
  const today = parisDate(now)
  const [listed, [last]] = await Promise.all([
    candidatesOf(table, regieId, treasury, today),
    listTransfers(table, regieId, 1),
  ])
  const start = listed.findIndex(({ debt }) => debt.familyId === after) + 1
  const page = listed.slice(start, start + limit)
  const next = start + limit < listed.length ? page.at(-1)?.debt.familyId : undefined
  return {
    number: (last?.number ?? 0) + 1,
    ...(last?.state === 'open' ? { open: last.number } : {}),
    ...{ afterDays: treasury.afterDays, least: treasury.least },
    candidates: totalOf(listed.filter(({ deferred }) => !deferred)),
    deferred: totalOf(listed.filter(({ deferred }) => deferred)),
    debtors: page.map(({ debt: { familyId, name }, amount, deferred, invoices }) => ({
      ...{ familyId, name, amount, deferred },
      invoices: invoices.map(({ number, dueOn, due }) => ({
        ...{ number, dueOn, due },
        daysLate: daysLate({ dueOn }, today),
      })),
    })),
    ...(next === undefined ? {} : { next }),
  }
}

/**
 * The lists that a régie has handed over, newest first.
 *
 * @throws PortalError `not-found` for a régie that the town does not have.
 */
export const showTransfers = async (
  { table, town }: Deps,
  { parameters: { regieId } }: Pick<Call<typeof listTransfersRoute>, 'parameters'>,
): Promise<z.input<(typeof listTransfersRoute)['reply']>> => {
  admitRegie(town, regieId)
  const transfers = await listTransfers(table, regieId, MOST_SHOWN)
  return { transfers: transfers.map(viewTransfer) }
}

const debtorName = ({ person: { title, firstName, lastName } }: Debtor): string =>
  [title ?? '', firstName, lastName].filter((part) => part !== '').join(' ')

/** What documents issued since take back of an invoice, in cents as they have it. */
const correctionsOf = ({ invoices, creditNotes }: WholeLedger, number: string, since: string) =>
  [...invoices, ...creditNotes]
    .filter(({ issuedOn }) => issuedOn >= since)
    .map((document) => ({
      number: document.number,
      issuedOn: document.issuedOn,
      amount: sum(
        document.lines.filter(({ corrects }) => corrects === number).map(({ amount }) => amount),
      ),
    }))
    .filter(({ amount }) => amount !== 0)

/**
 * A list with its debtors, and what has become of their invoices since: what the portal has received
 * all the same, and what a later document takes back, which the Treasury has to be told. A read for
 * each debtor of the page.
 *
 * @throws PortalError `not-found`.
 */
export const readTransfer = async (
  table: Table,
  {
    parameters,
    query: { limit, after },
  }: Pick<Call<typeof readTransferRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof readTransferRoute)['reply']>> => {
  const transfer = await findTransfer(table, parameters)
  if (transfer === undefined) throw new PortalError('not-found')
  const found = await listDebtors(table, transfer, { after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const ledgers = await Promise.all(page.map(({ familyId }) => loadAccounts(table, familyId)))
  const next = found.length > limit ? page.at(-1)?.familyId : undefined
  return {
    ...viewTransfer(transfer),
    entries: page.map((debtor, index) => {
      const ledger = ledgers[index]
      if (ledger === undefined) throw new Error('A debtor without a ledger')
      const accounts = settle(ledger).invoices
      return {
        familyId: debtor.familyId,
        debtor: debtorName(debtor),
        amount: sum(debtor.invoices.map(({ due }) => due)),
        invoices: debtor.invoices.map(({ number, month, total, due }) => ({
          ...{ number, month, total },
          handedOver: due,
          due: accounts.get(number)?.due ?? 0,
          corrections: correctionsOf(ledger, number, debtor.handedOverOn),
        })),
      }
    }),
    ...(next === undefined ? {} : { next }),
  }
}

/** A list that is done, with all its debtors. */
const finished = async (
  table: Table,
  address: Pick<Transfer, 'regieId' | 'number'>,
): Promise<{ transfer: Transfer; debtors: Debtor[] }> => {
  const transfer = await findTransfer(table, address)
  if (transfer === undefined) throw new PortalError('not-found')
  if (transfer.state === 'open') {
    throw new PortalError('transfer-open', { detail: ARREARS.transferOpen })
  }
  return { transfer, debtors: await listDebtors(table, transfer) }
}

const rowsOf = (debtor: Debtor): string[][] =>
  debtor.invoices.flatMap(({ number, month, issuedOn, dueOn, total, due, accounts }) => {
    const { title = '', firstName, lastName, address } = debtor.person
    return accounts.map(({ account = '', amount }) => [
      debtor.regieId,
      String(debtor.transfer),
      shortDate(debtor.handedOverOn),
      debtor.familyId,
      title,
      lastName,
      firstName,
      address.street,
      address.complement ?? '',
      address.postcode,
      address.town,
      number,
      `${month.slice(5)}/${month.slice(0, 4)}`,
      shortDate(issuedOn),
      shortDate(dueOn),
      amountCell(total),
      amountCell(due),
      account,
      amountCell(amount),
    ])
  })

/**
 * A list for the Treasury as a CSV: a row for each invoice and account.
 *
 * @throws PortalError `not-found`; `transfer-open` before it is done.
 */
export const exportTransfer = async (
  table: Table,
  { parameters }: Pick<Call<typeof exportTransferRoute>, 'parameters'>,
): Promise<string> => {
  const { debtors } = await finished(table, parameters)
  return csvOf([[...ARREARS_EXPORTS.transferColumns], ...debtors.flatMap(rowsOf)])
}

/**
 * A list as a file of PES V2, flow ORMC (`pesFile`).
 *
 * @throws PortalError `not-found`; `transfer-open` before it is done; `regie-not-set` for a régie that
 * has no settings for it, or not for all accounts.
 */
export const exportPes = async (
  { table, town }: Deps,
  { parameters }: Pick<Call<typeof exportPesRoute>, 'parameters'>,
): Promise<string> => {
  const { regie, treasury } = treasuryOf(town, parameters.regieId)
  const { pes } = treasury
  if (pes === undefined) throw new PortalError('regie-not-set', { detail: ARREARS.noPes })
  const { transfer, debtors } = await finished(table, parameters)
  return pesFile({ town: town.catalogue.town, regie: regie.name, pes, transfer, debtors })
}
