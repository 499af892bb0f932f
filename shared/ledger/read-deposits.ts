import type * as z from 'zod'
import { LEDGER } from '../kernel/billing-texts.ts'
import { csvOf } from '../kernel/csv.ts'
import { addMonths, eachMonth, monthOf } from '../kernel/dates.ts'
import { BOOKS } from '../kernel/desk-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { amountCell, sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { shortDate } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { Deposit } from './deposit-model.ts'
import { findDeposit, listDepositsOf } from './deposit-store.ts'
import type {
  depositReply,
  exportDepositRoute,
  listDepositsRoute,
  listUndepositedRoute,
  readDepositRoute,
} from './desk-routes.ts'
import { depositedOf, isDepositable } from './make-deposit.ts'
import { loadJournal } from './store.ts'
import { viewDeposit, viewHead } from './view-deposit.ts'

const A_PAGE = 50

/** Beyond that a cheque is no longer good. */
const MOST_MONTHS = 13

/**
 * The payments of a means that can be handed in, the oldest first, over the months since one that is
 * named. The index tells them, which may lag for a moment behind a payment that was just noted.
 *
 * @throws PortalError `period-out-of-range` for a month to come or more than a year ago.
 */
export const listUndeposited = async (
  table: Table,
  {
    parameters: { regieId },
    query: { means, since },
    now,
  }: Pick<Call<typeof listUndepositedRoute>, 'parameters' | 'query' | 'now'>,
): Promise<z.input<(typeof listUndepositedRoute)['reply']>> => {
  const today = monthOf(parisDate(now))
  const months = eachMonth(since ?? addMonths(today, -2), today)
  if (months.length === 0 || months.length > MOST_MONTHS) {
    throw new PortalError('period-out-of-range')
  }
  const journals = await Promise.all(months.map((month) => loadJournal(table, regieId, month)))
  const payments = journals
    .flatMap((journal) => journal.payments)
    .filter((payment) => isDepositable(payment, { regieId, means }))
    .map(depositedOf)
  return { payments, total: sum(payments.map(({ amount }) => amount)) }
}

/** The deposits of a régie, the newest first, by pages. */
export const listDeposits = async (
  table: Table,
  {
    parameters: { regieId },
    query: { before },
  }: Pick<Call<typeof listDepositsRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof listDepositsRoute)['reply']>> => {
  const deposits = await listDepositsOf(table, regieId, { limit: A_PAGE + 1, before })
  const page = deposits.slice(0, A_PAGE)
  const last = page.at(-1)
  return {
    deposits: page.map(viewHead),
    ...(deposits.length > A_PAGE && last !== undefined ? { next: last.number } : {}),
  }
}

/**
 * A deposit by its number.
 *
 * @throws PortalError `not-found`.
 */
export const loadDeposit = async (
  table: Table,
  address: Pick<Deposit, 'regieId' | 'number'>,
): Promise<Deposit> => {
  const deposit = await findDeposit(table, address)
  if (deposit === undefined) throw new PortalError('not-found')
  return deposit
}

/**
 * A deposit with its payments.
 *
 * @throws PortalError `not-found`.
 */
export const readDeposit = async (
  table: Table,
  { parameters }: Pick<Call<typeof readDepositRoute>, 'parameters'>,
): Promise<z.input<typeof depositReply>> => viewDeposit(await loadDeposit(table, parameters))

/**
 * A deposit for a spreadsheet, its sum in the last row.
 *
 * @throws PortalError `not-found`.
 */
export const exportDeposit = async (
  table: Table,
  { parameters }: Pick<Call<typeof exportDepositRoute>, 'parameters'>,
): Promise<string> => {
  const { regieId, number, depositedOn, means, payments, total } = await loadDeposit(
    table,
    parameters,
  )
  const head = [regieId, String(number), shortDate(depositedOn), LEDGER.means[means]]
  return csvOf([
    [...BOOKS.depositColumns],
    ...payments.map((payment) => [
      ...head,
      String(payment.number),
      payment.receipt ?? '',
      payment.familyId,
      shortDate(payment.paidOn),
      String(payment.titles),
      amountCell(payment.amount),
    ]),
    [BOOKS.total, '', '', '', '', '', '', '', '', amountCell(total)],
  ])
}
