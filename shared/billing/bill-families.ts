import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { lastDayOf } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import type { Anomaly, BillingJob, SliceReport } from './model.ts'
import { billFamily } from './rules.ts'
import { issueInvoices, saveSliceReport } from './store.ts'

/**
 * Bills the families of one slice for a month: one Query each, one transaction for all their
 * invoices, then the report. Run again it writes no second invoice: a family that has one for the
 * month keeps it. A family that cannot be billed is an anomaly of the report and holds up nobody.
 */
export const billFamilies = async (
  { table, catalogue }: { table: Table; catalogue: Catalogue },
  { month, slice, issuedOn, familyIds }: BillingJob,
): Promise<SliceReport> => {
  const lastYear = schoolYearOf(lastDayOf(month))
  const bills = await Promise.all(
    familyIds.map(async (familyId) => {
      const household = await loadHousehold(table, familyId, lastYear)
      return {
        family: household.file.family,
        bill: billFamily(catalogue, household, { month, issuedOn }),
      }
    }),
  )
  const drafts = bills.flatMap(({ bill }) => (bill.kind === 'draft' ? [bill.draft] : []))
  const anomalies = bills.flatMap(({ family, bill }): Anomaly[] =>
    bill.kind === 'anomalies'
      ? bill.details.map((detail) => ({
          familyId: family.familyId,
          familyName: family.name,
          detail,
        }))
      : [],
  )
  const { issued, earlier } = await again(() => issueInvoices(table, drafts))
  const invoices = [...issued, ...earlier]
  const report = {
    month,
    slice,
    invoices: invoices.length,
    total: sum(invoices.map(({ total }) => total)),
    anomalies,
  }
  await saveSliceReport(table, report)
  return report
}
