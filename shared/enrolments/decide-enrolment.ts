import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { FamilyFile } from '../families/model.ts'
import {
  actingGuardian,
  householdOf,
  readFile,
  readWholeFile,
  refuseInactive,
} from '../families/read-file.ts'
import { childOf, mayParent } from '../families/rights-rules.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Write } from '../platform/expressions.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { grant } from './grant.ts'
import type { EnrolmentRequest } from './model.ts'
import { noticeOf, type TellableState } from './notice.ts'
import type { decideEnrolmentRequestRoute, withdrawEnrolmentRequestRoute } from './routes.ts'
import { refuseTwice } from './rules.ts'
import { enrolmentRequestWrite, findEnrolmentRequest, takeTurn } from './store.ts'
import { viewEnrolmentRequest } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}
type Asked = Pick<Call<typeof decideEnrolmentRequestRoute>, 'parameters' | 'body' | 'actor' | 'now'>
type Told = EnrolmentRequest & { readonly state: TellableState }

const load = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly number: number },
): Promise<EnrolmentRequest> => {
  const request = await findEnrolmentRequest(table, address)
  if (request === undefined) throw new PortalError('not-found')
  return request
}

/** Whether the same agent has decided the same before: the call has been sent again. */
const isDecidedAlike = ({ state, groupId, decision }: EnrolmentRequest, asked: Asked): boolean =>
  state === asked.body.outcome &&
  decision?.by === asked.actor.account &&
  decision.message === asked.body.message &&
  (asked.body.outcome === 'refused' || (asked.body.groupId ?? groupId) === groupId)

/**
 * The write that tells the guardian who asked, at the address that the file has now; none for one who
 * has left the file or has no authority over the child any more.
 */
const noticeWrites = (
  { guardians, children }: Pick<FamilyFile, 'guardians' | 'children'>,
  request: Told,
  now: Date,
): Write[] => {
  const guardian = guardians.find(({ guardianId }) => guardianId === request.by.guardianId)
  const child = children.find(({ childId }) => childId === request.childId)
  if (guardian === undefined || child === undefined) return []
  if (!mayParent(child, guardian.guardianId, parisDate(now))) return []
  return [noticeOf({ ...request, by: { ...request.by, email: guardian.email } }, now)]
}

const decide = async (deps: Deps, asked: Asked): Promise<EnrolmentRequest> => {
  const { table } = deps
  const { parameters, body, actor, now } = asked
  const request = await load(table, parameters)
  if (isDecidedAlike(request, asked)) return request
  if (request.state !== 'pending') throw new PortalError('already-decided')
  const { message } = body
  const decided = {
    ...request,
    version: request.version + 1,
    decision: {
      at: now.toISOString(),
      by: actor.account,
      ...(message === undefined ? {} : { message }),
    },
  }
  if (body.outcome === 'refused') {
    const refused: Told = { ...decided, state: 'refused' }
    const { file } = await readFile(table, request.familyId)
    const { done } = await table.transact([
      enrolmentRequestWrite(refused),
      ...noticeWrites(file, refused, now),
    ])
    if (!done) throw new StaleReadError('enrolments')
    return refused
  }
  const turn = await takeTurn(table, request)
  const { file } = await readWholeFile(table, request.familyId)
  refuseInactive(file)
  if (!file.children.some(({ childId }) => childId === request.childId)) {
    throw new PortalError('not-found')
  }
  refuseTwice({ enrolments: file.enrolments, requests: [] }, request)
  const wanted = { ...decided, groupId: body.groupId ?? request.groupId }
  const { enrolment, writes } = await grant(deps, file, wanted, now)
  const accepted: Told = { ...wanted, state: 'accepted', enrolmentId: enrolment.enrolmentId }
  const { done } = await table.transact([
    enrolmentRequestWrite(accepted),
    turn,
    ...writes,
    ...noticeWrites(file, accepted, now),
  ])
  if (!done) throw new StaleReadError('enrolments')
  return accepted
}

/**
 * Accepts a request for an enrolment, perhaps in another group, or refuses it. What is accepted is
 * enrolled, listed in the registers, counted and told in one transaction. Staff are bound by the
 * capacity of the group, not by age and class. The same decision again is answered alike.
 *
 * @throws PortalError `not-found`, `already-decided`, `file-inactive` for what a file that was set aside or
 * merged would be granted, `already-enrolled`, `group-full`, `concurrent-change`.
 */
export const decideEnrolmentRequest = async (
  deps: Deps,
  asked: Asked,
): Promise<z.input<(typeof decideEnrolmentRequestRoute)['reply']>> =>
  viewEnrolmentRequest(deps.town.catalogue, await again(() => decide(deps, asked)))

/**
 * Withdraws a family's own request while it awaits a decision; what is withdrawn already stays so.
 *
 * @throws PortalError `not-found`, also for a child over whom the guardian has no authority;
 * `already-decided`, `concurrent-change`.
 */
export const withdrawEnrolmentRequest = async (
  { table, town }: Deps,
  {
    actor,
    parameters: { number },
    now,
  }: Pick<Call<typeof withdrawEnrolmentRequestRoute>, 'actor' | 'parameters' | 'now'>,
): Promise<z.input<(typeof withdrawEnrolmentRequestRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const withdrawn = await again(async (): Promise<EnrolmentRequest> => {
    const { file } = await readWholeFile(table, familyId)
    actingGuardian(file, guardianId)
    const request = await load(table, { familyId, number })
    childOf(file, guardianId, { childId: request.childId, today: parisDate(now) })
    if (request.state === 'withdrawn') return request
    if (request.state !== 'pending') throw new PortalError('already-decided')
    const after: EnrolmentRequest = {
      ...request,
      state: 'withdrawn',
      version: request.version + 1,
    }
    const { done } = await table.transact([enrolmentRequestWrite(after)])
    if (!done) throw new StaleReadError('enrolments')
    return after
  })
  return viewEnrolmentRequest(town.catalogue, withdrawn)
}
