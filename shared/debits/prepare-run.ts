import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Guardian } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { DEBITS } from '../kernel/debit-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { lastDayToAnnounce, mandateDays, runOn, runsBetween } from './day-rules.ts'
import { dueBy, type Due } from './due-rules.ts'
import { endedMandate, stateOn } from './mandate-rules.ts'
import { debitSchema, type Debit, type DebitRun, type Mandate } from './model.ts'
import { announcement, mandateNotice } from './notices.ts'
import { debitWrite, findDebit, findRun, listDebits, putRun, runWrite } from './run-store.ts'
import { debitingRegie, mostOfDebit, type Debiting } from './settings.ts'
import { listMandates, mandateWrite, writeDebits } from './store.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

/** So many families are read at a time: thousands a minute, and no crowd of calls in one process. */
const AT_ONCE = 25

/** Refuses a day on which the régie does not collect, and one that families can no longer be told of in time. */
const admitDay = (
  { settings }: Debiting,
  collectOn: IsoDate,
  today: IsoDate,
): readonly number[] => {
  const run = runOn(settings, collectOn)
  if (run === undefined) {
    const next = runsBetween(settings, today, `${String(Number(today.slice(0, 4)) + 1)}-01-31`)
    const detail = DEBITS.noSuchDay(next.slice(0, 4).map((each) => each.collectOn))
    throw new PortalError('period-out-of-range', { detail })
  }
  const last = lastDayToAnnounce(settings, collectOn)
  if (today > last) {
    throw new PortalError('period-out-of-range', {
      detail: DEBITS.tooLate(settings.noticeDays, last),
    })
  }
  return run.days
}

/** The run of a day, opened if it is not there; its debits may still be announced. */
const openRun = (
  table: Table,
  { regieId, collectOn, now }: { regieId: RegieId; collectOn: IsoDate; now: Date },
): Promise<DebitRun> =>
  again(async () => {
    const held = await findRun(table, { regieId, collectOn })
    if (held !== undefined) return held
    const run: DebitRun = {
      ...{ regieId, collectOn, version: 1, state: 'preparing', debits: 0, announced: 0 },
      openedAt: now.toISOString(),
    }
    if (!(await putRun(table, run))) throw new StaleReadError('debit run')
    return run
  })

const isOpen = ({ state }: DebitRun): boolean => state === 'preparing' || state === 'prepared'

/** What a run may announce to a family. */
interface Candidate {
  readonly mandate: Mandate
  readonly guardians: readonly Guardian[]
  readonly due: Due
}

/** Notes that a mandate has come to its end by itself, and tells who signed it when it has lapsed. */
const endByItself = async (
  table: Table,
  { debiting, mandate, now }: { debiting: Debiting; mandate: Mandate; now: Date },
): Promise<void> => {
  const today = parisDate(now)
  const state = stateOn(mandate, today)
  if (state === 'active') return
  const ended = endedMandate(mandate, state, { on: today, by: 'schedule' })
  const { file } = await readFile(table, mandate.familyId, ['FILE', 'GUARDIAN'])
  const { guardians } = file
  const told = mandateNotice({ debiting, mandate: ended, guardians, now })
  const { done } = await table.transact([mandateWrite(ended), ...told])
  if (!done) log.info('mandate changed meanwhile', { familyId: mandate.familyId })
}

const candidateOf = async (
  table: Table,
  debiting: Debiting,
  { mandate, collectOn, now }: { mandate: Mandate; collectOn: IsoDate; now: Date },
): Promise<Candidate | undefined> => {
  const { familyId, regieId } = mandate
  try {
    if (stateOn(mandate, collectOn) !== 'active') {
      await endByItself(table, { debiting, mandate, now })
      return undefined
    }
    const accounts = await loadAccounts(table, familyId)
    const due = dueBy(accounts, { regieId, day: collectOn, most: mostOfDebit(debiting.regie) })
    if (due.amount === 0) return undefined
    const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
    return { mandate, guardians: file.guardians, due }
  } catch (error) {
    // A file that is gone or cannot be read holds up nobody.
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('family not debited', error, { familyId })
    return undefined
  }
}

