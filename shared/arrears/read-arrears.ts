import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import type { Call } from '../platform/http.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { blocksOf } from './block-rules.ts'
import { debtsOf, overdueOf, plannedInvoices } from './debt-rules.ts'
import type { readArrearsRoute, readFamilyArrearsRoute } from './routes.ts'
import { listReminders, owingAmong } from './store.ts'
import { viewPlan, viewUnpaid } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

type Reply = z.input<(typeof readArrearsRoute)['reply']>

/** What a family has not paid, by its ledger. Three Queries. */
const arrearsOf = async (
  { table, town: { catalogue } }: Deps,
  { familyId, guardianId }: { familyId: FamilyId; guardianId?: GuardianId },
  now: Date,
): Promise<Reply> => {
  const today = parisDate(now)
  const [{ file, items }, ledger, reminders] = await Promise.all([
    readFile(table, familyId, ['FILE', 'GUARDIAN']),
    loadAccounts(table, familyId),
    listReminders(table, familyId),
  ])
  if (guardianId !== undefined) actingGuardian(file, guardianId)
  const { plans } = owingAmong(items)
  const debts = debtsOf(ledger)
  const planned = plannedInvoices(plans, debts, today)
  const blocks = blocksOf(catalogue, { debts, plans }, today)
  const unpaid = debts.flatMap(({ invoices }) => invoices)
  return {
    regies: debts.map((debt) => {
      const { regieId, due, invoices } = debt
      const blocked = blocks.find((each) => each.regieId === regieId)?.detail
      return {
        regieId,
        regie: catalogue.town.regies.find(({ id }) => id === regieId)?.name ?? regieId,
        due,
        overdue: sum(overdueOf(debt, planned, today).map((each) => each.due)),
        awaited: sum(invoices.map(({ awaited }) => awaited)),
        invoices: invoices.map((each) => viewUnpaid(each, planned, today)),
        ...(blocked === undefined ? {} : { blocked }),
      }
    }),
    plans: plans.map((plan) => viewPlan(plan, unpaid, today)).toReversed(),
    reminders: reminders.toReversed().map(({ number: reminder, remindedOn, invoices }) => ({
      reminder,
      remindedOn,
      total: sum(invoices.map(({ due }) => due)),
      invoices: invoices.map(({ number, due, days }) => ({ number, due, daysLate: days })),
    })),
  }
}

/**
 * What a guardian's family has not paid, what is overdue and why it can book nothing, its payment plans
 * and the reminders that it got [guide 28, 30].
 *
 * @throws PortalError `not-found` for a guardian who has left the family.
 */
export const readArrears = (
  deps: Deps,
  { actor, now }: Pick<Call<typeof readArrearsRoute>, 'actor' | 'now'>,
): Promise<Reply> => arrearsOf(deps, householdOf(actor), now)

/**
 * The same of a family, for those who keep the accounts.
 *
 * @throws PortalError `not-found` when there is no such family.
 */
export const readFamilyArrears = (
  deps: Deps,
  { parameters, now }: Pick<Call<typeof readFamilyArrearsRoute>, 'parameters' | 'now'>,
): Promise<Reply> => arrearsOf(deps, parameters, now)
