import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { ActivityId, ChildId, EnrolmentId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  endSchema,
  enrolmentRequestSchema,
  turnSchema,
  type End,
  type EnrolmentRequest,
  type Turn,
} from './model.ts'

export const enrolmentRequestEntity = defineEntity({
  type: 'EnrolmentRequest',
  schema: enrolmentRequestSchema,
  key: ({ familyId, number }: { familyId: FamilyId; number: number }): Key => ({
    partition: familyPartition(familyId),
    sort: ['ENROLMENT_REQUEST', number],
  }),
  // Only what awaits a decision of staff is in the index.
  index: ({ state, submittedAt, number }) =>
    state === 'pending'
      ? { partition: ['ENROLMENT_REQUESTS', 'pending'], sort: [submittedAt, number] }
      : undefined,
})

export const turnEntity = defineEntity({
  type: 'EnrolmentTurn',
  schema: turnSchema,
  key: (address: { familyId: FamilyId; childId: ChildId; activityId: ActivityId }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['ENROLMENT_TURN', address.childId, address.activityId],
  }),
})

export const endEntity = defineEntity({
  type: 'EnrolmentEnd',
  schema: endSchema,
  key: (address: { familyId: FamilyId; enrolmentId: EnrolmentId }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['ENROLMENT_END', address.enrolmentId],
  }),
})

/** The last end that was made to an enrolment; nothing while there is none. */
export const findEnd = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly enrolmentId: EnrolmentId },
): Promise<End | undefined> => endEntity.found(await table.get(endEntity.keyOf(address)))

/** The write that keeps why an enrolment ended. */
export const endWrite = (end: End): Write => ({ kind: 'put', item: endEntity.toItem(end) })

/** The write that forgets an end, since the enrolment goes on. */
export const forgetEndWrite = (address: Pick<End, 'familyId' | 'enrolmentId'>): Write => ({
  kind: 'delete',
  key: endEntity.keyOf(address),
})

/** The next turn at the enrolments of a child in an activity. Ask for it before reading what is decided on. */
export const nextTurn = async (table: Table, address: Omit<Turn, 'version'>): Promise<Turn> => {
  const { familyId, childId, activityId } = address
  const held = turnEntity.found(await table.get(turnEntity.keyOf(address)))
  return { familyId, childId, activityId, version: (held?.version ?? 0) + 1 }
}

/** The write of a turn, refused when somebody else has taken it. */
export const turnWrite = (turn: Turn): Write => nextVersion(turnEntity, turn)

/**
 * The write that takes the next turn at the enrolments of a child in an activity, refused when
 * somebody else has taken it. Ask for it before reading what is decided on. One read.
 */
export const takeTurn = async (table: Table, address: Omit<Turn, 'version'>): Promise<Write> =>
  turnWrite(await nextTurn(table, address))

/** The write of a request that is as it was read. */
export const enrolmentRequestWrite = (request: EnrolmentRequest): Write =>
  nextVersion(enrolmentRequestEntity, request)

/** A request of a family; nothing if it has none of this number. */
export const findEnrolmentRequest = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly number: number },
): Promise<EnrolmentRequest | undefined> =>
  enrolmentRequestEntity.found(await table.get(enrolmentRequestEntity.keyOf(address)))

/** The requests of a family, newest first. */
export const listEnrolmentRequests = async (
  table: Table,
  familyId: FamilyId,
): Promise<EnrolmentRequest[]> =>
  enrolmentRequestEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['ENROLMENT_REQUEST'],
      newestFirst: true,
    }),
  )

/** The requests of all families that await a decision, oldest first. */
export const listPendingEnrolmentRequests = async (
  table: Table,
  { from = [], limit }: { readonly from?: readonly Segment[]; readonly limit: number },
): Promise<EnrolmentRequest[]> =>
  enrolmentRequestEntity.pick(
    await table.query({
      partition: ['ENROLMENT_REQUESTS', 'pending'],
      from,
      to: [],
      index: true,
      limit,
    }),
  )
