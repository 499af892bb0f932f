import * as z from 'zod'
import { billFamilies } from '../../shared/billing/bill-families.ts'
import { issueDocuments } from '../../shared/billing/issue-documents.ts'
import { billingJobSchema, type BillingJob } from '../../shared/billing/model.ts'
import { again } from '../../shared/platform/retry.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown } from '../support/cesson.ts'

export const jobSchema = z.array(billingJobSchema)

/** How many workers a run has. */
const WORKERS = 2

/**
 * Works off jobs and what they send, two at a time, as the queues and workers of a run do. Mails are
 * left to others.
 *
 * @param done hears of each job after it is done.
 */
export const workOff = async (
  table: Table,
  jobs: readonly BillingJob[],
  done: (job: BillingJob) => void,
): Promise<void> => {
  const waiting = [...jobs]
  const send = (more: readonly BillingJob[]): Promise<void> => {
    waiting.push(...more)
    return Promise.resolve()
  }
  const deps = { table, town: cessonTown, send }
  const work = async (): Promise<void> => {
    for (;;) {
      const job = waiting.shift()
      if (job === undefined) return
      if (job.step === 'compute') await billFamilies(deps, job)
      if (job.step === 'issue') await again(() => issueDocuments(deps, job))
      done(job)
    }
  }
  while (waiting.length > 0) await Promise.all(Array.from({ length: WORKERS }, work))
}
