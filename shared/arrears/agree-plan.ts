import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { readFile } from '../families/read-file.ts'
import { ARREARS } from '../kernel/arrears-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { FAULTS } from '../kernel/texts.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import { noticeWrite, recipientsOf } from '../messages/notices.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import { debtsOf, standingOf, type Owed } from './debt-rules.ts'
import type { Plan } from './model.ts'
import type { agreePlanRoute, endPlanRoute, planReply } from './routes.ts'
import { owingAmong, planWrite, writeArrears } from './store.ts'
import { viewPlan } from './view.ts'

type PlanCall = Call<typeof agreePlanRoute>
type Body = PlanCall['body']

const contentOf = ({ regieId, instalments }: Body | Plan, invoices: readonly string[]): string =>
  hashOf([regieId, instalments.map(({ on, amount }) => [on, amount]), invoices.toSorted()])

const faulty = (pointer: string, detail: string): PortalError =>
  new PortalError('invalid-request', { faults: [{ pointer, detail }] })

/** The instalments follow each other from today on. */
const checkDays = ({ instalments }: Body, today: IsoDate): void => {
  for (const [index, { on }] of instalments.entries()) {
    const before = instalments[index - 1]?.on
    if (on < today || (before !== undefined && on <= before)) {
      throw faulty(`/body/instalments/${String(index)}/on`, ARREARS.instalmentOrder)
    }
  }
}

/** The invoices that a plan is for, with what is due of each. */
const invoicesOf = ({ invoices }: Body, owed: Owed | undefined): Plan['invoices'] => {
  const named = [...new Set(invoices)].map((number, index) => {
    const unpaid = owed?.invoices.find((each) => each.number === number)
    if (unpaid === undefined) {
      const fault = { pointer: `/body/invoices/${String(index)}`, detail: ARREARS.unknownInvoice }
      throw new PortalError('unknown-invoice', { faults: [fault] })
    }
    return { number, due: unpaid.due }
  })
  return named
}

const checkSum = ({ instalments }: Body, invoices: Plan['invoices']): void => {
  const [asked, due] = [
    sum(instalments.map(({ amount }) => amount)),
    sum(invoices.map((each) => each.due)),
  ]
  if (asked !== due) throw faulty('/body/instalments', ARREARS.sumOfInstalments(asked, due))
}

/** An invoice is in one plan at a time, unless that is over. */
const checkOthers = (
  plans: readonly Plan[],
  invoices: Plan['invoices'],
  owed: Owed | undefined,
  today: IsoDate,
): void => {
  const open = plans.filter((plan) => {
    const { state } = standingOf(plan, owed?.invoices ?? [], today)
    return state === 'kept' || state === 'broken'
  })
  const taken = invoices.find(({ number }) =>
    open.some((plan) => plan.invoices.some((each) => each.number === number)),
  )
  if (taken !== undefined) {
    throw new PortalError('plan-open', { detail: ARREARS.alreadyPlanned(taken.number) })
  }
}

/**
 * Agrees with a family by when some of its invoices are paid [guide 28, 30]: the instalments come to
 * what is due of them. While they are kept nobody is reminded of these invoices, and they keep nobody
 * from booking. The guardians are told by mail, in the same transaction. The same key with the same
 * content agrees one plan.
 *
 * @throws PortalError `not-found` for the family; `invalid-request` for a régie that the town does not
 * have, days out of order and sums that differ; `unknown-invoice` for what is not due to the régie;
 * `plan-open` when an invoice is in another plan; `idempotency-key-reused`; `concurrent-change`.
 */
export const agreePlan = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  call: Pick<PlanCall, 'parameters' | 'headers' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof planReply>> => {
  const { parameters, headers, body, actor, now } = call
  const { familyId } = parameters
  const today = parisDate(now)
  const regie = catalogue.town.regies.find(({ id }) => id === body.regieId)
  if (regie === undefined) throw faulty('/body/regieId', FAULTS.invalid)
  return again(async () => {
    const [{ file, items }, ledger] = await Promise.all([
      readFile(table, familyId, ['FILE', 'GUARDIAN']),
      loadAccounts(table, familyId),
    ])
    const { plans } = owingAmong(items)
    const owed = debtsOf(ledger).find(({ regieId }) => regieId === body.regieId)
    const idempotencyKey = headers['idempotency-key']
    const known = plans.find((plan) => plan.idempotencyKey === idempotencyKey)
    if (known !== undefined) {
      const numbers = known.invoices.map(({ number }) => number)
      if (contentOf(known, numbers) !== contentOf(body, [...new Set(body.invoices)])) {
        throw new PortalError('idempotency-key-reused')
      }
      return viewPlan(known, owed?.invoices ?? [], today)
    }
    checkDays(body, today)
    const invoices = invoicesOf(body, owed)
    checkSum(body, invoices)
    checkOthers(plans, invoices, owed, today)
    const plan: Plan = {
      familyId,
      regieId: body.regieId,
      number: Math.max(0, ...plans.map(({ number }) => number)) + 1,
      version: 1,
      agreedOn: today,
      agreedBy: actor.account,
      agreedAt: now.toISOString(),
      invoices,
      instalments: body.instalments,
      idempotencyKey,
    }
    const to = recipientsOf(file.guardians)
    await writeArrears(table, [
      planWrite(plan),
      ...(to.length === 0
        ? []
        : [
            noticeWrite(
              {
                familyId,
                noticeId: `PLAN-${String(plan.number)}`,
                to,
                content: {
                  kind: 'plan-agreed',
                  number: plan.number,
                  regieId: plan.regieId,
                  invoices: invoices.map(({ number }) => number),
                  instalments: plan.instalments,
                },
              },
              now,
            ),
          ]),
    ])
    return viewPlan(plan, owed?.invoices ?? [], today)
  })
}

/**
 * Ends a payment plan: its invoices are due as if there had been none. Ended again it stays as it was.
 *
 * @throws PortalError `not-found` for a plan that the family does not have; `plan-over` for one that is
 * done; `concurrent-change`.
 */
export const endPlan = (
  table: Table,
  {
    parameters: { familyId, number },
    body: { reason },
    actor,
    now,
  }: Pick<Call<typeof endPlanRoute>, 'parameters' | 'body' | 'actor' | 'now'>,
): Promise<z.input<typeof planReply>> =>
  again(async () => {
    const today = parisDate(now)
    const [{ items }, ledger] = await Promise.all([
      readFile(table, familyId, ['FILE', 'FAMILY']),
      loadAccounts(table, familyId),
    ])
    const plan = owingAmong(items).plans.find((each) => each.number === number)
    if (plan === undefined) throw new PortalError('not-found')
    const unpaid = debtsOf(ledger).flatMap(({ invoices }) => invoices)
    const { state } = standingOf(plan, unpaid, today)
    if (state === 'ended') return viewPlan(plan, unpaid, today)
    if (state === 'done') throw new PortalError('plan-over')
    const ended: Plan = {
      ...plan,
      version: plan.version + 1,
      ended: { kind: 'cancelled', at: now.toISOString(), by: actor.account, reason },
    }
    await writeArrears(table, [planWrite(ended)])
    return viewPlan(ended, unpaid, today)
  })
