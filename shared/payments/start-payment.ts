import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Guardian } from '../families/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { ONLINE } from '../kernel/payment-texts.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import { referenceOf, subjectOf } from '../payfip/fields-rules.ts'
import { EMAIL_LENGTH, type Answer, type Order, type Payfip } from '../payfip/model.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { chooseInvoices, type Choice } from './choice-rules.ts'
import type { Attempt } from './model.ts'
import { NOT_OPENED, UNREACHABLE } from './names.ts'
import type { startPaymentRoute } from './routes.ts'
import { failed, heldUntil, isOpened, opened } from './rules.ts'
import { attemptWrite, findAttempt, holdWrites, keepAttempt, releaseWrites } from './store.ts'
import { viewAttempt } from './view.ts'

/** What a payment needs beside the call. */
export interface StartParts {
  readonly table: Table
  readonly town: TownCatalogue
  readonly payfip: Payfip
  /** Whether a régie that is only tried out may be paid. */
  readonly takesTests: boolean
  /** Where PayFiP and browsers reach the API. */
  readonly apiUrl: string
}

type StartCall = Pick<Call<typeof startPaymentRoute>, 'actor' | 'headers' | 'body' | 'now'>

/** The id of the attempt that a call begins: the same key of a family is the same attempt. */
export const paymentIdOf = (familyId: FamilyId, key: string): string =>
  hashOf(['online-payment', familyId, key]).slice(0, 32)

/** Refuses an address to which PayFiP cannot write. */
const checkEmail = ({ email }: Guardian): void => {
  if (email.length > EMAIL_LENGTH.most) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.email(EMAIL_LENGTH.most) })
  }
}

/** An attempt before PayFiP is asked; a call whose attempt has failed begins it anew. */
const newAttempt = (
  { regie, payfip, amount, parts, year }: Choice,
  before: Attempt | undefined,
  about: Pick<Attempt, 'familyId' | 'paymentId' | 'asked' | 'guardianId' | 'payer' | 'account'> & {
    readonly now: Date
  },
): Attempt => {
  const { now, ...own } = about
  const version = (before?.version ?? 0) + 1
  const createdAt = now.toISOString()
  return {
    ...own,
    regieId: regie.id,
    version,
    state: 'opening',
    holds: true,
    amount,
    parts: [...parts],
    client: payfip.client,
    // Another one for each try: PayFiP knows an operation by its own id, and people by this.
    reference: referenceOf(parts[0]?.invoice ?? '', hashOf([own.paymentId, version]).slice(0, 8)),
    year,
    mode: payfip.mode,
    createdAt,
    askAfter: heldUntil({ since: createdAt }),
  }
}

/**
 * Keeps what is to be paid, and holds its invoices, before anybody is asked: so nothing that PayFiP has
 * opened for somebody is unknown here.
 *
 * @returns the attempt of the same call, if it has begun one before.
 */
const begin = async (
  { table, town, takesTests }: StartParts,
  { guardian, call }: { readonly guardian: Guardian; readonly call: StartCall },
): Promise<Attempt> =>
  again(async () => {
    const { actor, headers, body, now } = call
    const { familyId, guardianId } = guardian
    const paymentId = paymentIdOf(familyId, headers['idempotency-key'])
    const asked = hashOf([body.invoices, body.amount])
    // In this order: who reads in the ledger that this very attempt holds its invoices reads it as well.
    const ledger = await loadAccounts(table, familyId)
    const before = await findAttempt(table, { familyId, paymentId })
    if (before !== undefined && before.asked !== asked) {
      throw new PortalError('idempotency-key-reused')
    }
    if (before !== undefined && before.state !== 'failed') return before
    checkEmail(guardian)
    const choice = chooseInvoices(ledger, body, { catalogue: town.catalogue, takesTests, now })
    const { title, firstName, lastName, email } = guardian
    const attempt = newAttempt(choice, before, {
      familyId,
      paymentId,
      asked,
      guardianId,
      payer: { name: `${title} ${firstName} ${lastName}`, email },
      account: actor.account,
      now,
    })
    const outcome = await table.transact([attemptWrite(attempt), ...holdWrites(attempt)])
    if (!outcome.done) throw new StaleReadError('online payment')
    return attempt
  })

