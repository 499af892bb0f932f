import * as z from 'zod'
import type { IsoMonth } from '../kernel/dates.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { SEQUENCES, type Key, type Segment } from '../platform/keys.ts'
import { isoMonthSchema, regieIdSchema, type RegieId } from '../platform/schemas.ts'
import { counterValue, putNext, type Table } from '../platform/table.ts'
import {
  billingJobSchema,
  billingPageSchema,
  billingRunSchema,
  pageDraftsSchema,
  regieTurnSchema,
  type BillingJob,
  type BillingPage,
  type BillingRun,
  type PageDrafts,
  type RegieTurn,
  type Step,
} from './model.ts'
import { pack, unpack } from './pack.ts'

/** Which run is meant. */
export interface RunAddress {
  readonly month: IsoMonth
  readonly regieId: RegieId
}

/** Which page of which revision of a run. */
export interface PageAddress extends RunAddress {
  readonly revision: number
  readonly page: number
}

const partitionOf = ({ month, regieId }: RunAddress): readonly Segment[] => [
  'BILLING_RUN',
  month,
  regieId,
]

const runEntity = defineEntity({
  type: 'BillingRun',
  schema: billingRunSchema,
  key: (address: RunAddress): Key => ({ partition: partitionOf(address), sort: ['RUN'] }),
  // All runs, for the accountant.
  index: ({ month, regieId }) => ({ partition: ['BILLING_RUNS'], sort: [month, regieId] }),
})

const pageEntity = defineEntity({
  type: 'BillingPage',
  schema: billingPageSchema,
  key: (address: PageAddress): Key => ({
    partition: partitionOf(address),
    sort: ['PAGE', address.revision, address.page],
  }),
})

/** The drafts of a page, packed together: they have many words in common. */
const draftsEntity = defineEntity({
  type: 'BillingDrafts',
  schema: z.object({
    month: isoMonthSchema,
    regieId: regieIdSchema,
    revision: z.int(),
    page: z.int(),
    body: z.instanceof(Uint8Array),
  }),
  key: (address: PageAddress): Key => ({
    partition: partitionOf(address),
    sort: ['DRAFTS', address.revision, address.page],
  }),
})

/** That a step of a page is still to be done. */
const pendingEntity = defineEntity({
  type: 'PendingStep',
  schema: billingJobSchema,
  key: (job: BillingJob): Key => ({
    partition: partitionOf(job),
    sort: ['PENDING', job.revision, job.step.toUpperCase(), job.page],
  }),
})

const turnEntity = defineEntity({
  type: 'RegieTurn',
  schema: regieTurnSchema,
  key: ({ regieId }: { regieId: RegieId }): Key => ({
    partition: ['BILLING_TURN', regieId],
    sort: ['TURN'],
  }),
})

/** A run; nothing if the month was never billed. */
export const findRun = async (table: Table, address: RunAddress): Promise<BillingRun | undefined> =>
  runEntity.found(await table.get(runEntity.keyOf(address)))

/** The newest runs first. */
export const listRuns = async (table: Table, limit: number): Promise<BillingRun[]> =>
  runEntity.pick(
    await table.query({ partition: ['BILLING_RUNS'], index: true, newestFirst: true, limit }),
  )

/** All runs, the oldest first. */
export const listEveryRun = async (table: Table): Promise<BillingRun[]> =>
  runEntity.pick(await table.query({ partition: ['BILLING_RUNS'], index: true }))

/** Which months a régie bills and has billed; nothing before the first. */
export const findTurn = async (table: Table, regieId: RegieId): Promise<RegieTurn | undefined> =>
  turnEntity.found(await table.get(turnEntity.keyOf({ regieId })))

/** Keeps a month that a régie cannot open yet; false when somebody else has written its turn. */
export const keepWaiting = async (
  table: Table,
  turn: RegieTurn,
  month: IsoMonth,
): Promise<boolean> => {
  if (turn.waiting.includes(month)) return true
  const waiting = [...turn.waiting, month].toSorted()
  return table.put(turnEntity.toItem({ ...turn, waiting, version: turn.version + 1 }), {
    kind: 'version',
    version: turn.version,
  })
}

/**
 * Opens a revision of a run together with the turn of its régie, so that neither another call nor
 * another month comes between. The month waits no longer.
 *
 * @throws StaleReadError when one of them did.
 */
export const claimRun = async (
  table: Table,
  run: BillingRun,
  turn: RegieTurn | undefined,
): Promise<void> => {
  const { month, regieId } = run
  const turnVersion = turn?.version ?? 0
  const newest = turn === undefined || turn.month < month ? month : turn.month
  const waiting = turn?.waiting.filter((other) => other !== month) ?? []
  const outcome = await table.transact([
    nextVersion(runEntity, run),
    {
      kind: 'put',
      item: turnEntity.toItem({
        ...{ regieId, month: newest, open: month, waiting },
        version: turnVersion + 1,
      }),
      when: { kind: 'version', version: turnVersion },
    },
  ])
  if (!outcome.done) throw new StaleReadError('billing run')
}

/** Writes the next version of a run; false when somebody else has written one. */
export const putRun = (table: Table, run: BillingRun): Promise<boolean> =>
  putNext(table, runEntity, run)

