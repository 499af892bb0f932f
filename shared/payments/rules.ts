import { MODES, type Answer, type Result } from '../payfip/model.ts'
import type { Attempt, OpenedAttempt, Part, ReviewReason } from './model.ts'

const MINUTE = 60_000

/** For how long the page of an operation can be opened, in milliseconds. */
const PAGE = 15 * MINUTE

/**
 * For how long nothing else may be begun for the same invoices, in milliseconds: after that an operation
 * without a result has none any more, and one that was given up cannot be taken up again.
 */
export const LOCK = 20 * MINUTE

/** How far apart two questions about one operation are, in milliseconds. */
const SPACING = 9000

/** The same after an answer that was none: PayFiP asks for it. */
const SPACING_AFTER_FAILURE = 30 * MINUTE

/** When an operation that came to nothing is asked about once more: by then PayFiP has dropped it. */
const LAST_QUESTION = 24 * 60 * MINUTE

/** For how long an operation may stay without any answer, in milliseconds. */
const SILENCE = 3 * 24 * 60 * MINUTE

/** What an answer means for an attempt. */
export type Verdict =
  | { readonly kind: 'waiting' }
  /** No answer that tells anything. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'paid'; readonly result: Result }
  | { readonly kind: 'refused'; readonly result: Result }
  | { readonly kind: 'abandoned'; readonly result: Result }
  | { readonly kind: 'expired'; readonly known: boolean }
  | {
      readonly kind: 'review'
      readonly reason: ReviewReason
      readonly result?: Result | undefined
    }

const later = (instant: string | Date, milliseconds: number): string =>
  new Date(new Date(instant).getTime() + milliseconds).toISOString()

const ageOf = ({ openedAt }: OpenedAttempt, now: Date): number =>
  now.getTime() - new Date(openedAt).getTime()

/** Whether an answer is about what was asked to be paid, and about nothing else. */
const isOf = (attempt: OpenedAttempt, result: Result): boolean =>
  result.reference === attempt.reference &&
  result.client === attempt.client &&
  result.amount === String(attempt.amount) &&
  result.mode === MODES[attempt.mode] &&
  (result.idOp ?? attempt.idOp) === attempt.idOp

const ofResult = (
  attempt: OpenedAttempt,
  result: Result,
  { now, takesTests }: { readonly now: Date; readonly takesTests: boolean },
): Verdict => {
  if (!isOf(attempt, result)) return { kind: 'review', reason: 'other-payment', result }
  switch (result.code) {
    case 'P':
    case 'V':
      return result.mode === MODES.test && !takesTests
        ? { kind: 'review', reason: 'test', result }
        : { kind: 'paid', result }
    case 'R':
    case 'Z':
      return { kind: 'refused', result }
    case 'A':
      // Who gave up can go back and pay the same operation.
      return ageOf(attempt, now) < LOCK ? { kind: 'waiting' } : { kind: 'abandoned', result }
    default:
      return { kind: 'review', reason: 'unknown-result', result }
  }
}

/**
 * What an answer of PayFiP means for an attempt of a certain age [guide 30, 31] [wish W9].
 *
 * `P` and `V` are paid, `R` and `Z` refused. `A` and the fault P5 (no result yet) wait for twenty
 * minutes, then the attempt is over; the fault P1 (unknown, or dropped at night) ends it at any age.
 * Everything else is for a person: a code that is not known may be a new means of payment, and an answer
 * about something else may be money for something else. Any other fault says nothing of the payment.
 *
 * @param takesTests whether tests pay here: never where families pay.
 */
export const verdictOf = (
  attempt: OpenedAttempt,
  answer: Answer<Result>,
  about: { readonly now: Date; readonly takesTests: boolean },
): Verdict => {
  if (answer.kind === 'done') return ofResult(attempt, answer.value, about)
  const age = ageOf(attempt, about.now)
  if (answer.kind === 'fault' && answer.fault.kind === 'functional') {
    if (answer.fault.code === 'P1') return { kind: 'expired', known: false }
    if (answer.fault.code === 'P5') {
      return age < LOCK ? { kind: 'waiting' } : { kind: 'expired', known: true }
    }
  }
  return age < SILENCE ? { kind: 'unanswered' } : { kind: 'review', reason: 'unanswered' }
}

