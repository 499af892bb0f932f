import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import { lastDayOf } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { DETAILS } from '../kernel/texts.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import type { Anomaly, BillingJob, SliceReport } from './model.ts'
import { billFamily, type InvoiceDraft } from './rules.ts'
import { issueInvoices, saveSliceReport } from './store.ts'

interface Outcome {
  readonly drafts: readonly InvoiceDraft[]
  readonly anomalies: readonly Anomaly[]
}

const billOne = async (
  { table, town }: { table: Table; town: TownCatalogue },
  familyId: FamilyId,
  { month, issuedOn }: BillingJob,
): Promise<Outcome> => {
  try {
    const household = await loadHousehold(table, familyId, schoolYearOf(lastDayOf(month)))
    const bill = billFamily(town, household, { month, issuedOn })
    if (bill.kind === 'draft') return { drafts: [bill.draft], anomalies: [] }
    const familyName = household.file.family.name
    const details = bill.kind === 'anomalies' ? bill.details : []
    return { drafts: [], anomalies: details.map((detail) => ({ familyId, familyName, detail })) }
  } catch (error) {
    // A file that is gone or cannot be read holds up nobody; a busy table holds up the slice.
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('family not billed', error, { familyId, month })
    return { drafts: [], anomalies: [{ familyId, familyName: '', detail: DETAILS.unreadableFile }] }
  }
}

/**
 * Bills the families of one slice for a month: one Query each, one transaction for all their
 * invoices, then the report. Run again it writes no second invoice: a family that has one for the
 * month keeps it. A family that cannot be billed is an anomaly of the report and holds up nobody.
 */
export const billFamilies = async (
  deps: { table: Table; town: TownCatalogue },
  job: BillingJob,
): Promise<SliceReport> => {
  const outcomes = await Promise.all(job.familyIds.map((familyId) => billOne(deps, familyId, job)))
  const drafts = outcomes.flatMap((outcome) => outcome.drafts)
  const { issued, earlier } = await again(() => issueInvoices(deps.table, drafts))
  const invoices = [...issued, ...earlier]
  const report = {
    month: job.month,
    slice: job.slice,
    invoices: invoices.length,
    total: sum(invoices.map(({ total }) => total)),
    anomalies: outcomes.flatMap((outcome) => outcome.anomalies),
  }
  await saveSliceReport(deps.table, report)
  return report
}
