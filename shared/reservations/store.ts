import * as z from 'zod'
import { defineEntity, type Item } from '../platform/entity.ts'
import {
  activityPartition,
  familyPartition,
  TRANSACTION_LIMIT,
  type Key,
  type Segment,
} from '../platform/keys.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { bytesSchema, type FamilyId } from '../platform/schemas.ts'
import { leavingWrite } from '../places/waiting-list.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { putNext, type Table } from '../platform/table.ts'
import { isStillWaiting } from './lines.ts'
import {
  MOST_WISHES,
  planningSchema,
  receiptSchema,
  submissionSchema,
  type Planning,
  type Receipt,
  type Submission,
} from './model.ts'
import { packLetters, unpackLetters } from './pack-letters.ts'

/** The units of a planning as they are stored. */
const packedSchema = z.object({ units: z.record(z.string(), bytesSchema) })

/** The units of a planning as they were stored in version 1: as they are spoken of. */
const lettersSchema = planningSchema.pick({ units: true })

const packUnits = (units: Planning['units']): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(units).flatMap(([id, letters]) =>
      letters === undefined ? [] : [[id, packLetters(letters)]],
    ),
  )

const unpackUnits = (units: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(units).map(([id, bytes]) => [id, unpackLetters(bytes)]))

/** Plannings lie in the family file, by school year, so that one Query loads both. */
export const planningEntity = defineEntity({
  type: 'Planning',
  schema: planningSchema,
  upgrades: [(item) => ({ ...item, units: packUnits(lettersSchema.parse(item).units) })],
  // A page of a family or the bill of a month reads all its plannings: packed they fit one read unit.
  packing: {
    pack: (planning) => ({ ...planning, units: packUnits(planning.units) }),
    unpack: (item) => ({ ...item, units: unpackUnits(packedSchema.parse(item).units) }),
  },
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
  index: ({ activityId, schoolYear, familyId, childId }) => ({
    partition: activityPartition(activityId, schoolYear),
    sort: [familyId, childId],
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

/** That an Idempotency-Key has been used, and for which submission. */
export const receiptEntity = defineEntity({
  type: 'Receipt',
  schema: receiptSchema,
  key: ({ familyId, key }: { familyId: FamilyId; key: string }): Key => ({
    partition: familyPartition(familyId),
    sort: ['RECEIPT', key],
  }),
  // Only what is not carried out yet is in the index, by its time.
  index: ({ state, intent, openedAt, number }) => {
    const since = intent?.at ?? openedAt
    return state === 'open' && since !== undefined
      ? { partition: ['INTENTS'], sort: [since, number] }
      : undefined
  },
})

/** The plannings among the items of a family file. */
export const planningsAmong = (items: readonly Item[]): Planning[] => planningEntity.pick(items)

/** What a client's key was used for, if it was. */
export const findReceipt = async (
  table: Table,
  familyId: FamilyId,
  key: string,
): Promise<Receipt | undefined> =>
  receiptEntity.found(await table.get(receiptEntity.keyOf({ familyId, key })))

/**
 * The writes of a planning, each if it is as it was read: itself, and the entries of waiting lists
 * that its letters no longer speak of.
 */
export const planningWrites = (planning: Planning): Write[] => {
  const { waits = [], ...rest } = planning
  const stays = (wait: NonNullable<Planning['waits']>[number]): boolean =>
    isStillWaiting(planning, wait)
  const waiting = waits.filter(stays)
  return [
    nextVersion(planningEntity, waiting.length === 0 ? rest : { ...rest, waits: waiting }),
    ...waits
      .filter((wait) => !stays(wait))
      .map((wait) => leavingWrite({ ...wait, activityId: planning.activityId })),
  ]
}

/** The write of a submission that is as it was read. */
export const submissionWrite = (submission: Submission): Write =>
  nextVersion(submissionEntity, submission)

const receiptWrite = (receipt: Receipt): Write => nextVersion(receiptEntity, receipt)

/**
 * Notes what is asked before its places are claimed, so that it can be carried out after a crash.
 *
 * @returns false when the receipt's key has been used meanwhile.
 */
export const saveIntent = (table: Table, receipt: Receipt): Promise<boolean> =>
  putNext(table, receiptEntity, receipt)

/** What the writes of a submission bring beside it. */
export interface SubmissionWrites {
  readonly receipt: Receipt
  /** Nothing where the intent has come to nothing. */
  readonly submission?: Submission
  readonly plannings: readonly Planning[]
  /** The new entries of waiting lists, and whatever else belongs to it. */
  readonly more: readonly Write[]
}

/** The most writes of a submission. */
export const MOST_WRITES = TRANSACTION_LIMIT

/** All that a submission writes, in one transaction. */
export const submissionWrites = ({
  receipt,
  submission,
  plannings,
  more,
}: SubmissionWrites): Write[] => [
  receiptWrite(receipt),
  ...(submission === undefined ? [] : [submissionWrite(submission)]),
  ...plannings.flatMap(planningWrites),
  ...more,
]

/**
 * Stores a submission, its receipt and the plannings it changes, all or nothing.
 *
 * @returns false when the receipt has been used or carried out meanwhile.
 * @throws StaleReadError when anything else has changed since it was read.
 */
export const saveSubmission = async (table: Table, writes: readonly Write[]): Promise<boolean> => {
  const outcome = await table.transact(writes)
  if (outcome.done) return true
  if (outcome.refused.has(0)) return false
  throw new StaleReadError('planning')
}

/**
 * Stores what has become of requests: the submissions and the plannings that they settle, with
 * whatever else belongs to it.
 *
 * @throws StaleReadError when one of them has changed since it was read.
 */
export const saveOutcome = async (
  table: Table,
  {
    submissions,
    plannings,
    more = [],
  }: {
    submissions: readonly Submission[]
    plannings: readonly Planning[]
    more?: readonly Write[]
  },
): Promise<void> => {
  const outcome = await table.transact([
    ...submissions.map(submissionWrite),
    ...plannings.flatMap(planningWrites),
    ...more,
  ])
  if (!outcome.done) throw new StaleReadError('submission')
}

/** The receipts of a family that are not carried out yet, by one Query. */
export const listOpenReceipts = async (table: Table, familyId: FamilyId): Promise<Receipt[]> =>
  receiptEntity
    .pick(await table.query({ partition: familyPartition(familyId), from: ['RECEIPT'] }))
    .filter(({ state }) => state === 'open')

/** The receipts of all families that were opened before an instant and are not carried out yet. */
export const listLateReceipts = async (
  table: Table,
  before: Date,
  limit: number,
): Promise<Receipt[]> =>
  receiptEntity.pick(
    await table.query({
      partition: ['INTENTS'],
      from: [],
      to: [before.toISOString()],
      index: true,
      limit,
    }),
  )

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
 * The submission that holds a request, and all that the family has submitted since, oldest first, by
 * one Query: a submission's first number is less than `MOST_WISHES` below those of its requests.
 */
export const listSubmissionsFrom = async (
  table: Table,
  familyId: FamilyId,
  number: number,
): Promise<Submission[]> => {
  const submissions = submissionEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['REQUEST', Math.max(1, number - MOST_WISHES + 1)],
      to: ['REQUEST'],
    }),
  )
  return submissions.filter(({ requests }) => requests.some((each) => each.number >= number))
}

/**
 * The submissions with a request that awaits a decision, oldest first.
 *
 * @param from the first of them, all unless given.
 * @param until the last instant at which they were submitted.
 */
export const listPendingSubmissions = async (
  table: Table,
  { from = [], until, limit }: { from?: readonly Segment[]; until?: string; limit?: number } = {},
): Promise<Submission[]> =>
  submissionEntity.pick(
    await table.query({
      partition: ['REQUESTS', 'pending'],
      from,
      to: until === undefined ? [] : [until],
      index: true,
      ...(limit === undefined ? {} : { limit }),
    }),
  )
