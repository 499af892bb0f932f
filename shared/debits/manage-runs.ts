import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { DEBITS, rejectReason } from '../kernel/debit-texts.ts'
import { addDays } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { lastDayToAnnounce, runsBetween } from './day-rules.ts'
import { exportRun } from './export-run.ts'
import type { DebitParts } from './give-mandate.ts'
import { openFile } from './make-files.ts'
import type { Debit, DebitRun } from './model.ts'
import { prepareRun } from './prepare-run.ts'
import type {
  exportDebitRunRoute,
  listDebitRunsRoute,
  prepareDebitRunRoute,
  readDebitFileRoute,
  readDebitRunRoute,
  runReply,
} from './run-routes.ts'
import { findRun, listDebits, listRuns } from './run-store.ts'
import { debitingRegie } from './settings.ts'

/** How many debits one call of the API announces or sends: well within the time that an answer may take. */
const MOST_OF_A_CALL = 100

/** The runs that a list shows. */
const LATEST = 40

const viewRun = (run: DebitRun): z.input<typeof runReply> => {
  const { regieId, collectOn, state, openedAt, debits, announced, sent } = run
  return {
    ...{ regieId, collectOn, state, openedAt, debits, announced },
    stateLabel: DEBITS.runStates[state],
    ...(run.export === undefined ? {} : { exportedAt: run.export.at }),
    ...(sent === undefined ? {} : { sent }),
  }
}

const viewDebit = (debit: Debit): z.input<(typeof readDebitRunRoute)['reply']>['list'][number] => {
  const { number, familyId, endToEndId, rum, state, announced, sent, dropped, rejected } = debit
  return {
    ...{ number, familyId, endToEndId, rum, state, announced },
    stateLabel: DEBITS.debitStates[state],
    ...(sent === undefined
      ? {}
      : { amount: sent.amount, sequence: sent.sequence, payment: sent.payment }),
    ...(dropped === undefined ? {} : { dropped }),
    ...(rejected === undefined ? {} : { reason: rejectReason(rejected.code) }),
  }
}

/**
 * The runs of a régie, the latest first, and the next days on which it collects.
 *
 * @throws PortalError `means-not-allowed` for a régie that does not debit.
 */
export const listDebitRuns = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { parameters: { regieId }, now }: Pick<Call<typeof listDebitRunsRoute>, 'parameters' | 'now'>,
): Promise<z.input<(typeof listDebitRunsRoute)['reply']>> => {
  const { settings } = debitingRegie(town, regieId)
  const today = parisDate(now)
  const runs = await listRuns(table, regieId, LATEST)
  const next = runsBetween(settings, addDays(today, 1), addDays(today, 70))
  return {
    next: next.map(({ collectOn }) => ({
      collectOn,
      prepareBy: lastDayToAnnounce(settings, collectOn),
    })),
    runs: runs.map(viewRun),
  }
}

/**
 * A run with its debits by pages.
 *
 * @throws PortalError `not-found`.
 */
export const readDebitRun = async (
  table: Table,
  {
    parameters: { regieId, date: collectOn },
    query: { limit, after },
  }: Pick<Call<typeof readDebitRunRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof readDebitRunRoute)['reply']>> => {
  const run = await findRun(table, { regieId, collectOn })
  if (run === undefined) throw new PortalError('not-found')
  const open = (await listDebits(table, run)).filter(({ number }) => number > after)
  const page = open.slice(0, limit)
  const last = page.at(-1)
  return {
    ...viewRun(run),
    list: page.map(viewDebit),
    ...(open.length > limit && last !== undefined ? { next: last.number } : {}),
  }
}

/** An accountant has a run prepared; see `prepareRun`. */
export const prepareDebitRun = async (
  deps: { table: Table; town: TownCatalogue },
  {
    parameters: { regieId, date: collectOn },
    now,
  }: Pick<Call<typeof prepareDebitRunRoute>, 'parameters' | 'now'>,
): Promise<z.input<typeof runReply>> =>
  viewRun(await prepareRun(deps, { regieId, collectOn, now }, MOST_OF_A_CALL))

/** An accountant has the files of a run made; see `exportRun`. */
export const exportDebitRun = async (
  parts: DebitParts,
  {
    parameters: { regieId, date: collectOn },
    actor,
    now,
  }: Pick<Call<typeof exportDebitRunRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<z.input<typeof runReply>> => {
  const asked = { regieId, collectOn, by: actor.account, now }
  return viewRun(await exportRun(parts, asked, MOST_OF_A_CALL))
}

/**
 * A file for the bank: whoever fetches it reads the accounts of all families in it.
 *
 * @throws PortalError `not-found` before it is made, and once it is forgotten.
 */
export const readDebitFile = async (
  parts: Pick<DebitParts, 'table' | 'sealer'>,
  {
    parameters: { regieId, date: collectOn, file },
  }: Pick<Call<typeof readDebitFileRoute>, 'parameters'>,
): Promise<string> => {
  const text = await openFile(parts, { regieId, collectOn, file })
  if (text === undefined) throw new PortalError('not-found')
  return text
}
