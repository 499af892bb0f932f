import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import { createFamily } from '../families/create-family.ts'
import { findGuardian, joinFamily, requireFamily } from '../families/guardian-account.ts'
import type { Guardian, WholeFile } from '../families/model.ts'
import { nextFamilyId } from '../families/next-family-id.ts'
import { readFile } from '../families/read-file.ts'
import { ACCOUNTS } from '../kernel/account-texts.ts'
import { isSameEmail } from '../kernel/email.ts'
import { PortalError, type Fault } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { childIdSchema, guardianIdSchema } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { invite } from './invite-guardian.ts'
import type { AccountRequest } from './model.ts'
import type { AccountDeps } from './move-email.ts'
import { isOpen, mailOf } from './request-account.ts'
import type { decideAccountRequestRoute } from './routes.ts'
import { findRequest, saveRequest } from './store.ts'

type Decide = Pick<Call<typeof decideAccountRequestRoute>, 'parameters' | 'body' | 'actor' | 'now'>
type Body = Decide['body']
type Outcome = NonNullable<NonNullable<AccountRequest['decision']>['outcome']>

/** An accepted application: which file it leads to. */
interface Accepted {
  readonly request: AccountRequest
  readonly outcome: Outcome
}

const checkChildren = (
  catalogue: Catalogue,
  { application }: AccountRequest,
  children: Extract<Body, { decision: 'open' }>['children'],
): void => {
  const count = application.children.length
  const faults: Fault[] = children.flatMap(({ schoolId, category }, index) => [
    ...(catalogue.facilities.some(({ id }) => id === schoolId)
      ? []
      : [
          {
            pointer: `/body/children/${String(index)}/schoolId`,
            detail: ACCOUNTS.unknownFacility(schoolId),
          },
        ]),
    ...(catalogue.categories.some(({ id }) => id === category)
      ? []
      : [
          {
            pointer: `/body/children/${String(index)}/category`,
            detail: ACCOUNTS.unknownCategory(category),
          },
        ]),
  ])
  if (children.length !== count) {
    faults.push({ pointer: '/body/children', detail: ACCOUNTS.childrenAsked(count) })
  }
  if (faults.length > 0) throw new PortalError('invalid-request', { faults })
}

/** Whether what was begun is what a call asks for; nothing is begun until the person is in a file. */
const isSame = async (
  table: Table,
  body: Body,
  { state }: AccountRequest,
  { outcome }: NonNullable<AccountRequest['decision']>,
): Promise<boolean> => {
  if (body.decision === 'refuse') {
    if (outcome === undefined) return true
    return state === 'deciding' && (await findGuardian(table, outcome)) === undefined
  }
  if (body.decision === 'open') return outcome?.isNew === true
  return outcome?.isNew === false && outcome.familyId === body.familyId
}

const guardianOf = (
  { application }: AccountRequest,
  { familyId, guardianId, isNew }: Outcome,
  changed: Guardian['changed'],
): Guardian => ({
  ...application.guardian,
  familyId,
  guardianId,
  // Somebody who joins a file need not live where the family does.
  ...(isNew ? {} : { address: application.address }),
  version: 1,
  changed,
})

const fileOf = (
  { request, outcome }: Accepted,
  children: Extract<Body, { decision: 'open' }>['children'],
  changed: Guardian['changed'],
): WholeFile => {
  const { familyId } = outcome
  const { address, guardian, children: asked } = request.application
  const kept = { version: 1, changed }
  return {
    family: { familyId, name: guardian.lastName, address, childrenCount: asked.length, ...kept },
    guardians: [guardianOf(request, outcome, changed)],
    children: children.flatMap((place, index) => {
      const child = asked[index]
      const childId = childIdSchema.parse(`c${String(index + 1)}`)
      return child === undefined ? [] : [{ familyId, childId, ...child, ...place, ...kept }]
    }),
    contacts: [],
    authorisations: [],
    enrolments: [],
    means: [],
  }
}

/** Notes which file an application leads to before anything is made of it, so that it is made once. */
const claim = async (
  table: Table,
  request: AccountRequest,
  { body, actor, now }: Decide,
): Promise<Accepted> => {
  if (request.decision?.outcome !== undefined) {
    return { request, outcome: request.decision.outcome }
  }
  const outcome = {
    familyId: body.decision === 'join' ? body.familyId : await nextFamilyId(table),
    // Of this application, not of its e-mail: who applies again is somebody new to the file.
    guardianId: guardianIdSchema.parse(
      `p${hashOf([request.requestId, request.submittedAt]).slice(0, 16)}`,
    ),
    isNew: body.decision === 'open',
  }
  const decision = { at: now.toISOString(), by: actor.account, message: body.message, outcome }
  const { version, ...rest } = request
  const claimed = await saveRequest(table, version, { ...rest, state: 'deciding', decision })
  return { request: claimed, outcome }
}

