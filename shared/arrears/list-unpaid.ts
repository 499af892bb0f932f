import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { ARREARS_EXPORTS } from '../kernel/arrears-texts.ts'
import { csvOf } from '../kernel/csv.ts'
import { isIsoDate, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { amountCell, sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { shortDate } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import { familyIdSchema, type FamilyId, type RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { ageOf, agesOf, daysLate, overdueOf, plannedInvoices } from './debt-rules.ts'
import type { Debt, Plan } from './model.ts'
import type { exportUnpaidRoute, listUnpaidRoute, readAgesRoute } from './routes.ts'
import { listDebts, listPlans } from './store.ts'
import { viewUnpaid } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** The families of a part of the export: what a function may answer at once. */
const A_PART = 5000

/**
 * Refuses a régie that the town does not have.
 *
 * @throws PortalError `not-found`.
 */
export const admitRegie = ({ catalogue }: TownCatalogue, regieId: RegieId): void => {
  if (!catalogue.town.regies.some(({ id }) => id === regieId)) throw new PortalError('not-found')
}

const plannedFor = (plans: readonly Plan[], debt: Debt, today: IsoDate): ReadonlySet<string> =>
  plannedInvoices(
    plans.filter(({ familyId }) => familyId === debt.familyId),
    [debt],
    today,
  )

const awaitedOf = ({ invoices }: Debt): number => sum(invoices.map(({ awaited }) => awaited))

const placeOf = ({ oldestDueOn, familyId }: Debt): string => `${oldestDueOn}_${familyId}`

const placeIn = (text: string): readonly [IsoDate, FamilyId] | undefined => {
  const day = text.slice(0, 10)
  return isIsoDate(day) ? [day, familyIdSchema.parse(text.slice(11))] : undefined
}

/**
 * A page of the families that owe to a régie, the oldest debts first [guide 28, 30]: two Queries of the
 * index, which may be a moment behind the ledgers.
 *
 * @throws PortalError `not-found` for a régie that the town does not have.
 */
export const listUnpaid = async (
  { table, town }: Deps,
  {
    parameters: { regieId },
    query: { limit, after },
    now,
  }: Pick<Call<typeof listUnpaidRoute>, 'parameters' | 'query' | 'now'>,
): Promise<z.input<(typeof listUnpaidRoute)['reply']>> => {
  admitRegie(town, regieId)
  const today = parisDate(now)
  const place = after === undefined ? undefined : placeIn(after)
  const [found, plans] = await Promise.all([
    listDebts(table, regieId, { after: place, limit: limit + 1 }),
    listPlans(table, regieId, today),
  ])
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    debtors: page.map((debt) => {
      const planned = plannedFor(plans, debt, today)
      const { familyId, name, due, oldestDueOn, invoices } = debt
      return {
        ...{ familyId, name, due, oldestDueOn },
        awaited: awaitedOf(debt),
        overdue: sum(overdueOf(debt, planned, today).map((each) => each.due)),
        ages: agesOf(invoices, today),
        invoices: invoices.map((each) => viewUnpaid(each, planned, today)),
      }
    }),
    ...(found.length > limit && last !== undefined ? { next: placeOf(last) } : {}),
  }
}

/**
 * What is owed to a régie by age, over all families: one Query of the index.
 *
 * @throws PortalError `not-found` for a régie that the town does not have.
 */
export const readAges = async (
  { table, town }: Deps,
  { parameters: { regieId }, now }: Pick<Call<typeof readAgesRoute>, 'parameters' | 'now'>,
): Promise<z.input<(typeof readAgesRoute)['reply']>> => {
  admitRegie(town, regieId)
  const debts = await listDebts(table, regieId)
  const invoices = debts.flatMap((debt) => debt.invoices)
  return {
    debtors: debts.length,
    invoices: invoices.length,
    due: sum(invoices.map(({ due }) => due)),
    awaited: sum(invoices.map(({ awaited }) => awaited)),
    ages: agesOf(invoices, parisDate(now)),
  }
}

const rowsOf = (debt: Debt, planned: ReadonlySet<string>, today: IsoDate): string[][] =>
  debt.invoices.map((invoice) => {
    const { number, month, dueOn, due, awaited } = invoice
    const age = ageOf(invoice, today)
    const cells = (['notDue', 'upTo30', 'upTo60', 'upTo90', 'over90'] as const).map((each) =>
      each === age ? amountCell(due) : '',
    )
    return [
      debt.regieId,
      debt.familyId,
      debt.name,
      number,
      `${month.slice(5)}/${month.slice(0, 4)}`,
      shortDate(dueOn),
      String(Math.max(0, daysLate(invoice, today))),
      amountCell(due),
      ...cells,
      awaited === 0 ? '' : amountCell(awaited),
      planned.has(number) ? ARREARS_EXPORTS.planned : '',
    ]
  })

/**
 * The unpaid invoices of a régie as a CSV, one row each: up to 5,000 families in each part.
 *
 * @throws PortalError `not-found` for a régie that the town does not have, and for a part that there is
 * not.
 */
export const exportUnpaid = async (
  { table, town }: Deps,
  {
    parameters: { regieId },
    query: { part },
    now,
  }: Pick<Call<typeof exportUnpaidRoute>, 'parameters' | 'query' | 'now'>,
): Promise<string> => {
  admitRegie(town, regieId)
  const today = parisDate(now)
  const [debts, plans] = await Promise.all([
    listDebts(table, regieId),
    listPlans(table, regieId, today),
  ])
  const start = (part - 1) * A_PART
  if (start > 0 && start >= debts.length) throw new PortalError('not-found')
  return csvOf([
    [...ARREARS_EXPORTS.unpaidColumns],
    ...debts
      .slice(start, start + A_PART)
      .flatMap((debt) => rowsOf(debt, plannedFor(plans, debt, today), today)),
  ])
}
