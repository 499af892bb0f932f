import * as z from 'zod'
import { defineEntity, type Item } from '../platform/entity.ts'
import {
  EXPIRY_ATTRIBUTE,
  familyPartition,
  SEQUENCES,
  TRANSACTION_LIMIT,
  type Key,
  type Segment,
} from '../platform/keys.ts'
import { StaleReadError } from '../kernel/errors.ts'
import {
  familyIdSchema,
  requestNumberSchema,
  type FamilyId,
  type RequestNumber,
} from '../platform/schemas.ts'
import type { Write } from '../platform/expressions.ts'
import type { Table } from '../platform/table.ts'
import {
  MOST_WISHES,
  planningSchema,
  submissionSchema,
  type Planning,
  type Submission,
} from './model.ts'

/** Plannings lie in the family file, by school year, so that one Query loads both. */
export const planningEntity = defineEntity({
  type: 'Planning',
  schema: planningSchema,
  key: (address: {
    familyId: FamilyId
    schoolYear: string
    childId: string
    activityId: string
  }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['FILE', 'PLANNING', address.schoolYear, address.childId, address.activityId],
  }),
  // Who comes to an activity: the lists of the day, the headcounts.
  index: ({ activityId, schoolYear, childId }) => ({
    partition: ['ACTIVITY', activityId, schoolYear],
    sort: [childId],
  }),
})

export const submissionEntity = defineEntity({
  type: 'Submission',
  schema: submissionSchema,
  key: ({ familyId, number }: { familyId: FamilyId; number: number }): Key => ({
    partition: familyPartition(familyId),
    sort: ['REQUEST', number],
  }),
  // Only what awaits a decision of staff is in the index.
  index: ({ submittedAt, number, requests }) =>
    requests.some(({ state }) => state === 'pending')
      ? { partition: ['REQUESTS', 'pending'], sort: [submittedAt, number] }
      : undefined,
})

const receiptSchema = z.object({
  familyId: familyIdSchema,
  /** The Idempotency-Key of the client. */
  key: z.string(),
  /** The hash of the body that came with it. */
  bodyHash: z.string(),
  number: requestNumberSchema,
  [EXPIRY_ATTRIBUTE]: z.int(),
})
export type Receipt = z.infer<typeof receiptSchema>

/** That an Idempotency-Key has been used, and for which submission. */
export const receiptEntity = defineEntity({
  type: 'Receipt',
  schema: receiptSchema,
  key: ({ familyId, key }: { familyId: FamilyId; key: string }): Key => ({
    partition: familyPartition(familyId),
    sort: ['RECEIPT', key],
  }),
})

/** The plannings among the items of a family file. */
export const planningsAmong = (items: readonly Item[]): Planning[] => planningEntity.pick(items)

/** What a client's key was used for, if it was. */
export const findReceipt = async (
  table: Table,
  familyId: FamilyId,
  key: string,
): Promise<Receipt | undefined> => {
  const item = await table.get(receiptEntity.keyOf({ familyId, key }))
  return item === undefined ? undefined : receiptEntity.fromItem(item)
}

/**
 * Takes a run of request numbers and returns the first. A crash leaves numbers unused: the series
 * of requests may have gaps, that of invoices may not.
 */
export const takeRequestNumbers = async (table: Table, count: number): Promise<RequestNumber> => {
  const last = await table.count({ partition: SEQUENCES, sort: ['REQUEST'] }, count)
  return requestNumberSchema.parse(last - count + 1)
}

const planningWrite = (planning: Planning): Write => ({
  kind: 'put',
  item: planningEntity.toItem(planning),
  when: { kind: 'version', version: planning.version - 1 },
})

/** The most plannings that fit into the transaction of a submission, beside itself and its receipt. */
export const MOST_PLANNINGS = TRANSACTION_LIMIT - 2

/**
 * Stores a submission, its receipt and the plannings it changes, all or nothing.
 *
 * @returns false when the receipt's key has been used meanwhile.
 * @throws StaleReadError when a planning has changed since it was read.
 */
export const saveSubmission = async (
  table: Table,
  {
    submission,
    receipt,
    plannings,
  }: { submission: Submission; receipt: Receipt; plannings: readonly Planning[] },
): Promise<boolean> => {
  const outcome = await table.transact([
    { kind: 'put', item: receiptEntity.toItem(receipt), when: { kind: 'absent' } },
    { kind: 'put', item: submissionEntity.toItem(submission), when: { kind: 'absent' } },
    ...plannings.map(planningWrite),
  ])
  if (outcome.done) return true
  if (outcome.refused.has(0)) return false
  throw new StaleReadError('planning')
}

/**
 * Stores a decision: the submission with its decided request and the plannings it settles.
 *
 * @throws StaleReadError when one of them has changed since it was read.
 */
export const saveDecision = async (
  table: Table,
  submission: Submission,
  plannings: readonly Planning[],
): Promise<void> => {
  const outcome = await table.transact([
    {
      kind: 'put',
      item: submissionEntity.toItem(submission),
      when: { kind: 'version', version: submission.version - 1 },
    },
    ...plannings.map(planningWrite),
  ])
  if (!outcome.done) throw new StaleReadError('submission')
}

/** The submissions of a family whose first number is at most `to`, newest first. */
export const listSubmissions = async (
  table: Table,
  familyId: FamilyId,
  { to, limit }: { to?: number; limit: number },
): Promise<Submission[]> =>
  submissionEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['REQUEST'],
      to: to === undefined ? ['REQUEST'] : ['REQUEST', to],
      newestFirst: true,
      limit,
    }),
  )

/** The submission that holds a request; nothing if the family has no such request. */
export const findSubmission = async (
  table: Table,
  familyId: FamilyId,
  number: number,
): Promise<Submission | undefined> => {
  const [submission] = await listSubmissions(table, familyId, { to: number, limit: 1 })
  return submission?.requests.some((request) => request.number === number) === true
    ? submission
    : undefined
}

/**
 * The submission that holds a request, and all that the family has submitted since, by one Query:
 * a submission's first number is less than `MOST_WISHES` below those of its requests.
 */
export const findSubmissionAndLater = async (
  table: Table,
  familyId: FamilyId,
  number: number,
): Promise<{ submission: Submission; later: readonly Submission[] } | undefined> => {
  const submissions = submissionEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['REQUEST', Math.max(1, number - MOST_WISHES + 1)],
      to: ['REQUEST'],
    }),
  )
  const at = submissions.findIndex(({ requests }) =>
    requests.some((request) => request.number === number),
  )
  const submission = submissions[at]
  return submission === undefined ? undefined : { submission, later: submissions.slice(at + 1) }
}

/** The submissions with a request that awaits a decision, oldest first, from a place on. */
export const listPendingSubmissions = async (
  table: Table,
  { from, limit }: { from: readonly Segment[]; limit: number },
): Promise<Submission[]> =>
  submissionEntity.pick(
    await table.query({ partition: ['REQUESTS', 'pending'], from, to: [], index: true, limit }),
  )
