import * as z from 'zod'
import { PortalError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import { hashOf } from '../platform/hash.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import {
  familyIdSchema,
  requestNumberSchema,
  type FamilyId,
  type RequestNumber,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'

/** That an Idempotency-Key has brought a numbered request, written in the request's transaction. */
export const onceEntity = defineEntity({
  type: 'Once',
  schema: z.object({
    familyId: familyIdSchema,
    key: z.string(),
    /** The hash of what was asked, and of what for. */
    hash: z.string(),
    number: requestNumberSchema,
    /** In seconds since 1970, when the table forgets it. */
    expiresAt: z.int(),
  }),
  key: ({ familyId, key }: { familyId: FamilyId; key: string }): Key => ({
    partition: familyPartition(familyId),
    sort: ['ONCE', key],
  }),
})

/** A call that may be sent again: its key, and what it asks, by the name of its route. */
export interface OnceCall {
  readonly familyId: FamilyId
  readonly key: string
  readonly route: string
  readonly body: unknown
}

const hashOfCall = ({ route, body }: OnceCall): string => hashOf([route, body])

/** For how long at least the same key gets the same answer, in seconds: a day. */
const LIFETIME = 86_400

/**
 * The number of the request that the same call has brought before; nothing when its key is free.
 *
 * @throws PortalError `idempotency-key-reused` when the key has brought something else.
 */
export const numberOfOnce = async (
  table: Table,
  call: OnceCall,
): Promise<RequestNumber | undefined> => {
  const item = await table.get(onceEntity.keyOf(call))
  if (item === undefined) return undefined
  const { hash, number } = onceEntity.fromItem(item)
  if (hash !== hashOfCall(call)) throw new PortalError('idempotency-key-reused')
  return number
}

/** The write that uses a key up; refused when it is used already. */
export const onceWrite = (call: OnceCall, number: RequestNumber, now: Date): Write => ({
  kind: 'put',
  item: onceEntity.toItem({
    familyId: call.familyId,
    key: call.key,
    hash: hashOfCall(call),
    number,
    expiresAt: Math.floor(now.getTime() / 1000) + LIFETIME,
  }),
  when: { kind: 'absent' },
})

/**
 * Answers a call as it was answered before, else carries it out. A refusal may come of the same call,
 * sent twice at once, whose other copy has just been carried out: then its answer is the answer.
 *
 * @param answered what the call has brought, if it has.
 * @throws PortalError the refusal of `carryOut`.
 */
export const answerOnce = async <Answer>({
  call,
  answered,
  carryOut,
}: {
  readonly call: OnceCall
  readonly answered: (call: OnceCall) => Promise<Answer | undefined>
  readonly carryOut: (call: OnceCall) => Promise<Answer>
}): Promise<Answer> => {
  const earlier = await answered(call)
  if (earlier !== undefined) return earlier
  try {
    return await carryOut(call)
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    const twin = await answered(call)
    if (twin === undefined) throw error
    return twin
  }
}
