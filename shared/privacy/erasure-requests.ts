import type * as z from 'zod'
import { actingGuardian, admitGuardian, householdOf, readFile } from '../families/read-file.ts'
import { monthsLater } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { answerOnce, numberOfOnce, onceWrite, type OnceCall } from '../requests/once.ts'
import type { ErasureRequest } from './model.ts'
import type {
  askErasureRoute,
  listErasureRequestsRoute,
  listMyErasureRequestsRoute,
  refuseErasureRoute,
} from './routes.ts'
import {
  erasureRequestWrite,
  findErasureRequest,
  listErasureRequestsOf,
  listPendingErasureRequests,
} from './store.ts'
import { viewErasureRequest } from './view-erasure.ts'

type Reply = z.input<(typeof askErasureRoute)['reply']>

/** How many months the town has to answer (GDPR, article 12-3). */
const MONTHS_TO_ANSWER = 1

const answered = async (table: Table, call: OnceCall): Promise<ErasureRequest | undefined> => {
  const number = await numberOfOnce(table, call)
  return number === undefined ? undefined : findErasureRequest(table, { ...call, number })
}

/**
 * Asks that all that is held of the guardian's family be erased: a numbered request with the day until
 * which the town must answer. One that awaits its answer is not asked again. Two Queries, a read, a
 * counter and a transaction.
 *
 * @throws PortalError `not-found` for a guardian who is not, or no longer, in the file;
 * `idempotency-key-reused`, `concurrent-change`.
 */
export const askErasure = async (
  table: Table,
  { actor, headers, now }: Pick<Call<typeof askErasureRoute>, 'actor' | 'headers' | 'now'>,
): Promise<Reply> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  actingGuardian(file, guardianId)
  const call = { familyId, key: headers['idempotency-key'], route: 'askErasure', body: {} }
  const request = await answerOnce({
    call,
    answered: (again) => answered(table, again),
    carryOut: async (): Promise<ErasureRequest> => {
      const held = await listErasureRequestsOf(table, familyId)
      const pending = held.find(({ state }) => state === 'pending')
      if (pending !== undefined) return pending
      const number = await takeRequestNumbers(table, 1)
      const asked: ErasureRequest = {
        familyId,
        number,
        familyName: file.family.name,
        askedAt: now.toISOString(),
        askedBy: guardianId,
        dueOn: monthsLater(parisDate(now), MONTHS_TO_ANSWER),
        state: 'pending',
        version: 1,
      }
      const writes = [erasureRequestWrite(asked), onceWrite(call, number, now)]
      if (!(await table.transact(writes)).done) throw new PortalError('concurrent-change')
      return asked
    },
  })
  return viewErasureRequest(request)
}

/**
 * The requests of the guardian's family to be erased, the newest first. One read and one Query.
 *
 * @throws PortalError `not-found`.
 */
export const listMyErasureRequests = async (
  table: Table,
  { actor }: Pick<Call<typeof listMyErasureRequestsRoute>, 'actor'>,
): Promise<z.input<(typeof listMyErasureRequestsRoute)['reply']>> => {
  const familyId = await admitGuardian(table, householdOf(actor))
  const requests = await listErasureRequestsOf(table, familyId)
  return { requests: requests.map(viewErasureRequest) }
}

const placeOf = ({ dueOn, number }: ErasureRequest): string => `${dueOn}_${String(number)}`

/** The requests of all families that await an answer, what is due first, by pages. One Query. */
export const listErasureRequests = async (
  table: Table,
  { query: { limit, from } }: Pick<Call<typeof listErasureRequestsRoute>, 'query'>,
): Promise<z.input<(typeof listErasureRequestsRoute)['reply']>> => {
  const [dueOn, number] = from?.split('_') ?? []
  const place = dueOn === undefined ? [] : [dueOn, Number(number)]
  const found = await listPendingErasureRequests(table, { from: place, limit: limit + 1 })
  const next = found[limit]
  return {
    requests: found.slice(0, limit).map((request) => ({
      ...viewErasureRequest(request),
      familyId: request.familyId,
      familyName: request.familyName,
    })),
    ...(next === undefined ? {} : { next: placeOf(next) }),
  }
}

/** The mail to all guardians who are in the file: the right to know why is theirs (article 12-4). */
const noticeWrites = async (
  table: Table,
  familyId: FamilyId,
  { number, reason, now }: { readonly number: ErasureRequest['number']; reason: string; now: Date },
): Promise<Write[]> => {
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  const to = recipientsOf(file.guardians)
  if (to.length === 0) return []
  const content = { kind: 'erasure-refused', number, reason } as const
  return [noticeWrite({ familyId, noticeId: `ERASURE-${String(number)}`, to, content }, now)]
}

/**
 * Refuses a request for erasure with its reason, which the guardians are told by mail in the same
 * transaction. The same refusal again changes nothing.
 *
 * @throws PortalError `not-found`, `already-decided` when it was refused for another reason,
 * `concurrent-change`.
 */
export const refuseErasure = (
  table: Table,
  {
    parameters: { familyId, number },
    body: { reason },
    actor,
    now,
  }: Pick<Call<typeof refuseErasureRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<Reply> =>
  again(async () => {
    const held = await findErasureRequest(table, { familyId, number })
    if (held === undefined) throw new PortalError('not-found')
    if (held.refusal !== undefined) {
      if (held.refusal.reason !== reason) throw new PortalError('already-decided')
      return viewErasureRequest(held)
    }
    const refused: ErasureRequest = {
      ...held,
      state: 'refused',
      refusal: { at: now.toISOString(), by: actor.account, reason },
      version: held.version + 1,
    }
    const { done } = await table.transact([
      erasureRequestWrite(refused),
      ...(await noticeWrites(table, familyId, { number: held.number, reason, now })),
    ])
    if (!done) throw new StaleReadError('erasure request')
    return viewErasureRequest(refused)
  })
