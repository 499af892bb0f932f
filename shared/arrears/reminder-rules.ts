import type { Catalogue } from '../catalogue/model.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import { addDays, type IsoDate } from '../kernel/dates.ts'
import type { RegieId } from '../platform/schemas.ts'
import { daysLate, overdueOf, plannedInvoices } from './debt-rules.ts'
import type { Debt, Plan, Reminded, Reminder } from './model.ts'

type Reminding = Pick<Regie, 'id'> & { readonly arrears: Pick<Regie['arrears'], 'remindAfter'> }

/** The régies of which a family is reminded, in the order of the catalogue. */
export const regiesOf = (
  { regies }: Pick<Catalogue['town'], 'regies'>,
  { invoices }: Pick<Reminder, 'invoices'>,
): Regie[] => regies.filter(({ id }) => invoices.some(({ regieId }) => regieId === id))

/** The last of a régie's steps that an invoice has reached; nothing before the first. */
export const stepReached = (remindAfter: readonly number[], late: number): number | undefined =>
  remindAfter
    .filter((step) => step <= late)
    .toSorted((a, b) => a - b)
    .at(-1)

/** The last day on which an invoice was due that a régie reminds of today; nothing if it never does. */
export const remindedUntil = (
  { arrears: { remindAfter } }: Reminding,
  today: IsoDate,
): IsoDate | undefined => {
  return remindAfter.length === 0 ? undefined : addDays(today, -Math.min(...remindAfter))
}

/** By invoice the last step of which the family was told. */
const toldOf = (reminders: readonly Reminder[]): ReadonlyMap<string, number> => {
  const told = new Map<string, number>()
  for (const { number, step } of reminders.flatMap(({ invoices }) => invoices)) {
    told.set(number, Math.max(step, told.get(number) ?? 0))
  }
  return told
}

const stepsOf = (regies: readonly Reminding[], regieId: RegieId): readonly number[] =>
  regies.find(({ id }) => id === regieId)?.arrears.remindAfter ?? []

/**
 * Of what a family is reminded on a day: all overdue invoices that have reached a step of their régie,
 * if one of them has reached a step of which the family was not told yet; after an outage the highest
 * one alone. Nothing is said of what a kept plan is for, what awaits its validation, and what the
 * Treasury collects.
 */
export const reminderOf = (
  { debts, plans }: { debts: readonly Omit<Debt, 'version'>[]; plans: readonly Plan[] },
  {
    regies,
    reminders,
    today,
  }: {
    readonly regies: readonly Reminding[]
    readonly reminders: readonly Reminder[]
    readonly today: IsoDate
  },
): Reminded[] => {
  // A family gets one a day, and none of a day that is over: a late run has been overtaken.
  if (reminders.some(({ remindedOn }) => remindedOn >= today)) return []
  const planned = plannedInvoices(plans, debts, today)
  const told = toldOf(reminders)
  const reached = debts.flatMap((debt) =>
    overdueOf(debt, planned, today).flatMap(({ number, month, dueOn, due }) => {
      const late = daysLate({ dueOn }, today)
      const step = stepReached(stepsOf(regies, debt.regieId), late)
      return step === undefined
        ? []
        : [{ regieId: debt.regieId, number, month, dueOn, due, days: late, step }]
    }),
  )
  return reached.some(({ number, step }) => step > (told.get(number) ?? 0)) ? reached : []
}
