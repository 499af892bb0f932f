import { StaleReadError } from '../kernel/errors.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { anonymousAnomalies, anonymousDrafts } from './anonymous-rules.ts'
import {
  findDrafts,
  findPage,
  listEveryRun,
  listPages,
  putPage,
  replaceDrafts,
  type PageAddress,
} from './run-store.ts'

const eraseFromDrafts = async (
  table: Table,
  address: PageAddress,
  familyId: FamilyId,
): Promise<void> => {
  const drafts = await findDrafts(table, address)
  if (drafts === undefined) return
  const anonymous = anonymousDrafts(drafts, familyId)
  if (anonymous !== drafts) await replaceDrafts(table, address, anonymous)
}

const eraseFromPage = async (
  table: Table,
  address: PageAddress,
  familyId: FamilyId,
): Promise<void> => {
  const page = await findPage(table, address)
  if (page === undefined) return
  const anomalies = anonymousAnomalies(page.anomalies, familyId)
  if (anomalies === page.anomalies) return
  const after = { ...page, anomalies, version: page.version + 1 }
  if (!(await putPage(table, after))) throw new StaleReadError('billing page')
}

/**
 * Takes a family's name, address and children out of the drafts and reports of all runs; what they came
 * to stays. To do it again changes nothing. A Query of the runs, one of the pages of each, and for each
 * page with the family two reads and at most two writes.
 *
 * @throws StaleReadError, TableBusyError when a run moves again and again meanwhile.
 */
export const eraseFromRuns = async (table: Table, familyId: FamilyId): Promise<void> => {
  for (const run of await listEveryRun(table)) {
    const pages = await listPages(table, run)
    for (const page of pages.filter(({ familyIds }) => familyIds.includes(familyId))) {
      await eraseFromDrafts(table, page, familyId)
      await again(() => eraseFromPage(table, page, familyId))
    }
  }
}
