import type { IsoDate } from '../kernel/dates.ts'
import { addDays } from '../kernel/dates.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { plannedInvoices } from './debt-rules.ts'
import type { Debt } from './model.ts'
import { listDebts, listPlans } from './store.ts'
import { candidateOf, type Candidate, type TreasurySettings } from './transfer-rules.ts'

/** A debtor of a régie with what of the debt can be handed over. */
export interface ListedCandidate extends Candidate {
  readonly debt: Debt
}

/**
 * The debtors of a régie of whom something can be handed over on a day, the oldest debts first, and
 * those who owe too little for it: two Queries of the index, which may be a moment behind.
 */
export const candidatesOf = async (
  table: Table,
  regieId: RegieId,
  settings: TreasurySettings,
  today: IsoDate,
): Promise<ListedCandidate[]> => {
  const [debts, plans] = await Promise.all([
    listDebts(table, regieId, { until: addDays(today, -settings.afterDays) }),
    listPlans(table, regieId, today),
  ])
  return debts.flatMap((debt) => {
    const own = plans.filter(({ familyId }) => familyId === debt.familyId)
    const planned = plannedInvoices(own, [debt], today)
    const candidate = candidateOf(debt, planned, settings, today)
    return candidate === undefined ? [] : [{ ...candidate, debt }]
  })
}
