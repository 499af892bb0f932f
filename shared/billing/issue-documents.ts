import { StaleReadError } from '../kernel/errors.ts'
import type { Write } from '../platform/expressions.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { BillingJob, BillingPage, BillingRun, Draft, Review } from './model.ts'
import { documentsOf, numbersFor, type Issue } from './numbers.ts'
import { findRun, numberPage } from './run-store.ts'
import { draftsOf, endJob, finishPage, isIssued, openPage, type SendJobs } from './run-steps.ts'
import { documentItem } from './document-store.ts'
import { carryOverEnd, carryOverPut, noteReviews, reviewEnd } from './store.ts'

/**
 * Makes some writes in one transaction, without those that are no longer possible.
 *
 * @param needed without which there is nothing to write; refused at the first, all was done before.
 * @throws StaleReadError when another of them is refused.
 */
const writePossible = async (
  table: Table,
  needed: readonly [Write, ...Write[]],
  others: readonly Write[],
): Promise<void> => {
  const outcome = await table.transact([...needed, ...others])
  if (outcome.done || outcome.refused.has(0)) return
  if (needed.some((_, index) => outcome.refused.has(index))) throw new StaleReadError('carry-over')
  const possible = others.filter((_, index) => !outcome.refused.has(needed.length + index))
  await writePossible(table, needed, possible)
}

/** What a document ends or keeps of what is carried over; never of another amount than it was computed with. */
const carryingOf = ({ draft, issued }: Issue): Write[] => {
  if (issued.kind !== 'carried') {
    return draft.carryOver === undefined ? [] : [carryOverEnd(draft.carryOver)]
  }
  const { familyId, regieId, month, total } = issued.document
  return [carryOverPut({ familyId, regieId, month, amount: total }, draft.carryOver)]
}

/** Writes a document once: written before, it stays as it is. */
const issueOne = async (table: Table, issue: Issue): Promise<void> => {
  const item = documentItem(issue.issued)
  const [carrying, reviews] = [carryingOf(issue), issue.draft.reviews.map(reviewEnd)]
  if (carrying.length + reviews.length === 0) await table.put(item, { kind: 'absent' })
  else {
    const write: Write = { kind: 'put', item, when: { kind: 'absent' } }
    await again(() => writePossible(table, [write, ...carrying], reviews))
  }
}

/** Ends a review that came to nothing, unless it was renewed since. */
const settle = async (table: Table, review: Review): Promise<void> => {
  await again(() => table.transact([reviewEnd(review)]))
}

/**
 * Has the month of a page reviewed for the families that it withholds: the next run bills what nobody
 * has billed them, or withholds them again.
 */
const reviewWithheld = async (
  table: Table,
  { openedAt }: BillingRun,
  { month, regieId, anomalies }: BillingPage,
): Promise<void> => {
  const now = new Date(openedAt)
  const withheld = new Set(anomalies.map(({ familyId }) => familyId))
  for (const familyId of withheld) await noteReviews(table, { familyId, regieId, now }, [month])
}

/** The page with its numbers, which it gets once. */
const numbered = (
  table: Table,
  { run, job, drafts }: { run: BillingRun; job: BillingJob; drafts: readonly Draft[] },
): Promise<BillingPage | undefined> =>
  again(async () => {
    const page = await openPage(table, job)
    if (page === undefined || page.numbers !== undefined) return page
    return numberPage(table, run, { page, needs: numbersFor(drafts) })
  })

/**
 * Issues the drafts of a page [guide 29]: gives them the next numbers of the régie and year, then
 * writes each document under its own. The numbers are kept before the first document is written, and
 * drafts never change: wherever it is cut, the next try writes the same documents. Families that are
 * withheld have the month reviewed by the next run [guide 51]. Done again, late or for an earlier
 * revision it changes nothing.
 *
 * @returns how many documents the page has; nothing when there was nothing to do.
 * @throws StaleReadError when other pages keep taking numbers, or what is carried over is not what a
 * draft bills: the queue delivers the job again.
 */
export const issueDocuments = async (
  { table, send }: { readonly table: Table; readonly send: SendJobs },
  job: BillingJob,
): Promise<number | undefined> => {
  const run = await findRun(table, job)
  if (run?.revision !== job.revision) return undefined
  if (run.state !== 'checked') {
    // Whoever moved it on may have to send the mails again.
    if (isIssued(run)) await endJob({ table, send }, job, 'issued')
    return undefined
  }
  const { drafts, settled } = await draftsOf(table, job)
  const page = await numbered(table, { run, job, drafts })
  const issues = page === undefined ? [] : documentsOf(page, drafts)
  if (page !== undefined) {
    await Promise.all([
      ...issues.map((issue) => issueOne(table, issue)),
      ...settled.map((review) => settle(table, review)),
      reviewWithheld(table, run, page),
    ])
    await finishPage(table, job, page)
  }
  await endJob({ table, send }, job, 'issued')
  return page === undefined ? undefined : issues.length
}
