import { schoolYearOf } from '../catalogue/calendar.ts'
import { PortalError, StaleReadError, TableBusyError } from '../kernel/errors.ts'
import { laterOf } from '../kernel/dates.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import { TRANSACTION_LIMIT } from '../platform/keys.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Decision, DecisionResult, FamilyDecisionResult } from './decision-rules.ts'
import { decideOn, openDesk, type Deciding, type Desk } from './desk.ts'
import { loadHousehold } from './load-household.ts'
import type { Request } from './model.ts'
import { listSubmissionsFrom, planningWrites, saveOutcome } from './store.ts'

/**
 * The one mail of all that is decided for a family, to each guardian who asked for some of it;
 * to all where who asked has left the file. A request is decided once, so the first of them names
 * the notice.
 */
const noticeOf = (desk: Desk, familyId: FamilyId, now: Date): Write[] => {
  const [first] = desk.decided
  if (first === undefined) return []
  const { guardians } = desk.household.file
  const to = desk.changed.submissions.flatMap(({ by }) => {
    const submitter = guardians.filter(({ guardianId }) => guardianId === by.guardianId)
    return recipientsOf(submitter.length > 0 ? submitter : guardians)
  })
  if (to.length === 0) return []
  return [
    noticeWrite(
      {
        familyId,
        noticeId: `DECIDED-${String(first.number)}`,
        to: [...new Map(to.map((each) => [each.email, each])).values()],
        content: { kind: 'decided', requests: [...desk.decided] },
      },
      now,
    ),
  ]
}

/** How many writes a desk comes to, its notice included. */
const writesOn = ({ changed, decided: { length } }: Desk): number =>
  changed.submissions.length +
  changed.plannings.flatMap(planningWrites).length +
  Math.min(length, 1)

const lastDayOf = (requests: readonly Request[]): Request['to'] | undefined =>
  requests
    .map(({ to }) => to)
    .reduce<Request['to'] | undefined>(
      (last, to) => (last === undefined ? to : laterOf(last, to)),
      undefined,
    )

/** Decides as many requests of a family as one transaction holds, the first of them at least. */
const decideSome = async (
  table: Table,
  familyId: FamilyId,
  decisions: readonly Decision[],
  deciding: Deciding,
): Promise<DecisionResult[]> => {
  const numbers = decisions.map(({ number }) => number)
  const submissions = await listSubmissionsFrom(table, familyId, Math.min(...numbers))
  const to = lastDayOf(
    submissions
      .flatMap(({ requests }) => requests)
      .filter(({ number }) => numbers.some((named) => named === number)),
  )
  if (to === undefined) {
    return decisions.map(() => ({ done: false, problem: new PortalError('not-found') }))
  }
  const household = await loadHousehold(table, familyId, schoolYearOf(to))
  let desk = openDesk(household, submissions)
  const results: DecisionResult[] = []
  for (const decision of decisions) {
    const next = decideOn(desk, decision, deciding)
    if (results.length > 0 && writesOn(next.desk) > TRANSACTION_LIMIT) break
    desk = next.desk
    results.push(next.result)
  }
  if (desk.decided.length > 0) {
    await saveOutcome(table, { ...desk.changed, more: noticeOf(desk, familyId, deciding.now) })
  }
  return results
}

const problemOf = (error: unknown): PortalError | undefined => {
  if (error instanceof PortalError) return error
  return error instanceof StaleReadError || error instanceof TableBusyError
    ? new PortalError('concurrent-change', { retryAfterSeconds: 1 }, { cause: error })
    : undefined
}

/**
 * Decides requests of one family [guide 48]: they, the plannings and the one notice that tells the
 * family change in one transaction (several only where it would hold more than 100 writes). The same
 * decision again changes nothing and tells nothing. Rosters are not touched: the stream gives back
 * the places of refused days.
 *
 * @returns by decision the request, or `not-found`, `already-decided` when it was decided otherwise
 * or needed no decision, `request-withdrawn`, `date-not-requested`, `concurrent-change`.
 */
export const decideForFamily = async (
  table: Table,
  familyId: FamilyId,
  decisions: readonly Decision[],
  deciding: Deciding,
): Promise<DecisionResult[]> => {
  const results: DecisionResult[] = []
  while (results.length < decisions.length) {
    const left = decisions.slice(results.length)
    try {
      results.push(...(await again(() => decideSome(table, familyId, left, deciding))))
    } catch (error) {
      const problem = problemOf(error)
      if (problem === undefined) throw error
      results.push(...left.map(() => ({ done: false as const, problem })))
    }
  }
  return results
}

/** How many families are decided for at the same time. */
const AT_ONCE = 8

/**
 * Decides many requests of many families in one go [guide 48]: what fails for one does not keep the
 * others, and each family hears of all of its requests by one mail.
 *
 * @returns what became of each decision, in their order.
 * @throws what nobody foresaw, once all families are done: the same call again goes on from there.
 */
export const decideRequests = async (
  table: Table,
  decisions: readonly (Decision & { readonly familyId: FamilyId })[],
  deciding: Deciding,
): Promise<FamilyDecisionResult[]> => {
  const results = new Map<Decision, FamilyDecisionResult>()
  const failures: unknown[] = []
  const families = [...Map.groupBy(decisions, ({ familyId }) => familyId)]
  const work = async (): Promise<void> => {
    for (let next = families.shift(); next !== undefined; next = families.shift()) {
      const [familyId, own] = next
      try {
        const outcomes = await decideForFamily(table, familyId, own, deciding)
        for (const [index, decision] of own.entries()) {
          const outcome = outcomes[index]
          const { number } = decision
          if (outcome !== undefined) results.set(decision, { familyId, number, ...outcome })
        }
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (failures.length > 0) throw failures[0]
  return decisions.flatMap((decision) => results.get(decision) ?? [])
}
