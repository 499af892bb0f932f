import { RUNS } from '../kernel/billing-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Table } from '../platform/table.ts'
import type { BillingPage, IssuedDocument } from './model.ts'
import { documentsOf } from './numbers.ts'
import { findDrafts, findRun, listPages, type RunAddress } from './run-store.ts'
import { isIssued } from './run-steps.ts'

/** How many pages of drafts are read at the same time. */
const PAGES_AT_ONCE = 10

/** Whether the documents of a page are issued. */
export const hasDocuments = ({ state }: Pick<BillingPage, 'state'>): boolean =>
  state === 'issued' || state === 'mailed'

/**
 * The pages of a month whose documents are issued, by this revision of its run or by an earlier one.
 *
 * @throws PortalError `not-found` when the month was never billed by the régie; `run-not-ready` when
 * nothing is issued yet, or not all of what is being issued.
 */
export const issuedPages = async (table: Table, address: RunAddress): Promise<BillingPage[]> => {
  const run = await findRun(table, address)
  if (run === undefined) throw new PortalError('not-found')
  const pages = (await listPages(table, address)).filter(hasDocuments)
  if (run.state === 'checked' || (pages.length === 0 && !isIssued(run))) {
    throw new PortalError('run-not-ready', { detail: RUNS.notIssued })
  }
  return pages
}

const documentsOn = async (table: Table, page: BillingPage): Promise<IssuedDocument[]> => {
  const kept = await findDrafts(table, page)
  return documentsOf(page, kept?.drafts ?? []).map(({ issued }) => issued)
}

/** The documents of some pages of a run, in the order of their numbers: one read for each page. */
export const listIssued = async (
  table: Table,
  pages: readonly BillingPage[],
): Promise<IssuedDocument[]> => {
  const documents: IssuedDocument[] = []
  for (let start = 0; start < pages.length; start += PAGES_AT_ONCE) {
    const some = pages.slice(start, start + PAGES_AT_ONCE)
    documents.push(...(await Promise.all(some.map((page) => documentsOn(table, page)))).flat())
  }
  return documents
}