/** Whether PayFiP may be asked about an attempt now. */
export const mayAsk = ({ askAfter }: Pick<Attempt, 'askAfter'>, now: Date): boolean =>
  askAfter !== undefined && new Date(askAfter) <= now

/** Until when the page of an operation can be opened. */
export const pageUntil = ({ openedAt }: OpenedAttempt): string => later(openedAt, PAGE)

/** Until when nothing else can be begun for the invoices of an attempt. */
export const heldUntil = ({ since }: { readonly since: string }): string => later(since, LOCK)

/** An attempt that PayFiP has opened, as what. */
export const opened = (attempt: Attempt, idOp: string, now: Date): OpenedAttempt => {
  const openedAt = now.toISOString()
  const next = { ...attempt, version: attempt.version + 1, state: 'open' as const }
  return { ...next, openedAt, idOp, askAfter: openedAt }
}

/** Whether PayFiP has opened an attempt. */
export const isOpened = (attempt: Attempt): attempt is OpenedAttempt =>
  attempt.idOp !== undefined && attempt.openedAt !== undefined

/** An attempt that PayFiP has not opened. */
export const failed = (attempt: Attempt, now: Date): Attempt => ({
  ...attempt,
  version: attempt.version + 1,
  state: 'failed',
  holds: false,
  askAfter: undefined,
  endedAt: now.toISOString(),
})

/** Whether an attempt was left before PayFiP opened it: whoever began it is gone. */
export const isLeft = ({ state, createdAt }: Attempt, now: Date): boolean =>
  state === 'opening' && now.getTime() - new Date(createdAt).getTime() >= LOCK

/** An attempt after an answer. What has come to nothing before stays so, unless money came after all. */
export const after = (
  attempt: OpenedAttempt,
  verdict: Verdict,
  now: Date,
  paid?: Attempt['paid'],
): Attempt => {
  const next = { ...attempt, version: attempt.version + 1 }
  const over = { ...next, endedAt: now.toISOString(), askAfter: undefined }
  const end = { ...over, holds: false }
  const wasOver = attempt.state !== 'open'
  switch (verdict.kind) {
    case 'waiting':
      return { ...next, askAfter: later(now, SPACING) }
    case 'unanswered':
      return { ...next, askAfter: later(now, SPACING_AFTER_FAILURE) }
    case 'paid':
      return { ...end, state: 'paid', result: verdict.result, paid }
    case 'review':
      // What may have been paid stays held: paid again it would be paid twice.
      return { ...over, state: 'review', review: verdict.reason, result: verdict.result }
    case 'refused':
      return wasOver
        ? { ...next, askAfter: undefined, result: verdict.result }
        : { ...end, state: 'refused', result: verdict.result }
    case 'abandoned':
    case 'expired': {
      if (wasOver) return { ...next, askAfter: undefined }
      const { kind } = verdict
      // A bank may still be at it: who pays in the last minute is asked about once more.
      const isGone = kind === 'expired' && !verdict.known
      return { ...end, state: kind, askAfter: isGone ? undefined : later(now, LAST_QUESTION) }
    }
  }
}

/**
 * What of an amount goes to which invoice: to those due first, each at most what is due of it.
 *
 * @param due what is due of each, the first due first, in cents.
 */
export const partsOf = (
  due: readonly { readonly invoice: string; readonly due: number }[],
  amount: number,
): Part[] => {
  let left = amount
  return due.flatMap((each) => {
    const part = Math.min(each.due, left)
    left -= part
    return part === 0 ? [] : [{ invoice: each.invoice, amount: part }]
  })
}
