import type { Table } from '../platform/table.ts'
import type { BillingJob, IssuedDocument } from './model.ts'
import { documentsOf } from './numbers.ts'
import { draftsOf, endJob, finishPage, openPage } from './run-steps.ts'

/**
 * Has the documents of an issued page told to their families; with the last page the run is mailed.
 * Those of an earlier revision are told as well: they were issued.
 *
 * @param tell throws when some were not told for now: the page then stays as it is.
 */
export const tellPage = async (
  table: Table,
  job: BillingJob,
  tell: (documents: readonly IssuedDocument[]) => Promise<void>,
): Promise<void> => {
  const page = await openPage(table, job)
  if (page !== undefined) {
    const { drafts } = await draftsOf(table, job)
    await tell(documentsOf(page, drafts).map(({ issued }) => issued))
    await finishPage(table, job, page)
  }
  await endJob({ table, send: () => Promise.resolve() }, job, 'mailed')
}
