import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { listFamilyIds } from '../families/list-families.ts'
import { RUNS } from '../kernel/billing-texts.ts'
import { monthOf, type IsoMonth } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { billOne } from './bill-one.ts'
import type { BillingRun } from './model.ts'
import { openRun } from './open-run.ts'
import type { checkBillingRunRoute, openBillingRunsRoute, previewInvoiceRoute } from './routes.ts'
import { findRun, putRun } from './run-store.ts'
import { sendOpenJobs, type SendJobs } from './run-steps.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
  /** Hands out the work of every step. */
  readonly send: SendJobs
}

const regieIdsOf = ({ catalogue }: TownCatalogue): RegieId[] =>
  catalogue.town.regies.map(({ id }) => id)

/** Refuses a régie that the town does not have. */
const admitRegie = (town: TownCatalogue, regieId: RegieId): void => {
  if (regieIdsOf(town).includes(regieId)) return
  const fault = { pointer: '/body/regieId', detail: RUNS.unknownRegie(regieIdsOf(town)) }
  throw new PortalError('invalid-request', { faults: [fault] })
}

/** Refuses a month that is not over: its days may still be booked and marked. */
const admitOver = (month: IsoMonth, now: Date): void => {
  if (month < monthOf(parisDate(now))) return
  const fault = { pointer: '/body/month', detail: RUNS.monthNotOver }
  throw new PortalError('period-out-of-range', { faults: [fault] })
}

/** Refuses to leave out families that there are not: their number may be mistyped. */
const admitExcluded = (excluded: readonly FamilyId[], families: readonly FamilyId[]): void => {
  const known = new Set(families)
  const faults = excluded.flatMap((familyId, index) =>
    known.has(familyId)
      ? []
      : [{ pointer: `/body/excluded/${String(index)}`, detail: RUNS.unknownFamily(familyId) }],
  )
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

type OpenedRun = z.input<(typeof openBillingRunsRoute)['reply']>['runs'][number]

const viewOpened = (
  { month, regieId, revision, state, families }: BillingRun,
  outcome: OpenedRun['outcome'],
): OpenedRun => ({ month, regieId, revision, state, families, outcome })

/**
 * Opens the run of a month by a régie or by all, anew if it was run before: then for those families
 * that have no document of it. A run that is being issued is not opened anew but handed out again,
 * as far as it is not done.
 *
 * @throws PortalError `invalid-request`, `period-out-of-range` for a month that is not over,
 * `other-run-open`, `run-not-ready` when families are excluded from a run that is being issued.
 */
export const openRuns = async (
  { table, town, send }: Deps,
  { body, actor, now }: Pick<Call<typeof openBillingRunsRoute>, 'body' | 'actor' | 'now'>,
): Promise<z.input<(typeof openBillingRunsRoute)['reply']>> => {
  const { month, regieId: asked, excluded } = body
  if (asked !== undefined) admitRegie(town, asked)
  admitOver(month, now)
  const families = await listFamilyIds(table)
  admitExcluded(excluded, families)
  const runs: OpenedRun[] = []
  for (const regieId of asked === undefined ? regieIdsOf(town) : [asked]) {
    const before = await findRun(table, { month, regieId })
    if (before?.state === 'checked' && excluded.length === 0) {
      await sendOpenJobs({ table, send }, before)
      runs.push(viewOpened(before, 'resumed'))
      continue
    }
    const opening = { month, regieId, at: now, by: actor.account, excluded, families }
    const { kind, run } = await openRun({ table, send }, opening)
    runs.push(viewOpened(run, kind))
  }
  return { runs }
}

/**
 * Notes that the accountant has checked the drafts of a run, and hands out their issuing. The
 * documents bear the day of the check. Checked again, it hands out what is not issued yet.
 *
 * @throws PortalError `not-found`; `run-not-ready` when not all drafts are computed, when they are
 * no longer those that were checked, or when they are issued.
 */
export const checkRun = async (
  { table, send }: Omit<Deps, 'town'>,
  { parameters, body, actor, now }: Call<typeof checkBillingRunRoute>,
): Promise<z.input<(typeof checkBillingRunRoute)['reply']>> => {
  const run = await again(async (): Promise<BillingRun> => {
    const held = await findRun(table, parameters)
    if (held === undefined) throw new PortalError('not-found')
    if (held.revision !== body.revision) {
      throw new PortalError('run-not-ready', { detail: RUNS.otherRevision(held.revision) })
    }
    if (held.state === 'checked') return held
    if (held.state !== 'computed') {
      throw new PortalError('run-not-ready', { detail: RUNS.notToCheck[held.state] })
    }
    const checked: BillingRun = {
      ...held,
      state: 'checked',
      issuedOn: parisDate(now),
      checkedBy: actor.account,
      version: held.version + 1,
    }
    if (!(await putRun(table, checked))) throw new StaleReadError('billing run')
    return checked
  })
  await sendOpenJobs({ table, send }, run)
  const { month, regieId, revision, state, issuedOn } = run
  return { month, regieId, revision, state, issuedOn }
}

/**
 * What a family would be billed for a month by a régie if it were billed now; nothing is written.
 *
 * @throws PortalError `invalid-request`, `not-found` for an unknown family.
 */
export const previewInvoice = async (
  { table, town }: Omit<Deps, 'send'>,
  { body, now }: Pick<Call<typeof previewInvoiceRoute>, 'body' | 'now'>,
): Promise<z.input<(typeof previewInvoiceRoute)['reply']>> => {
  const { month, regieId, familyId } = body
  admitRegie(town, regieId)
  const billing = { month, regieId, issuedOn: parisDate(now) }
  const { familyName, bill } = await billOne({ table, town }, familyId, billing)
  const head = { familyId, familyName }
  switch (bill.kind) {
    case 'draft': {
      const { dueOn, lines, total } = bill.draft.document
      return { ...head, outcome: bill.draft.kind, dueOn, lines, total, anomalies: [] }
    }
    case 'anomalies':
      return { ...head, outcome: 'anomalies', lines: [], total: 0, anomalies: [...bill.details] }
    default:
      return { ...head, outcome: bill.kind, lines: [], total: 0, anomalies: [] }
  }
}
