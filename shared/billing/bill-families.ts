import type { TownCatalogue } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { billOne, isFirst, type Outcome } from './bill-one.ts'
import type { BillingJob, BillingPage, BillingRun, PageDrafts } from './model.ts'
import { freezeDrafts, findRun } from './run-store.ts'
import { endJob, finishPage, openPage, type SendJobs } from './run-steps.ts'
import { tallyOf } from './tally.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
  /** Hands out the issuing. */
  readonly send: SendJobs
}

const NOTHING: PageDrafts = { drafts: [], anomalies: [], settled: [] }

/** Whether a bill bills what was carried over, or carries over itself. */
const isCarrying = ({ bill }: Outcome): boolean =>
  bill.kind === 'draft' && (bill.draft.kind === 'carried' || bill.draft.carryOver !== undefined)

/**
 * Bills from a read that may lag: what changes while a month is billed is reviewed by the next run. No
 * review mends what was carried over, so where it matters the family is read anew as it is; what a lagging
 * read does not show of it waits for the next invoice.
 */
const billOnce = async (deps: Deps, familyId: FamilyId, run: BillingRun): Promise<Outcome> => {
  const first = isFirst(run, run.revision)
  const outcome = await billOne(deps, familyId, run, { first, stale: true })
  return isCarrying(outcome) ? billOne(deps, familyId, run, { first }) : outcome
}

/** What one family comes to. One that cannot be billed is an anomaly and holds up nobody. */
const billForRun = async (deps: Deps, familyId: FamilyId, run: BillingRun): Promise<PageDrafts> => {
  const anomaly = (familyName: string, detail: string): PageDrafts['anomalies'][number] => ({
    familyId,
    familyName,
    detail,
  })
  try {
    const { familyName, bill } = await billOnce(deps, familyId, run)
    switch (bill.kind) {
      case 'billed':
        return NOTHING
      case 'nothing':
        return { ...NOTHING, settled: [...bill.reviews] }
      case 'draft':
        return { ...NOTHING, drafts: [bill.draft] }
      case 'anomalies': {
        const anomalies = bill.details.map((detail) => anomaly(familyName, detail))
        return { ...NOTHING, anomalies }
      }
    }
  } catch (error) {
    // A file that is gone or cannot be read holds up nobody; a busy table holds up the page.
    if (!(error instanceof PortalError) && !isUnreadable(error)) throw error
    log.error('family not billed', error, { familyId, month: run.month })
    return { ...NOTHING, anomalies: [anomaly('', DETAILS.unreadableFile)] }
  }
}

const computePage = async (
  deps: Deps,
  run: BillingRun,
  page: BillingPage,
): Promise<BillingPage> => {
  const parts = await Promise.all(page.familyIds.map((familyId) => billForRun(deps, familyId, run)))
  const kept = await freezeDrafts(deps.table, page, {
    drafts: parts.flatMap(({ drafts }) => drafts),
    anomalies: parts.flatMap(({ anomalies }) => anomalies),
    settled: parts.flatMap(({ settled }) => settled),
  })
  return {
    ...page,
    billed: kept.drafts.map(({ document }) => document.familyId),
    tally: tallyOf(kept.drafts),
    anomalies: kept.anomalies,
  }
}

/**
 * Computes the drafts of the families of a page [guide 9, 29]: one Query each; then nothing of them
 * changes any more. With the last page the run goes on to be issued, or waits for the accountant's
 * check if the régie says so. Done again, late or for an earlier revision it changes nothing.
 *
 * @returns the page; nothing when there was nothing to do.
 */
export const billFamilies = async (
  deps: Deps,
  job: BillingJob,
): Promise<BillingPage | undefined> => {
  const run = await findRun(deps.table, job)
  if (run?.revision !== job.revision) return undefined
  const open = await openPage(deps.table, job)
  const page = open && (await computePage(deps, run, open))
  if (page !== undefined) await finishPage(deps.table, job, page)
  const regie = deps.town.catalogue.town.regies.find(({ id }) => id === job.regieId)
  await endJob(deps, job, regie?.issue === 'automatic' ? 'checked' : 'computed')
  return page
}
