import type * as z from 'zod'
import type { Catalogue } from '../catalogue/model.ts'
import type { Guardian } from '../families/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { answerOnce, numberOfOnce, onceWrite, type OnceCall } from '../requests/once.ts'
import { enquiriesOf } from './list-enquiries.ts'
import type { Enquiry, Writer } from './model.ts'
import type { continueEnquiryRoute, writeAsVisitorRoute, writeEnquiryRoute } from './routes.ts'
import { expiryOf, refuseFlood, serviceOf, withMessage } from './rules.ts'
import { contactOf } from './present-writer.ts'
import { enquiryWrite, findEnquiry, listOfVisitor } from './store.ts'
import { tellArrival } from './tell.ts'
import { viewEnquiry } from './view.ts'

interface Deps {
  readonly table: Table
  readonly catalogue: Catalogue
}

type Reply = z.input<(typeof writeEnquiryRoute)['reply']>
type Written = Pick<Call<typeof writeEnquiryRoute>['body'], 'serviceId' | 'subject' | 'message'>

/** A new enquiry under its number, at its first version. */
const enquiryOf = (
  writer: Writer,
  { serviceId, subject, message }: Written,
  {
    number,
    service,
    hash,
    now,
  }: Pick<Enquiry, 'number' | 'service' | 'hash'> & { readonly now: Date },
): Enquiry => {
  const at = now.toISOString()
  return {
    ...{ number, writer, serviceId, service, subject, hash },
    messages: [{ at, from: 'writer', text: message }],
    state: 'open',
    movedAt: at,
    version: 1,
    ...expiryOf(writer, now),
  }
}

/** @throws PortalError `not-found`, also for that of another guardian: each reads their own. */
const ownEnquiry = async (
  table: Table,
  { familyId, guardianId }: ReturnType<typeof householdOf>,
  number: number,
): Promise<Enquiry> => {
  const held = await findEnquiry(table, { familyId, number })
  if (held?.writer.kind !== 'guardian' || held.writer.guardianId !== guardianId) {
    throw new PortalError('not-found')
  }
  return held
}

/** @throws PortalError `not-found` for a guardian who has left the family. */
const writingGuardian = async (
  table: Table,
  { familyId, guardianId }: ReturnType<typeof householdOf>,
): Promise<Guardian> => {
  const { file } = await readFile(table, familyId, ['FILE', 'GUARDIAN'])
  return actingGuardian(file, guardianId)
}

const carryOutOnce = (
  table: Table,
  household: ReturnType<typeof householdOf>,
  call: OnceCall,
  carryOut: () => Promise<Enquiry>,
): Promise<Enquiry> =>
  again(() =>
    answerOnce({
      call,
      answered: async () => {
        const number = await numberOfOnce(table, call)
        return number === undefined ? undefined : ownEnquiry(table, household, number)
      },
      carryOut,
    }),
  )

/** What tells one guardian's call from that of another who sends the same. */
const saidBy = (guardianId: GuardianId, body: unknown): unknown => ({ guardianId, body })

/**
 * Writes to a service in the name of a guardian [guide 4], under the next number of all requests. The
 * guardian and the service are mailed. The other guardian does not read it. The same call again has one
 * effect and the same answer.
 *
 * @throws PortalError `not-found` for a guardian who has left the family; `invalid-request` for a service
 * that the town has not; `too-many-attempts` while ten of theirs await an answer; `idempotency-key-reused`;
 * `concurrent-change`.
 */
