import { StaleReadError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Payment } from '../ledger/model.ts'
import { notePayment, type NewPayment } from '../ledger/note-payment.ts'
import { openDay } from '../ledger/till-rules.ts'
import { receivedNotice, refusedNotice } from '../messages/payment-notices.ts'
import type { Answer, Payfip, Result } from '../payfip/model.ts'
import type { Write } from '../platform/expressions.ts'
import { log } from '../platform/log.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { Attempt, OpenedAttempt } from './model.ts'
import { TO_REVIEW, UNREACHABLE } from './names.ts'
import { after, failed, isLeft, isOpened, verdictOf, type Verdict } from './rules.ts'
import { attemptWrite, findAttempt, releaseWrites } from './store.ts'

/** What it takes to find out what became of an attempt. */
export interface Following {
  readonly table: Table
  readonly payfip: Pick<Payfip, 'ask'>
  /** Whether tests pay here: never where families pay. */
  readonly takesTests: boolean
}

/** An attempt after PayFiP was asked, and what its answer meant; nothing where it was not asked. */
export interface Followed {
  readonly attempt: Attempt
  readonly verdict?: Verdict['kind']
}

/** The key under which an attempt is in the ledger: once. */
const keyOf = ({ paymentId }: Attempt): string => `online-${paymentId}`

/** The writes that let the invoices of an attempt go, if it holds them and no longer will. */
export const releases = (before: Attempt, next: Attempt): Write[] =>
  before.holds && !next.holds ? releaseWrites(before) : []

/** Who is told: nobody any more once the family is erased. */
const tellable = ({ payer }: Attempt): Attempt['payer'][] => (payer.email === '' ? [] : [payer])

/** What somebody has paid, as it is noted in the ledger. */
export interface Money {
  /** In cents. */
  readonly amount: number
  readonly at: Date
  readonly code: string
  readonly authorisation?: string | undefined
}

/** A payment of an attempt, on the first open day from the day on which the money came. */
export const paymentOf = (
  attempt: OpenedAttempt,
  { amount, at, code, authorisation }: Money,
  { till, now }: { readonly till: Parameters<typeof openDay>[0]; readonly now: Date },
): NewPayment => ({
  state: 'validated',
  amount,
  paidOn: openDay(till, parisDate(at)),
  means: 'online',
  invoices: attempt.parts.map(({ invoice }) => invoice),
  ...(authorisation === undefined ? {} : { reference: authorisation }),
  online: {
    idOp: attempt.idOp,
    result: code,
    ...(authorisation === undefined ? {} : { authorisation }),
    at: at.toISOString(),
  },
  recordedBy: attempt.account,
  recordedAt: now.toISOString(),
  idempotencyKey: keyOf(attempt),
})

/**
 * Notes a payment of an attempt with the end of the attempt, its invoices let go and the mail of its
 * receipt: all of it or nothing, and once.
 *
 * @param ended the attempt once the payment has its numbers.
 */
export const noteOnline = async (
  table: Table,
  attempt: OpenedAttempt,
  { money, ended, now }: { money: Money; ended: (payment: Payment) => Attempt; now: Date },
): Promise<void> => {
  const { familyId, regieId, parts } = attempt
  await notePayment(
    table,
    { familyId, regieId, now },
    ({ till }) => paymentOf(attempt, money, { till, now }),
    (payment) => {
      const next = ended(payment)
      return [
        attemptWrite(next),
        ...releases(attempt, next),
        ...tellable(attempt).map((to) => receivedNotice(payment, { to: [to], parts }, now)),
      ]
    },
  )
}

/** What stands of a payment in its attempt. */
export const paidAs = ({ number, receipt }: Payment): NonNullable<Attempt['paid']> => ({
  number,
  ...(receipt === undefined ? {} : { receipt }),
})

const notePaid = async (
  table: Table,
  attempt: OpenedAttempt,
  verdict: Extract<Verdict, { kind: 'paid' }>,
  now: Date,
): Promise<void> => {
  const { result } = verdict
  await noteOnline(table, attempt, {
    money: {
      amount: attempt.amount,
      at: result.at === undefined ? now : new Date(result.at),
      code: result.code,
      authorisation: result.authorisation,
    },
    ended: (payment) => after(attempt, verdict, now, paidAs(payment)),
    now,
  })
}

/** Keeps what an answer means: an end with all that hangs on it, in one transaction. */
const keepVerdict = async (
  table: Table,
  attempt: OpenedAttempt,
  verdict: Verdict,
  now: Date,
): Promise<void> => {
  if (verdict.kind === 'paid') {
    await notePaid(table, attempt, verdict, now)
    return
  }
  const next = after(attempt, verdict, now)
  const isNews = next.state === 'refused' && attempt.state !== 'refused'
  const outcome = await table.transact([
    attemptWrite(next),
    ...releases(attempt, next),
    ...(isNews ? tellable(attempt) : []).map((to) => refusedNotice(next, [to], now)),
  ])
  if (!outcome.done) throw new StaleReadError('online payment')
}

/** Tells those who watch: a person must look at it, or PayFiP does not answer. */
const tell = ({ familyId, paymentId }: Attempt, verdict: Verdict, answer: Answer<Result>): void => {
  const fields = { familyId, paymentId }
  if (verdict.kind === 'review') log.warn(TO_REVIEW, { ...fields, reason: verdict.reason })
  if (verdict.kind !== 'unanswered') return
  const why = answer.kind === 'silent' ? answer.why : undefined
  const code = answer.kind === 'fault' ? answer.fault.code : undefined
  log.warn(UNREACHABLE, { ...fields, why, code })
}

/** Ends an attempt that was left before PayFiP opened it, and lets its invoices go. */
const endLeft = async (table: Table, attempt: Attempt, now: Date): Promise<Attempt> => {
  if (!isLeft(attempt, now)) return attempt
  const next = failed(attempt, now)
  const outcome = await table.transact([attemptWrite(next), ...releases(attempt, next)])
  return outcome.done ? next : ((await findAttempt(table, attempt)) ?? attempt)
}

/**
 * Finds out what became of an attempt [guide 30, 31] [wish W9]: PayFiP is asked, whoever hinted at what,
 * and its answer is kept in one transaction: the payment with its receipt, the end of the attempt, its
 * invoices let go and the mail. So there is one payment, however often and by how many at once this is
 * called, and wherever it dies. Money that came when the accounts of its month were closed counts from
 * the first open day; money for what was paid otherwise meanwhile is a credit.
 *
 * @param attempt as it was read, perhaps some time ago.
 * @throws StaleReadError when others keep coming first.
 */
export const followAttempt = async (
  { table, payfip, takesTests }: Following,
  attempt: Attempt,
  now: Date,
): Promise<Followed> => {
  if (!isOpened(attempt)) return { attempt: await endLeft(table, attempt, now) }
  const answer = await payfip.ask(attempt.idOp)
  return again(async () => {
    const held = await findAttempt(table, attempt)
    if (held === undefined) return { attempt }
    // Somebody else has found out; what is over for good is not decided again.
    if (!isOpened(held) || held.askAfter === undefined) return { attempt: held }
    const verdict = verdictOf(held, answer, { now, takesTests })
    await keepVerdict(table, held, verdict, now)
    tell(held, verdict, answer)
    return { attempt: (await findAttempt(table, attempt)) ?? held, verdict: verdict.kind }
  })
}
