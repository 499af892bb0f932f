import { log } from '../platform/log.ts'
import { followAttempt, type Following } from './follow-attempt.ts'
import type { Verdict } from './rules.ts'
import { mayAsk } from './rules.ts'
import { listFollowed } from './store.ts'

/** The most that one run asks about; the next one goes on. */
const AT_ONCE = 100

/** After so many questions in a row without an answer the run ends: PayFiP is down. */
const SILENCES = 2

/** How many attempts had which end. */
export type Reconciled = Readonly<Partial<Record<Verdict['kind'], number>>>

/**
 * Asks PayFiP what became of the attempts that are under way, the oldest first [wish W9]. It is by this
 * that payments are found: notifications are lost. Run again, or twice at once, it notes nothing twice.
 *
 * @param now the time for which it was called.
 * @returns how many attempts had which end.
 * @throws AggregateError of what failed, once everything else is done: it holds up nobody.
 */
export const reconcilePayments = async (following: Following, now: Date): Promise<Reconciled> => {
  const followed = await listFollowed(following.table)
  const due = followed
    .filter((attempt) => mayAsk(attempt, now))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .slice(0, AT_ONCE)
  const counts = new Map<Verdict['kind'], number>()
  const failures: unknown[] = []
  let silences = 0
  for (const attempt of due) {
    if (silences === SILENCES) break
    try {
      const { verdict } = await followAttempt(following, attempt, now)
      silences = verdict === 'unanswered' ? silences + 1 : 0
      if (verdict !== undefined) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
    } catch (error) {
      const { familyId, paymentId } = attempt
      log.error('online payment not reconciled', error, { familyId, paymentId })
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some payments were not reconciled')
  return Object.fromEntries(counts)
}
