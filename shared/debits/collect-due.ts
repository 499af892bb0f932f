import { addDays, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { RegieId } from '../platform/schemas.ts'
import { confirmRun } from './confirm-run.ts'
import { runsToPrepare } from './day-rules.ts'
import { exportRun } from './export-run.ts'
import type { DebitParts } from './give-mandate.ts'
import type { DebitRun } from './model.ts'
import { prepareRun } from './prepare-run.ts'
import { findRun, listRuns } from './run-store.ts'
import { debitingRegies, type Debiting } from './settings.ts'

/** So many runs of a régie are looked at: those of some months. */
const LATEST = 40

/** From so many days before its collection on a run that nobody has sent to the bank alarms. */
const URGENT = 3

/** What the clock has done about debits. */
interface CollectionReport {
  /** The runs whose families are told. */
  readonly prepared: number
  readonly exported: number
  /** The payments that were validated. */
  readonly confirmed: number
  /** Runs that are about to be missed: their files are not made, and the bank wants them now. */
  readonly unsent: readonly { readonly regieId: RegieId; readonly collectOn: IsoDate }[]
}

/** A run that has debits and no files, near its day. */
const isUnsent = ({ state, debits, collectOn }: DebitRun, today: IsoDate): boolean =>
  (state === 'prepared' || state === 'exporting') &&
  debits > 0 &&
  today < collectOn &&
  addDays(collectOn, -URGENT) <= today

const isToExport = (run: DebitRun, { settings }: Debiting, today: IsoDate): boolean => {
  if (run.state === 'exporting') return true
  const { exportDays } = settings
  if (exportDays === undefined || run.state !== 'prepared') return false
  return addDays(run.collectOn, -exportDays) <= today && today < run.collectOn
}

const collectOf = async (
  parts: DebitParts,
  debiting: Debiting,
  now: Date,
): Promise<CollectionReport> => {
  const { table } = parts
  const today = parisDate(now)
  const regieId = debiting.regie.id
  let [prepared, exported, confirmed] = [0, 0, 0]
  for (const { collectOn } of runsToPrepare(debiting.settings, today)) {
    const held = await findRun(table, { regieId, collectOn })
    if (held !== undefined && held.state !== 'preparing' && held.state !== 'prepared') continue
    await prepareRun(parts, { regieId, collectOn, now })
    prepared += 1
  }
  const unsent: DebitRun[] = []
  for (const listed of await listRuns(table, regieId, LATEST)) {
    // The index may be a moment behind.
    let run = (await findRun(table, listed)) ?? listed
    if (isToExport(run, debiting, today)) {
      run = await exportRun(parts, { ...run, by: 'schedule', now })
      exported += 1
    }
    if (isUnsent(run, today)) unsent.push(run)
    if (run.state === 'exported' && run.collectOn <= today) {
      confirmed += await confirmRun(table, run, now)
    }
  }
  return { prepared, exported, confirmed, unsent }
}

/**
 * What the clock does each day about debits, for each régie: prepares the runs whose last day to announce
 * is near, makes files where the régie has it done by itself, finishes exports that were cut off, and
 * validates what is collected today. A run that is cut off and started again goes on.
 *
 * @param now the due time of the schedule.
 * @throws AggregateError when it failed for some régies: the others are done, the caller starts again.
 */
export const collectDue = async (parts: DebitParts, now: Date): Promise<CollectionReport> => {
  const reports: CollectionReport[] = []
  const failures: unknown[] = []
  for (const debiting of debitingRegies(parts.town)) {
    try {
      reports.push(await collectOf(parts, debiting, now))
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some régies were not collected for')
  const total = (count: 'prepared' | 'exported' | 'confirmed'): number =>
    reports.reduce((sum, report) => sum + report[count], 0)
  return {
    prepared: total('prepared'),
    exported: total('exported'),
    confirmed: total('confirmed'),
    unsent: reports.flatMap(({ unsent }) => unsent),
  }
}
