import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { RUNS } from '../kernel/billing-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { BillingPage, BillingRun, RegieTurn } from './model.ts'
import {
  addPage,
  claimRun,
  findRun,
  findTurn,
  listPages,
  putRun,
  type RunAddress,
} from './run-store.ts'
import { isIssued, sendOpenJobs, type SendJobs } from './run-steps.ts'
import { EMPTY_TALLY } from './tally.ts'

/** Few enough for a minute's work by far. */
const FAMILIES_A_PAGE = 50

/** How many pages are written at one time. */
const PAGES_AT_ONCE = 25

interface Deps {
  readonly table: Table
  /** Hands out the computing. */
  readonly send: SendJobs
}

/** Who opens which run, and when. */
export interface Opening extends RunAddress {
  readonly at: Date
  /** The account; nobody when the schedule does. */
  readonly by?: string
  readonly excluded: readonly FamilyId[]
  /** All families of the town, in the order of their numbers. */
  readonly families: readonly FamilyId[]
}

/** What came of it: there may be nobody left to bill. */
export type Opened =
  | { readonly kind: 'opened'; readonly run: BillingRun }
  | { readonly kind: 'nothing-left'; readonly run: BillingRun }

/**
 * Refuses a month while the régie has another one open: its run corrects what the one before has
 * billed, and must know it.
 */
const admitMonth = async (
  table: Table,
  { month, regieId }: RunAddress,
  turn: RegieTurn | undefined,
): Promise<void> => {
  if (turn === undefined || turn.open === month) return
  const other = await findRun(table, { month: turn.open, regieId })
  if (other !== undefined && isIssued(other)) return
  throw new PortalError('other-run-open', { detail: RUNS.otherOpen(turn.open) })
}

/** The families that a new revision is for: those that no issued page of the month has billed. */
const familiesLeft = async (
  table: Table,
  { month, regieId, excluded, families }: Opening,
  before: BillingRun | undefined,
): Promise<FamilyId[]> => {
  const pages = before === undefined ? [] : await listPages(table, { month, regieId })
  const done = pages.filter(({ state }) => state === 'issued' || state === 'mailed')
  const apart = new Set([...excluded, ...done.flatMap(({ billed }) => billed)])
  return families.filter((familyId) => !apart.has(familyId))
}

const pagesOf = (
  { month, regieId, revision }: BillingRun,
  families: readonly FamilyId[],
): BillingPage[] =>
  Array.from({ length: Math.ceil(families.length / FAMILIES_A_PAGE) }, (_, page) => ({
    month,
    regieId,
    revision,
    page,
    state: 'prepared' as const,
    version: 1,
    familyIds: families.slice(page * FAMILIES_A_PAGE, (page + 1) * FAMILIES_A_PAGE),
    billed: [],
    tally: EMPTY_TALLY,
    anomalies: [],
  }))

const addPages = async (table: Table, pages: readonly BillingPage[]): Promise<void> => {
  for (let start = 0; start < pages.length; start += PAGES_AT_ONCE) {
    await Promise.all(
      pages
        .slice(start, start + PAGES_AT_ONCE)
        .map((page) => addPage(table, page, ['compute', 'issue', 'mail'])),
    )
  }
}

const openOnce = async (table: Table, opening: Opening): Promise<Opened> => {
  const { month, regieId, at, by } = opening
  const [before, turn] = await Promise.all([findRun(table, opening), findTurn(table, regieId)])
  await admitMonth(table, opening, turn)
  // Its pages may have numbers and not all of their documents yet.
  if (before?.state === 'checked') throw new PortalError('run-not-ready', { detail: RUNS.issuing })
  const families = await familiesLeft(table, opening, before)
  if (families.length === 0 && before !== undefined && isIssued(before)) {
    return { kind: 'nothing-left', run: before }
  }
  // A revision of its own: pages that an earlier opening left behind are none of this one's.
  const claimed: BillingRun = {
    month,
    regieId,
    revision: (before?.revision ?? 0) + 1,
    state: 'opening',
    version: (before?.version ?? 0) + 1,
    openedAt: at.toISOString(),
    issuedOn: parisDate(at),
    ...(by === undefined ? {} : { openedBy: by }),
    families: families.length,
    pages: Math.ceil(families.length / FAMILIES_A_PAGE),
    excluded: [...opening.excluded],
  }
  await claimRun(table, claimed, turn)
  await addPages(table, pagesOf(claimed, families))
  const run: BillingRun = {
    ...claimed,
    // Nobody can finish the steps of no pages.
    state: families.length === 0 ? 'mailed' : 'prepared',
    version: claimed.version + 1,
  }
  if (!(await putRun(table, run))) throw new StaleReadError('billing run')
  return { kind: 'opened', run }
}

/**
 * Opens the run of a month and régie, or a new revision of it for the families that have no document
 * of it yet, and hands out its work. An opening that was cut leaves a revision that nobody works on.
 *
 * @throws PortalError `other-run-open` while another month of the régie is not issued;
 * `run-not-ready` while this one is being issued.
 */
export const openRun = async ({ table, send }: Deps, opening: Opening): Promise<Opened> => {
  const opened = await again(() => openOnce(table, opening))
  if (opened.kind === 'opened') await sendOpenJobs({ table, send }, opened.run)
  return opened
}
