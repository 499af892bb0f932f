import * as z from 'zod'
import { StaleReadError } from '../kernel/errors.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import {
  billingJobSchema,
  type BillingJob,
  type BillingPage,
  type BillingRun,
  type PageDrafts,
  type RunState,
  type Step,
} from './model.ts'
import {
  endStep,
  findDrafts,
  findPage,
  findRun,
  pendingSteps,
  putPage,
  putRun,
} from './run-store.ts'

/** Hands out the work of a step. */
export type SendJobs = (jobs: readonly BillingJob[]) => Promise<void>

/**
 * For how long the computing of a run waits after its opening, in seconds. What changes from the
 * opening on is reviewed by the next run; what was written before, a read that costs half and may lag
 * shows by then.
 */
export const COMPUTE_DELAY = 300

/** The jobs of one step: its worker refuses those of another, whose pages it would take for done. */
export const jobSchemaOf = (step: Step): z.ZodType<BillingJob> =>
  billingJobSchema.extend({ step: z.literal(step) })

/** The step whose work is open while a run is in a state; none while nobody works on it. */
const STEP_IN: Partial<Record<RunState, Step>> = {
  prepared: 'compute',
  checked: 'issue',
  issued: 'mail',
}

/** How far a page is, and what its step makes of it. */
const PAGES = {
  compute: { before: 'prepared', after: 'computed' },
  issue: { before: 'computed', after: 'issued' },
  mail: { before: 'issued', after: 'mailed' },
} as const satisfies Record<Step, { before: BillingPage['state']; after: BillingPage['state'] }>

/** Whether a run has left nothing of its month undecided: another may begin. */
export const isIssued = ({ state }: BillingRun): boolean => state === 'issued' || state === 'mailed'

/** Sends what is still to be done of the open step of a run, in the order of its pages. */
export const sendOpenJobs = async (
  { table, send }: { table: Table; send: SendJobs },
  { month, regieId, revision, state }: BillingRun,
): Promise<void> => {
  const step = STEP_IN[state]
  if (step === undefined) return
  await send(await pendingSteps(table, { month, regieId, revision, step }))
}

/** The page of a job while its step is still to be done. */
export const openPage = async (table: Table, job: BillingJob): Promise<BillingPage | undefined> => {
  const page = await findPage(table, job)
  return page?.state === PAGES[job.step].before ? page : undefined
}

/** Writes that the step of a page is done, unless somebody else has. */
export const finishPage = async (
  table: Table,
  job: BillingJob,
  page: BillingPage,
): Promise<void> => {
  const { after } = PAGES[job.step]
  await putPage(table, { ...page, state: after, version: page.version + 1 })
}

const isSameJob = (a: BillingRun['movedBy'], b: BillingJob): boolean =>
  a?.step === b.step && a.page === b.page

/**
 * Ends a job whose page is done: with the last page of its step the run moves on, and the work of
 * the next step is sent. The job that moved the run sends it again when it is delivered again, so
 * that a crash between both loses nothing; no other job does.
 *
 * @param next the state after the step.
 */
export const endJob = async (
  { table, send }: { table: Table; send: SendJobs },
  job: BillingJob,
  next: RunState,
): Promise<void> => {
  await endStep(table, job)
  const open = await pendingSteps(table, job, 1)
  if (open.length > 0) return
  const moved = await again(async (): Promise<BillingRun | undefined> => {
    const run = await findRun(table, job)
    if (run?.revision !== job.revision) return undefined
    if (isSameJob(run.movedBy, job)) return run
    if (STEP_IN[run.state] !== job.step) return undefined
    const movedBy = { step: job.step, page: job.page }
    const after: BillingRun = { ...run, state: next, movedBy, version: run.version + 1 }
    if (!(await putRun(table, after))) throw new StaleReadError('billing run')
    return after
  })
  if (moved !== undefined) await sendOpenJobs({ table, send }, moved)
}

/** The drafts of a page that is computed. */
export const draftsOf = async (table: Table, job: BillingJob): Promise<PageDrafts> => {
  const drafts = await findDrafts(table, job)
  if (drafts === undefined) throw new StaleReadError('drafts')
  return drafts
}
