import { admitGuardian } from '../families/read-file.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { hashOf } from '../platform/hash.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { takeRequestNumbers } from '../requests/numbers.ts'
import { complete, drawUp, prepare, resume, type Booking } from './carry-out.ts'
import { refuseDebts } from './debts.ts'
import type { Acting, Receipt, Submission, Wish } from './model.ts'
import { findReceipt, findSubmission, saveIntent } from './store.ts'
import { asSubmitted } from './view.ts'

/** What a guardian submits, or an agent in a guardian's place. */
export interface SubmittedWishes {
  readonly by: { readonly familyId: FamilyId; readonly guardianId: GuardianId }
  /** The family itself unless given. */
  readonly acting?: Acting
  readonly wishes: readonly Wish[]
  readonly idempotencyKey: string
  readonly now: Date
}

/** For how long at least the same key gets the same answer, in seconds: a day. */
const RECEIPT_LIFETIME = 86_400

/** The answer that a key already got. */
const replay = async (table: Table, receipt: Receipt): Promise<Submission> => {
  const submission = await findSubmission(table, receipt.familyId, receipt.number)
  if (submission === undefined) throw new Error('A receipt without its submission')
  return { ...submission, requests: submission.requests.map(asSubmitted) }
}

/** Answers by a receipt, for the same body only; nothing when the key is free to use. */
const answerBy = async (
  booking: Booking,
  receipt: Receipt | undefined,
  bodyHash: string,
): Promise<Submission | undefined> => {
  if (receipt === undefined || receipt.state === 'void') return undefined
  if (receipt.bodyHash !== bodyHash) throw new PortalError('idempotency-key-reused')
  const { intent } = receipt
  if (receipt.state === 'done' || intent === undefined) return replay(booking.table, receipt)
  const submission = await resume(booking, { ...receipt, intent })
  if (submission === undefined) throw new StaleReadError('receipt')
  return submission
}

/**
 * Books, changes and cancels for all children of a family at once [guide 36, 46]: one numbered
 * request for each child and activity. Without counted places all is stored in one transaction.
 * Places are claimed between the note of what is asked and the transaction that says what became
 * of it. The same key with the same wishes has one effect and one answer, for a day at least.
 *
 * @returns the submission as it was made.
 * @throws PortalError the refusals of `planHousehold`, `period-out-of-range`, `not-found`,
 * `nothing-to-change`, `idempotency-key-reused`, `request-too-large`; `debts-overdue` when it adds days
 * of a régie to which the family owes too much; `concurrent-change` when the
 * family's plannings keep changing meanwhile.
 */
export const submitWishes = async (
  booking: Booking,
  { by, wishes, idempotencyKey, now, acting = { kind: 'family' } }: SubmittedWishes,
): Promise<Submission> => {
  const { table } = booking
  const bodyHash = hashOf(acting.kind === 'family' ? wishes : [wishes, acting])
  const { guardianId } = by
  const asked = { wishes: [...wishes], at: now.toISOString(), acting, guardianId }

  return again(async () => {
    // First of all: what was answered once is answered again, whatever has changed since.
    const earlier = await findReceipt(table, by.familyId, idempotencyKey)
    if (earlier !== undefined && earlier.state !== 'void') await admitGuardian(table, by)
    const answered = await answerBy(booking, earlier, bodyHash)
    if (answered !== undefined) return answered

    const prepared = await prepare(booking, by.familyId, asked)
    if (prepared.drafts.length === 0) {
      // The same call, sent twice at once, may have booked it all between our two reads.
      const meanwhile = await findReceipt(table, by.familyId, idempotencyKey)
      const twin = await answerBy(booking, meanwhile, bodyHash)
      if (twin === undefined) throw new PortalError('nothing-to-change')
      return twin
    }
    refuseDebts(prepared)

    const claims = prepared.claims.length > 0
    // What is planned anew after a lost race may ask for more requests, never for more than these.
    const numbers = claims ? prepared.planned.length : prepared.drafts.length
    const number = await takeRequestNumbers(table, numbers)
    const intent = { ...asked, numbers }
    const open: Receipt = {
      familyId: by.familyId,
      key: idempotencyKey,
      bodyHash,
      number,
      version: (earlier?.version ?? 0) + 1,
      state: 'open',
      intent,
      expiresAt: Math.floor(now.getTime() / 1000) + RECEIPT_LIFETIME,
    }
    const closed = { ...open, version: open.version + (claims ? 1 : 0), intent }
    const drawnUp = await drawUp(booking, prepared, closed)
    // The same call, sent twice at once: the other one won and holds the answer.
    if (claims && !(await saveIntent(table, open))) throw new StaleReadError('receipt')
    const submission = await complete(booking, prepared, drawnUp)
    if (submission === undefined) throw new StaleReadError('receipt')
    return submission
  })
}
