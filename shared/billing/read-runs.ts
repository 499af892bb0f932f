import type * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { BillingPage, BillingRun } from './model.ts'
import { documentsOf } from './numbers.ts'
import type { listBillingRunsRoute, readBillingRunRoute, readDraftsRoute } from './routes.ts'
import { findDrafts, findPage, findRun, listPages, listRuns, type RunAddress } from './run-store.ts'
import { totalOf } from './tally.ts'

/** Five years of a town with one régie. */
const MOST_RUNS = 60

const viewRun = ({
  month,
  regieId,
  revision,
  state,
  openedAt,
  issuedOn,
  families,
}: BillingRun): z.input<(typeof listBillingRunsRoute)['reply']>['runs'][number] => ({
  month,
  regieId,
  revision,
  state,
  openedAt,
  issuedOn,
  families,
})

/** All runs, newest first. */
export const listBillingRuns = async (
  table: Table,
): Promise<z.input<(typeof listBillingRunsRoute)['reply']>> => ({
  runs: (await listRuns(table, MOST_RUNS)).map(viewRun),
})

const loadRun = async (table: Table, address: RunAddress): Promise<BillingRun> => {
  const run = await findRun(table, address)
  if (run === undefined) throw new PortalError('not-found')
  return run
}

const familiesIn = (pages: readonly BillingPage[], ...states: BillingPage['state'][]): number =>
  sum(pages.map(({ state, familyIds }) => (states.includes(state) ? familyIds.length : 0)))

/**
 * How far the billing of a month is and what it found. Amounts and units are those of the month so
 * far: what earlier revisions have issued counts too.
 *
 * @throws PortalError `not-found` when the month was never billed.
 */
export const readBillingRun = async (
  table: Table,
  { parameters }: Pick<Call<typeof readBillingRunRoute>, 'parameters'>,
): Promise<z.input<(typeof readBillingRunRoute)['reply']>> => {
  const run = await loadRun(table, parameters)
  const all = await listPages(table, parameters)
  const pages = all.filter(({ revision }) => revision === run.revision)
  const earlier = all.filter(
    ({ revision, state }) =>
      revision !== run.revision && (state === 'issued' || state === 'mailed'),
  )
  return {
    ...viewRun(run),
    pages: run.pages,
    excluded: run.excluded,
    progress: {
      computed: familiesIn(pages, 'computed', 'issued', 'mailed'),
      issued: familiesIn(pages, 'issued', 'mailed'),
      mailed: familiesIn(pages, 'mailed'),
    },
    tally: totalOf([...earlier, ...pages].map(({ tally }) => tally)),
    anomalies: pages.flatMap(({ anomalies }) => anomalies),
  }
}

/**
 * The drafts of one page of a run, with their numbers once they have them.
 *
 * @throws PortalError `not-found` when the run has no such page.
 */
export const readDrafts = async (
  table: Table,
  { parameters, query }: Pick<Call<typeof readDraftsRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof readDraftsRoute)['reply']>> => {
  const { month, regieId, revision, pages } = await loadRun(table, parameters)
  const address = { month, regieId, revision, page: query.page - 1 }
  const [page, kept] = await Promise.all([findPage(table, address), findDrafts(table, address)])
  if (page === undefined) throw new PortalError('not-found')
  const drafts = kept?.drafts ?? []
  const numbers = documentsOf(page, drafts).map(({ issued }) =>
    issued.kind === 'carried' ? undefined : issued.document.number,
  )
  return {
    revision,
    page: query.page,
    pages,
    drafts: drafts.map(({ kind, document }, index) => ({
      kind,
      number: numbers[index],
      familyId: document.familyId,
      familyName: document.payer.name,
      total: document.total,
      lines: document.lines,
    })),
  }
}