const orderOf = (
  { client, year, reference, parts, amount, payer, mode, paymentId }: Attempt,
  apiUrl: string,
): Order => ({
  client,
  year,
  reference,
  subject: subjectOf(ONLINE.subject(parts.map(({ invoice }) => invoice))),
  amount,
  email: payer.email,
  mode,
  notifyUrl: `${apiUrl}/payfip/notifications`,
  returnUrl: `${apiUrl}/payfip/return/${paymentId}`,
})

/** What is wrong with the e-mail of who pays: it says nothing of the town. */
const OF_THE_PAYER: readonly string[] = ['A1', 'A2']

/** What a call is told that PayFiP has opened nothing for; somebody else is told, too. */
const refusalOf = (
  { familyId, paymentId }: Attempt,
  answer: Exclude<Answer<unknown>, { kind: 'done' }>,
): PortalError => {
  const fields = { familyId, paymentId }
  if (answer.kind === 'silent') {
    log.warn(UNREACHABLE, { ...fields, why: answer.why })
    return new PortalError('unavailable', { detail: ONLINE.silent, retryAfterSeconds: 60 })
  }
  const { kind, code, message } = answer.fault
  if (kind !== 'functional') log.warn(UNREACHABLE, { ...fields, why: kind, code })
  else if (!OF_THE_PAYER.includes(code)) log.warn(NOT_OPENED, { ...fields, code })
  return new PortalError('online-refused', { detail: ONLINE.refused(message) })
}

/**
 * Has PayFiP open an attempt and keeps by which operation. Of two calls that do so at once one is kept,
 * and both return that one: nobody is ever sent to the other.
 */
const openAtPayfip = async (
  { table, payfip, apiUrl }: StartParts,
  attempt: Attempt,
  now: Date,
): Promise<Attempt> => {
  const answer = await payfip.open(orderOf(attempt, apiUrl))
  if (answer.kind === 'done') {
    const next = opened(attempt, answer.value.idOp, now)
    if (await keepAttempt(table, next)) return next
  } else {
    const next = failed(attempt, now)
    const outcome = await table.transact([attemptWrite(next), ...releaseWrites(attempt)])
    if (outcome.done) throw refusalOf(attempt, answer)
  }
  const held = await findAttempt(table, attempt)
  if (held !== undefined && isOpened(held)) return held
  throw new PortalError('unavailable', { retryAfterSeconds: 1 })
}

/**
 * Begins to pay invoices online [guide 9, 10, 29, 30]: keeps the intent, holds the invoices for this
 * attempt alone, has PayFiP open an operation, and tells the page on which it is paid. The same key is
 * the same attempt, however often it comes; after a failure it begins anew. Nothing is paid by it: only
 * what PayFiP tells later is.
 *
 * @throws PortalError `unknown-invoice`, `invalid-request` for invoices of several régies;
 * `means-not-allowed`, `payment-too-large`, `payment-open` while another attempt is under way;
 * `online-refused` when PayFiP opens nothing, `unavailable` when it does not answer;
 * `idempotency-key-reused`, `not-found`, `concurrent-change`.
 */
export const startPayment = async (
  parts: StartParts,
  call: StartCall,
): Promise<z.input<(typeof startPaymentRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(call.actor)
  const { file } = await readFile(parts.table, familyId, ['FILE', 'GUARDIAN'])
  const guardian = actingGuardian(file, guardianId)
  const attempt = await begin(parts, { guardian, call })
  const standing =
    attempt.state === 'opening' ? await openAtPayfip(parts, attempt, call.now) : attempt
  return viewAttempt(standing, { payfip: parts.payfip, now: call.now })
}
