import type * as z from 'zod'
import { csvOf } from '../kernel/csv.ts'
import { daysBetween } from '../kernel/dates.ts'
import { BOOKS } from '../kernel/desk-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { readEntries } from '../ledger/read-journal.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { cashUpRows, journalRows } from './export-rows.ts'
import type { readCashUpRoute, readJournalRoute } from './routes.ts'
import { cashUpOf, withTotals, type CashUpLine, type JournalLine } from './rules.ts'
import { viewCashUp, viewJournal } from './view.ts'

/** As a town of 6,000 families has some 6,000 payments in it, which one answer can hold. */
const MOST_DAYS = 31

type PeriodCall = Pick<Call<typeof readJournalRoute>, 'parameters' | 'query'>

const entriesOf = async (
  table: Table,
  { parameters: { regieId }, query: { from, to } }: PeriodCall,
): ReturnType<typeof readEntries> => {
  const days = daysBetween(from, to)
  if (days < 1 || days > MOST_DAYS) {
    throw new PortalError('period-out-of-range', { detail: BOOKS.periodTooLong })
  }
  return readEntries(table, regieId, { from, to })
}

const journalOf = async (table: Table, call: PeriodCall): Promise<JournalLine[]> =>
  withTotals(await entriesOf(table, call))

const cashUpFor = async (table: Table, call: PeriodCall): Promise<CashUpLine[]> =>
  cashUpOf(await entriesOf(table, call))

/**
 * What moved money at a régie in up to a month, in the order of days, with running totals.
 *
 * @throws PortalError `period-out-of-range` for more than a month, and for days in the wrong order.
 */
export const readJournal = async (
  table: Table,
  call: PeriodCall,
): Promise<z.input<(typeof readJournalRoute)['reply']>> => viewJournal(await journalOf(table, call))

/**
 * The journal of a régie as a CSV.
 *
 * @throws PortalError `period-out-of-range` for more than a month, and for days in the wrong order.
 */
export const exportJournal = async (table: Table, call: PeriodCall): Promise<string> =>
  csvOf(journalRows(call.parameters.regieId, await journalOf(table, call)))

/**
 * The cash-up of a régie (arrêté de caisse): what came and went by day and means.
 *
 * @throws PortalError `period-out-of-range` for more than a month, and for days in the wrong order.
 */
export const readCashUp = async (
  table: Table,
  call: PeriodCall,
): Promise<z.input<(typeof readCashUpRoute)['reply']>> => viewCashUp(await cashUpFor(table, call))

/**
 * The cash-up of a régie as a CSV.
 *
 * @throws PortalError `period-out-of-range` for more than a month, and for days in the wrong order.
 */
export const exportCashUp = async (table: Table, call: PeriodCall): Promise<string> =>
  csvOf(cashUpRows(call.parameters.regieId, await cashUpFor(table, call)))
