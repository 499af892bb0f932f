import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { areOfFamily } from '../attachments/are-of-family.ts'
import type { WholeFile } from '../families/model.ts'
import {
  actingGuardian,
  admitGuardian,
  householdOf,
  readWholeFile,
  refuseInactive,
} from '../families/read-file.ts'
import { childOf } from '../families/rights-rules.ts'
import { ageOn } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { answerOnce, numberOfOnce, onceWrite, type OnceCall } from '../requests/once.ts'
import { grant } from './grant.ts'
import type { EnrolmentRequest } from './model.ts'
import { noticeOf, type TellableState } from './notice.ts'
import type { requestEnrolmentRoute } from './routes.ts'
import { checkAsked, refuseTwice, type OfferedActivity } from './rules.ts'
import {
  enrolmentRequestWrite,
  findEnrolmentRequest,
  listEnrolmentRequests,
  takeTurn,
} from './store.ts'
import { viewEnrolmentRequest } from './view.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}
type Asked = Pick<Call<typeof requestEnrolmentRoute>, 'actor' | 'headers' | 'body' | 'now'>

/** The most enrolments of a file: a family of many children, over several school years. */
const MOST_ENROLMENTS = 200

const onceCallOf = ({ actor, headers, body }: Asked): OnceCall => ({
  familyId: householdOf(actor).familyId,
  key: headers['idempotency-key'],
  route: 'requestEnrolment',
  body,
})

const answerByKey = async (
  table: Table,
  { actor }: Asked,
  once: OnceCall,
): Promise<EnrolmentRequest | undefined> => {
  const number = await numberOfOnce(table, once)
  if (number === undefined) return undefined
  const familyId = await admitGuardian(table, householdOf(actor))
  const request = await findEnrolmentRequest(table, { familyId, number })
  if (request === undefined) throw new Error('A key without its request')
  return request
}

/** What is asked, once it has passed all checks that ask for no place. */
const check = async (
  { table, town }: Deps,
  { actor, body, now }: Asked,
): Promise<{
  file: WholeFile
  activity: OfferedActivity
  draft: Omit<EnrolmentRequest, 'number'> & { readonly state: 'pending' }
}> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readWholeFile(table, familyId)
  const guardian = actingGuardian(file, guardianId)
  refuseInactive(file)
  if (file.enrolments.length >= MOST_ENROLMENTS) throw new PortalError('file-full')
  const child = childOf(file, guardianId, { childId: body.childId, today: parisDate(now) })
  const activity = checkAsked(town.catalogue, body, { child, now })
  const requests = await listEnrolmentRequests(table, familyId)
  refuseTwice({ enrolments: file.enrolments, requests }, body)
  const ids = body.documents.map(({ attachmentId }) => attachmentId)
  if (!(await areOfFamily(table, familyId, ids))) {
    const detail = ENROLMENTS.unknownDocument
    throw new PortalError('not-eligible', { faults: [{ pointer: '/body/documents', detail }] })
  }
  const draft = {
    ...body,
    familyId,
    familyName: file.family.name,
    submittedAt: now.toISOString(),
    by: {
      guardianId,
      name: `${guardian.title} ${guardian.firstName} ${guardian.lastName}`,
      email: guardian.email,
    },
    child: child.firstName,
    age: ageOn(child.birthDate, body.from),
    ...(child.className === undefined ? {} : { className: child.className }),
    state: 'pending' as const,
    version: 1,
  }
  return { file, activity, draft }
}

const submit = async (deps: Deps, once: OnceCall, asked: Asked): Promise<EnrolmentRequest> => {
  const { table } = deps
  const { body, now } = asked
  const { familyId } = householdOf(asked.actor)
  const { childId, activityId } = body
  const turn = await takeTurn(table, { familyId, childId, activityId })
  const { file, activity, draft } = await check(deps, asked)
  const number = await takeRequestNumbers(table, 1)
  const pending = { ...draft, number }
  const granted =
    activity.enrolment.decision === 'automatic'
      ? await grant(deps, file, pending, now)
      : { enrolment: undefined, writes: [] }
  const request: EnrolmentRequest & { readonly state: TellableState } =
    granted.enrolment === undefined
      ? pending
      : {
          ...pending,
          state: 'accepted',
          enrolmentId: granted.enrolment.enrolmentId,
          decision: { at: pending.submittedAt },
        }
  const { done } = await table.transact([
    onceWrite(once, number, now),
    turn,
    enrolmentRequestWrite(request),
    ...granted.writes,
    noticeOf(request, now),
  ])
  if (!done) throw new StaleReadError('enrolments')
  return request
}

/**
 * Asks for an activity for a child, as one numbered request. Where the town decides by rule, the child
 * is enrolled in the same transaction, and its place counted; else the request awaits staff and holds
 * no place. A child has one enrolment, or one request that may become one, for an activity and a day.
 *
 * @throws PortalError `not-found` for a child that the guardian has no authority over; the refusals of
 * `checkAsked`; `file-inactive`, `file-full`, `already-enrolled`, `group-full`, `idempotency-key-reused`; `concurrent-change`.
 */
export const requestEnrolment = async (
  deps: Deps,
  asked: Asked,
): Promise<z.input<(typeof requestEnrolmentRoute)['reply']>> =>
  viewEnrolmentRequest(
    deps.town.catalogue,
    await again(() =>
      answerOnce({
        call: onceCallOf(asked),
        answered: (call) => answerByKey(deps.table, asked, call),
        carryOut: (call) => submit(deps, call, asked),
      }),
    ),
  )
