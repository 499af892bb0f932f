import type { TownCatalogue } from '../catalogue/calendar.ts'
import { listFamilyIds } from '../families/list-families.ts'
import { addMonths, monthOf, type IsoMonth } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { openRun } from './open-run.ts'
import { findRun, findTurn, keepWaiting, type RunAddress } from './run-store.ts'
import { isIssued, sendOpenJobs, type SendJobs } from './run-steps.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
  /** Hands out the computing. */
  readonly send: SendJobs
}

/** A firing of a schedule: its due time, and the families of the town, read once if they are needed. */
interface Firing {
  readonly due: Date
  readonly families: () => Promise<readonly FamilyId[]>
}

const isRefused = (error: unknown): boolean =>
  error instanceof PortalError && error.code === 'other-run-open'

/** Opens a run unless it is open already; what this firing has opened and not handed out it does now. */
const openDueRun = async (
  { table, send }: Deps,
  address: RunAddress,
  { due, families }: Firing,
): Promise<void> => {
  const run = await findRun(table, address)
  const isMine = run?.openedAt === due.toISOString()
  if (run === undefined || run.state === 'opening') {
    const excluded = run?.excluded ?? []
    await openRun({ table, send }, { ...address, at: due, excluded, families: await families() })
  } else if (isMine && run.state === 'prepared') {
    await sendOpenJobs({ table, send }, run)
  }
}

/** Keeps in mind that a month is due whose régie still bills another. */
const waitForTurn = async (table: Table, { month, regieId }: RunAddress): Promise<void> => {
  log.warn('billing not opened', { month, regieId })
  await again(async () => {
    const turn = await findTurn(table, regieId)
    if (turn === undefined || (await keepWaiting(table, turn, month))) return
    throw new StaleReadError('billing turn')
  })
}

/** Does the work of each régie: one that fails does not keep the others. */
const forEachRegie = async (
  { table, town }: Deps,
  due: Date,
  work: (regieId: RegieId, firing: Firing) => Promise<void>,
): Promise<void> => {
  let listed: Promise<readonly FamilyId[]> | undefined
  const families = () => (listed ??= listFamilyIds(table))
  const failures: unknown[] = []
  for (const { id } of town.catalogue.town.regies) {
    try {
      await work(id, { due, families })
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some runs were not opened')
}

/** The month that is billed at a due time: the one before it, by the clocks of Paris. */
const monthDue = (due: Date): IsoMonth => addMonths(monthOf(parisDate(due)), -1)

/**
 * Opens the billing of the month before `due` by every régie [guide 29]: the due time of the
 * schedule, not the hour at which it happens to run, so that a retry past midnight bills the same
 * month. The same due time again hands out the same work and writes nothing new; a month that is
 * open or issued already is left alone. A régie that cannot begin does not keep the others: its month
 * waits, and `openWaitingRuns` opens it.
 *
 * @throws AggregateError when the table or the queue fail for now: the schedule tries again.
 */
export const openDueRuns = (deps: Deps, due: Date): Promise<void> =>
  forEachRegie(deps, due, async (regieId, firing) => {
    const address = { month: monthDue(due), regieId }
    try {
      await openDueRun(deps, address, firing)
    } catch (error) {
      if (!isRefused(error)) throw error
      await waitForTurn(deps.table, address)
    }
  })

/**
 * Opens of every régie the oldest month that was due while it still billed another one, once that
 * one is issued, and takes an opening up again that was cut. Several months wait for each other: the
 * next is opened by a later call. The same due time again hands out the same work.
 *
 * @param due when it was called for: the day on which the invoices are issued.
 * @throws AggregateError when the table or the queue fail for now: the schedule tries again.
 */
export const openWaitingRuns = (deps: Deps, due: Date): Promise<void> =>
  forEachRegie(deps, due, async (regieId, firing) => {
    const turn = await findTurn(deps.table, regieId)
    if (turn === undefined) return
    const open = await findRun(deps.table, { month: turn.open, regieId })
    const month = open !== undefined && isIssued(open) ? turn.waiting[0] : turn.open
    try {
      if (month !== undefined) await openDueRun(deps, { month, regieId }, firing)
    } catch (error) {
      // Somebody has opened another month meanwhile; this one waits on.
      if (!isRefused(error)) throw error
    }
  })
