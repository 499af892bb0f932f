import type { TownCatalogue } from '../catalogue/calendar.ts'
import { csvOf } from '../kernel/csv.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import type { Call } from '../platform/http.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { exportAccountsRoute, exportInvoicesRoute } from './export-routes.ts'
import {
  accountRows,
  addDocuments,
  invoiceRows,
  type Account,
  type OwnAccounts,
} from './export-rows.ts'
import { issuedPages, listIssued } from './list-issued.ts'

/** Of 50 families each: what a function may answer at once. */
const PAGES_A_PART = 100

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** The accounts of a régie; none of one that the town has no longer. */
const accountsOf = ({ catalogue }: TownCatalogue, regieId: RegieId): OwnAccounts =>
  catalogue.town.regies.find(({ id }) => id === regieId)?.accounts ?? {}

/**
 * The invoices and credit notes of a month for the finance software, as a CSV: up to 5,000 families
 * in each part.
 *
 * @throws PortalError `not-found` when the month was never billed, and for a part that there is not;
 * `run-not-ready` before its documents are issued.
 */
export const exportInvoices = async (
  { table, town }: Deps,
  { parameters, query }: Pick<Call<typeof exportInvoicesRoute>, 'parameters' | 'query'>,
): Promise<string> => {
  const pages = await issuedPages(table, parameters)
  const start = (query.part - 1) * PAGES_A_PART
  if (start > 0 && start >= pages.length) throw new PortalError('not-found')
  const issued = await listIssued(table, pages.slice(start, start + PAGES_A_PART))
  return csvOf(invoiceRows(issued, accountsOf(town, parameters.regieId)))
}

/**
 * What a month comes to by activity and account, as a CSV.
 *
 * @throws PortalError `not-found` when the month was never billed; `run-not-ready` before its
 * documents are issued.
 */
export const exportAccounts = async (
  { table, town }: Deps,
  { parameters }: Pick<Call<typeof exportAccountsRoute>, 'parameters'>,
): Promise<string> => {
  const pages = await issuedPages(table, parameters)
  const own = accountsOf(town, parameters.regieId)
  let accounts: ReadonlyMap<string, Account> = new Map()
  let carried = 0
  for (let start = 0; start < pages.length; start += PAGES_A_PART) {
    const issued = await listIssued(table, pages.slice(start, start + PAGES_A_PART))
    accounts = addDocuments(accounts, issued, own)
    const waiting = issued.filter(({ kind }) => kind === 'carried')
    carried += sum(waiting.map(({ document }) => document.total))
  }
  return csvOf(accountRows([...accounts.values()], carried, own))
}