const newDebit = (run: DebitRun, { mandate, due }: Candidate): Debit => {
  const { regieId, collectOn } = run
  const number = run.debits + 1
  const day = collectOn.replaceAll('-', '')
  return debitSchema.parse({
    ...{ regieId, collectOn, number, familyId: mandate.familyId, version: 1, state: 'announced' },
    endToEndId: `${regieId}-${day}-${String(number).padStart(6, '0')}`,
    ...{ announced: due.amount, rum: mandate.rum, ordinal: mandate.ordinal },
  })
}

/**
 * Announces a debit to a family, once: the debit, its notice and the run that counts it are one
 * transaction.
 *
 * @param known the run as it was read last.
 * @returns the run as it is then.
 */
const announce = async (
  table: Table,
  debiting: Debiting,
  { known, candidate, now }: { known: DebitRun; candidate: Candidate; now: Date },
): Promise<DebitRun> => {
  let run: DebitRun | undefined = known
  return again(async () => {
    const { familyId } = candidate.mandate
    const held = run ?? (await findRun(table, known))
    if (held === undefined || !isOpen(held)) return held ?? known
    if (run === undefined && (await findDebit(table, { ...known, familyId })) !== undefined) {
      return held
    }
    run = undefined
    const debit = newDebit(held, candidate)
    const next: DebitRun = {
      ...held,
      version: held.version + 1,
      debits: debit.number,
      announced: held.announced + debit.announced,
    }
    const { mandate, guardians, due } = candidate
    await writeDebits(table, [
      runWrite(next),
      debitWrite(debit),
      ...announcement({ debiting, mandate, guardians, now }, debit, due.invoices),
    ])
    return next
  })
}

/** Notes that all families of a run are told. */
const endPreparation = (table: Table, run: DebitRun): Promise<DebitRun> =>
  again(async () => {
    const held = (await findRun(table, run)) ?? run
    if (held.state !== 'preparing') return held
    const prepared: DebitRun = { ...held, version: held.version + 1, state: 'prepared' }
    if (!(await putRun(table, prepared))) throw new StaleReadError('debit run')
    return prepared
  })

/**
 * Prepares what a régie collects on a day: each family with an active mandate of that day is told, once,
 * what of its invoices is due by then, at least as many days before as the régie has agreed to (SEPA Core:
 * 14 unless told otherwise). Interrupted or run again it goes on: who is told already stays as told, and
 * who owes something since then is told as well. Two Queries and a transaction for a family that owes.
 *
 * @param most how many families are told by this call, about: while it answers
 * `preparing` the next call goes on.
 * @throws PortalError `means-not-allowed`; `period-out-of-range` for a day on which the régie does not
 * collect, or that is too near; `run-not-ready` when the file is made already.
 */
export const prepareRun = async (
  { table, town }: Deps,
  { regieId, collectOn, now }: { regieId: RegieId; collectOn: IsoDate; now: Date },
  most = Infinity,
): Promise<DebitRun> => {
  const debiting = debitingRegie(town, regieId)
  const days = admitDay(debiting, collectOn, parisDate(now))
  let run = await openRun(table, { regieId, collectOn, now })
  if (!isOpen(run)) throw new PortalError('run-not-ready', { detail: DEBITS.frozen })
  const told = new Set((await listDebits(table, run)).map(({ familyId }) => familyId))
  const ranges = days.flatMap((day) => mandateDays(debiting.settings, day))
  for (const range of ranges) {
    const mandates = (await listMandates(table, regieId, range)).filter(
      ({ familyId }) => !told.has(familyId),
    )
    for (let start = 0; start < mandates.length; start += AT_ONCE) {
      if (run.debits - told.size >= most) return run
      const candidates = await Promise.all(
        mandates
          .slice(start, start + AT_ONCE)
          .map((mandate) => candidateOf(table, debiting, { mandate, collectOn, now })),
      )
      // One after the other: each takes the next number of the run.
      for (const candidate of candidates) {
        if (candidate === undefined) continue
        run = await announce(table, debiting, { known: run, candidate, now })
      }
    }
  }
  return endPreparation(table, run)
}