/** Writes a new page with all that is to be done to it. */
export const addPage = async (
  table: Table,
  page: BillingPage,
  steps: readonly Step[],
): Promise<void> => {
  const { month, regieId, revision } = page
  await table.put(pageEntity.toItem(page))
  for (const step of steps) {
    await table.put(pendingEntity.toItem({ step, month, regieId, revision, page: page.page }))
  }
}

/** A page; nothing if there is none. */
export const findPage = async (
  table: Table,
  address: PageAddress,
): Promise<BillingPage | undefined> => pageEntity.found(await table.get(pageEntity.keyOf(address)))

/** The pages of all revisions of a run, in their order. */
export const listPages = async (table: Table, address: RunAddress): Promise<BillingPage[]> =>
  pageEntity.pick(await table.query({ partition: partitionOf(address), from: ['PAGE'] }))

/** Writes the next version of a page; false when somebody else has written one. */
export const putPage = (table: Table, page: BillingPage): Promise<boolean> =>
  putNext(table, pageEntity, page)

/** The drafts of a page; nothing before it is computed. */
export const findDrafts = async (
  table: Table,
  address: PageAddress,
): Promise<PageDrafts | undefined> => {
  const item = await table.get(draftsEntity.keyOf(address))
  if (item === undefined) return undefined
  return pageDraftsSchema.parse(unpack(draftsEntity.fromItem(item).body))
}

/**
 * Keeps the drafts of a page; those that were kept first stay.
 *
 * @returns the drafts that are kept.
 */
export const freezeDrafts = async (
  table: Table,
  { month, regieId, revision, page }: PageAddress,
  drafts: PageDrafts,
): Promise<PageDrafts> => {
  const address = { month, regieId, revision, page }
  const item = draftsEntity.toItem({ ...address, body: pack(pageDraftsSchema.parse(drafts)) })
  if (await table.put(item, { kind: 'absent' })) return drafts
  const kept = await findDrafts(table, address)
  if (kept === undefined) throw new StaleReadError('drafts')
  return kept
}

/** Puts drafts in the place of those that were frozen: of a family that is erased the same without its name. */
export const replaceDrafts = async (
  table: Table,
  { month, regieId, revision, page }: PageAddress,
  drafts: PageDrafts,
): Promise<void> => {
  const address = { month, regieId, revision, page }
  await table.put(draftsEntity.toItem({ ...address, body: pack(pageDraftsSchema.parse(drafts)) }))
}

/** Notes that a step of a page is done. */
export const endStep = (table: Table, job: BillingJob): Promise<void> =>
  table.delete(pendingEntity.keyOf(job))

/** What is still to be done of a step, in the order of the pages. */
export const pendingSteps = async (
  table: Table,
  { month, regieId, revision, step }: Omit<BillingJob, 'page'>,
  limit?: number,
): Promise<BillingJob[]> =>
  pendingEntity.pick(
    await table.query({
      partition: partitionOf({ month, regieId }),
      from: ['PENDING', revision, step.toUpperCase()],
      ...(limit === undefined ? {} : { limit }),
    }),
  )

/** How many invoices and credit notes there are. */
export interface Numbered {
  readonly invoice: number
  readonly creditNote: number
}

/** The series of a régie and year: one of invoices and one of credit notes. */
const seriesOf = ({ regieId, issuedOn }: BillingRun): { [Kind in keyof Numbered]: Key } => {
  const year = issuedOn.slice(0, 4)
  return {
    invoice: { partition: SEQUENCES, sort: ['INVOICE', regieId, year] },
    creditNote: { partition: SEQUENCES, sort: ['CREDIT_NOTE', regieId, year] },
  }
}

/**
 * Gives a page its numbers: in one transaction the series move on and the page keeps where its
 * numbers begin, so that they have neither gap nor double wherever it is cut (instruction 11-008-M0
 * asks for a continuous annual series).
 *
 * @returns the page with its numbers.
 * @throws StaleReadError when another page has moved a series, or somebody else has written the page.
 */
export const numberPage = async (
  table: Table,
  run: BillingRun,
  { page, needs }: { page: BillingPage; needs: Numbered },
): Promise<BillingPage> => {
  const series = seriesOf(run)
  const [invoice, creditNote] = await Promise.all([
    needs.invoice === 0 ? 0 : table.get(series.invoice).then(counterValue),
    needs.creditNote === 0 ? 0 : table.get(series.creditNote).then(counterValue),
  ])
  const last: Numbered = { invoice, creditNote }
  const numbered = {
    ...page,
    version: page.version + 1,
    numbers: { issuedOn: run.issuedOn, invoice: invoice + 1, creditNote: creditNote + 1 },
  }
  const moves = (['invoice', 'creditNote'] as const)
    .filter((kind) => needs[kind] > 0)
    .map((kind): Write => ({
      kind: 'move-counter',
      key: series[kind],
      from: last[kind],
      to: last[kind] + needs[kind],
    }))
  const outcome = await table.transact([
    {
      kind: 'put',
      item: pageEntity.toItem(numbered),
      when: { kind: 'version', version: page.version },
    },
    ...moves,
  ])
  if (!outcome.done) throw new StaleReadError('series')
  return numbered
}