export const writeEnquiry = async (
  { table, catalogue }: Deps,
  {
    actor,
    headers,
    body,
    now,
  }: Pick<Call<typeof writeEnquiryRoute>, 'actor' | 'headers' | 'body' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  const { familyId, guardianId } = household
  const service = serviceOf(catalogue, body.serviceId)
  const said = saidBy(guardianId, body)
  const call = { familyId, key: headers['idempotency-key'], route: 'writeEnquiry', body: said }
  const enquiry = await carryOutOnce(table, household, call, async () => {
    const contact = contactOf(await writingGuardian(table, household))
    // Each guardian has their own: the other neither waits for them nor learns of them.
    refuseFlood(await enquiriesOf(table, household), 'guardian')
    const number = await takeRequestNumbers(table, 1)
    const writer = { kind: 'guardian' as const, familyId, guardianId, ...contact }
    const about = { number, service: service.name, hash: hashOf(said), now }
    const written = enquiryOf(writer, body, about)
    const outcome = await table.transact([
      onceWrite(call, number, now),
      enquiryWrite(written),
      ...tellArrival(written, service, now),
    ])
    if (!outcome.done) throw new StaleReadError('enquiry')
    return written
  })
  return viewEnquiry(enquiry)
}

/**
 * Writes on under a number: the service is mailed, and owes an answer again. The same call again has one
 * effect.
 *
 * @throws PortalError `not-found`, also for what another guardian wrote; `file-full`;
 * `idempotency-key-reused`; `concurrent-change`.
 */
export const continueEnquiry = async (
  { table, catalogue }: Deps,
  {
    actor,
    parameters,
    headers,
    body,
    now,
  }: Pick<Call<typeof continueEnquiryRoute>, 'actor' | 'parameters' | 'headers' | 'body' | 'now'>,
): Promise<Reply> => {
  const household = householdOf(actor)
  const { familyId, guardianId } = household
  const said = saidBy(guardianId, { ...parameters, ...body })
  const call = { familyId, key: headers['idempotency-key'], route: 'continueEnquiry', body: said }
  const enquiry = await carryOutOnce(table, household, call, async () => {
    const contact = contactOf(await writingGuardian(table, household))
    const held = await ownEnquiry(table, household, parameters.number)
    const more = withMessage(held, { text: body.message, now })
    const after = { ...more, writer: { ...held.writer, ...contact } }
    const { services } = catalogue.town
    const email = services.find(({ id }) => id === held.serviceId)?.email
    const outcome = await table.transact([
      onceWrite(call, held.number, now),
      enquiryWrite(after),
      ...(email === undefined ? [] : tellArrival(after, { name: held.service, email }, now)),
    ])
    if (!outcome.done) throw new StaleReadError('enquiry')
    return after
  })
  return viewEnquiry(enquiry)
}

/**
 * Writes to a service without an account: the answer comes by mail, and nothing before it. An address has
 * three enquiries open at most; the same call again has one effect.
 *
 * @throws PortalError `invalid-request` for a service that the town has not; `too-many-attempts`;
 * `idempotency-key-reused`; `concurrent-change`.
 */
export const writeAsVisitor = async (
  { table, catalogue }: Deps,
  { headers, body, now }: Pick<Call<typeof writeAsVisitorRoute>, 'headers' | 'body' | 'now'>,
): Promise<z.input<(typeof writeAsVisitorRoute)['reply']>> => {
  const { name, email, ...written } = body
  const service = serviceOf(catalogue, written.serviceId)
  const visitorId = hashOf(email).slice(0, 32)
  const key = hashOf(headers['idempotency-key']).slice(0, 32)
  const hash = hashOf(body)
  return again(async () => {
    const held = await listOfVisitor(table, visitorId)
    const same = held.find(({ writer }) => writer.kind === 'visitor' && writer.key === key)
    if (same !== undefined) {
      if (same.hash !== hash) throw new PortalError('idempotency-key-reused')
      return { number: same.number }
    }
    refuseFlood(held, 'visitor')
    const number = await takeRequestNumbers(table, 1)
    const writer = { kind: 'visitor' as const, visitorId, key, name, email }
    const enquiry = enquiryOf(writer, written, { number, service: service.name, hash, now })
    const outcome = await table.transact([
      enquiryWrite(enquiry),
      ...tellArrival(enquiry, service, now),
    ])
    if (!outcome.done) throw new StaleReadError('enquiry')
    return { number }
  })
}
