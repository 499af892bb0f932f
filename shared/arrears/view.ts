import type * as z from 'zod'
import { ARREARS } from '../kernel/arrears-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { daysLate, standingOf } from './debt-rules.ts'
import type { Plan, Transfer, Unpaid } from './model.ts'
import type { planReply, unpaidReply } from './routes.ts'
import type { transferReply } from './transfer-routes.ts'

/** A plan with how it stands today. */
export const viewPlan = (
  plan: Plan,
  unpaid: readonly Unpaid[],
  today: IsoDate,
): z.input<typeof planReply> => {
  const { number, regieId, agreedOn, invoices, instalments } = plan
  const { state, ...amounts } = standingOf(plan, unpaid, today)
  const stateLabel = ARREARS.planStates[state]
  return { number, regieId, agreedOn, invoices, instalments, state, stateLabel, ...amounts }
}

/** An unpaid invoice with how late it is today. */
export const viewUnpaid = (
  unpaid: Unpaid,
  planned: ReadonlySet<string>,
  today: IsoDate,
): z.input<typeof unpaidReply> => ({
  ...unpaid,
  daysLate: daysLate(unpaid, today),
  planned: planned.has(unpaid.number),
})

/** A list for the Treasury as it stands. */
export const viewTransfer = ({
  regieId,
  number,
  state,
  openedOn,
  families,
  done,
  debtors,
  invoices,
  amount,
}: Transfer): z.input<typeof transferReply> => ({
  ...{ regieId, number, state, openedOn, done, debtors, invoices, amount },
  stateLabel: ARREARS.transferStates[state],
  families: families.length,
})
