import type * as z from 'zod'
import { admitGuardian, householdOf } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { readBillingRunRoute, readLedgerRoute } from './routes.ts'
import { listInvoices, loadRun } from './store.ts'

/** A family's invoices with their lines, newest first, and what they amount to [guide 28, 29]. */
export const readLedger = async (
  table: Table,
  { actor }: Pick<Call<typeof readLedgerRoute>, 'actor'>,
): Promise<z.input<(typeof readLedgerRoute)['reply']>> => {
  const invoices = await listInvoices(table, await admitGuardian(table, householdOf(actor)))
  return {
    totals: { invoiced: sum(invoices.map(({ total }) => total)), invoices: invoices.length },
    invoices: invoices.map(({ number, month, issuedOn, dueOn, regie, total, lines }) => ({
      number,
      month,
      issuedOn,
      dueOn,
      regie,
      total,
      lines: lines.map(({ child, activity, unit, quantity, unitPrice, amount, priceList }) => ({
        child,
        activity,
        unit,
        quantity,
        unitPrice,
        amount,
        priceList,
      })),
    })),
  }
}

/**
 * How far the billing of a month is and what it found.
 *
 * @throws PortalError `not-found` when the month was never billed.
 */
export const readBillingRun = async (
  table: Table,
  { parameters: { month } }: Pick<Call<typeof readBillingRunRoute>, 'parameters'>,
): Promise<z.input<(typeof readBillingRunRoute)['reply']>> => {
  const found = await loadRun(table, month)
  if (found === undefined) throw new PortalError('not-found')
  const { run, reports } = found
  return {
    month: run.month,
    openedAt: run.openedAt,
    slices: run.slices,
    slicesDone: reports.length,
    families: run.families,
    invoices: sum(reports.map(({ invoices }) => invoices)),
    total: sum(reports.map(({ total }) => total)),
    anomalies: reports.flatMap(({ anomalies }) => anomalies),
  }
}