/**
 * Refuses who is in the file already: staff invite them there, so that the account of one guardian
 * never becomes another's. A guardian of both this id and this e-mail is what an earlier call made.
 */
const requireNew = async (
  table: Table,
  { familyId, guardianId, email }: Guardian,
): Promise<void> => {
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  const isThere = file.guardians.some(
    (held) => (held.guardianId === guardianId) !== isSameEmail(held.email, email),
  )
  if (isThere) throw new PortalError('email-in-use')
}

/** Makes what was accepted: the account, the file. Each step may be done again. */
const carryOut = async (
  deps: AccountDeps,
  accepted: Accepted,
  { body, actor, now }: Decide,
): Promise<void> => {
  const { request, outcome } = accepted
  const changed = { at: now.toISOString(), by: actor.account }
  const guardian = guardianOf(request, outcome, changed)
  try {
    if (!outcome.isNew) await requireNew(deps.table, guardian)
    // Before the file: whether the e-mail is free, only the user pool knows.
    await invite(deps, guardian, { by: actor.account, now })
    if (body.decision === 'open') {
      await createFamily(deps.table, fileOf(accepted, body.children, changed))
    } else {
      await joinFamily(deps.table, guardian)
    }
  } catch (error) {
    if (error instanceof PortalError) {
      const { version, ...rest } = request
      const undone = { ...rest, state: 'pending' as const, decision: undefined }
      await saveRequest(deps.table, version, undone)
    }
    throw error
  }
}

/**
 * Decides on an application for an account [guide 3]: opens a file for the family, or joins the
 * person to one, and invites them; or refuses with a reason. The person is told by mail, unless
 * staff refuse without one. The same call again finishes what was cut off and answers the same.
 *
 * @throws PortalError `not-found`; `file-inactive`; `already-decided`; `invalid-request` on
 * `/body/children`, or on `/body` when no invitation can go to the address; `email-in-use`, also for
 * who is in the file already; after these two it is still to be decided; `concurrent-change`.
 */
export const decideAccountRequest = async (
  deps: AccountDeps & { readonly catalogue: Catalogue },
  call: Decide,
): Promise<z.input<(typeof decideAccountRequestRoute)['reply']>> => {
  const { table, catalogue } = deps
  const { body, actor, now } = call
  const { requestId } = call.parameters
  const held = await findRequest(table, requestId)
  if (held === undefined) throw new PortalError('not-found')
  if (held.decision !== undefined && !(await isSame(table, body, held, held.decision))) {
    throw new PortalError('already-decided')
  }
  const { state, decision } = held
  if (state === 'refused') return { requestId, state }
  if (state === 'accepted') return { requestId, state, ...fileIn(decision?.outcome) }
  if (!isOpen(held, now)) throw new PortalError('not-found')

  const { version, ...rest } = held
  if (body.decision === 'refuse') {
    const refused = {
      ...rest,
      state: 'refused' as const,
      decision: { at: now.toISOString(), by: actor.account, message: body.message },
    }
    const letter = mailOf(held, { kind: 'application-refused', message: body.message })
    await saveRequest(table, version, refused, body.notify ? { letter, now } : undefined)
    return { requestId, state: 'refused' }
  }
  if (body.decision === 'open') checkChildren(catalogue, held, body.children)
  else await requireFamily(table, body.familyId)
  const accepted = await claim(table, held, call)
  await carryOut(deps, accepted, call)
  const { version: claimed, ...done } = accepted.request
  const letter = mailOf(held, { kind: 'application-accepted', message: body.message })
  await saveRequest(table, claimed, { ...done, state: 'accepted' }, { letter, now })
  return { requestId, state: 'accepted', ...fileIn(accepted.outcome) }
}

const fileIn = (
  outcome: Outcome | undefined,
): Pick<z.input<(typeof decideAccountRequestRoute)['reply']>, 'familyId' | 'guardianId'> =>
  outcome === undefined ? {} : { familyId: outcome.familyId, guardianId: outcome.guardianId }
