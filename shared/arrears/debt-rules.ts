import { epochDay, type IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { WholeLedger } from '../ledger/model.ts'
import { settle } from '../ledger/rules.ts'
import type { Debt, Plan, PlanState, Unpaid } from './model.ts'

/** What a ledger says of a family's debt to a régie. */
export type Owed = Omit<Debt, 'version'>

const byDueDay = (a: Unpaid, b: Unpaid): number =>
  `${a.dueOn} ${a.number}` < `${b.dueOn} ${b.number}` ? -1 : 1

/**
 * What a family owes to each régie [guide 28, 30]: the invoices that are not settled and that the
 * Treasury does not collect. It depends on the ledger alone, and not on the day.
 */
export const debtsOf = (ledger: WholeLedger): Owed[] => {
  const { invoices: accounts, allocations } = settle(ledger)
  const open = ledger.invoices.flatMap((invoice) => {
    const { number, month, dueOn } = invoice
    const account = accounts.get(number)
    if (account === undefined || account.due === 0 || account.state === 'treasury') return []
    const awaited = sum(
      allocations
        .filter((each) => each.awaited && each.invoice === number)
        .map(({ amount }) => amount),
    )
    return [{ invoice, unpaid: { number, month, dueOn, due: account.due, awaited } }]
  })
  return [...Map.groupBy(open, ({ invoice }) => invoice.regieId)].flatMap(([regieId, own]) => {
    const invoices = own.map(({ unpaid }) => unpaid).toSorted(byDueDay)
    const newest = own
      .map(({ invoice }) => invoice)
      .toSorted((a, b) => (a.issuedOn < b.issuedOn ? -1 : 1))
      .at(-1)
    const [first] = invoices
    if (first === undefined || newest === undefined) return []
    return [
      {
        familyId: newest.familyId,
        regieId,
        name: newest.payer.name,
        due: sum(invoices.map(({ due }) => due)),
        oldestDueOn: first.dueOn,
        invoices,
      },
    ]
  })
}

/** How many days ago an invoice was to be paid; 0 on the day itself, below before it. */
export const daysLate = ({ dueOn }: Pick<Unpaid, 'dueOn'>, today: IsoDate): number =>
  epochDay(today) - epochDay(dueOn)

/** How a plan stands, with what has been paid of it and what should have been, in cents. */
export interface PlanStanding {
  readonly state: PlanState
  readonly paid: Cents
  /** What was to be paid before today. */
  readonly asked: Cents
  readonly total: Cents
}

/**
 * How a payment plan stands: kept while each instalment whose day is over is paid, broken else, done
 * when nothing is left of its invoices. The money goes to the invoices as any other does; of the plan
 * counts what they come down by, be it by payments or credit notes, and what awaits its validation.
 *
 * @param unpaid what is left of the family's invoices; what is not among them is settled.
 */
export const standingOf = (
  { invoices, instalments, ended }: Pick<Plan, 'invoices' | 'instalments' | 'ended'>,
  unpaid: readonly Pick<Unpaid, 'number' | 'due' | 'awaited'>[],
  today: IsoDate,
): PlanStanding => {
  const total = sum(invoices.map(({ due }) => due))
  const own = unpaid.filter(({ number }) => invoices.some((each) => each.number === number))
  const left = sum(own.map(({ due }) => due))
  const paid = total - left + sum(own.map(({ awaited }) => awaited))
  const asked = sum(instalments.filter(({ on }) => on < today).map(({ amount }) => amount))
  const stateOf = (): PlanState => {
    if (ended !== undefined) return 'ended'
    if (left === 0) return 'done'
    return paid >= asked ? 'kept' : 'broken'
  }
  return { state: stateOf(), paid, asked, total }
}

/** The invoices for which a plan is kept: nobody reminds of them, and they block nothing. */
export const plannedInvoices = (
  plans: readonly Plan[],
  debts: readonly Pick<Debt, 'invoices'>[],
  today: IsoDate,
): ReadonlySet<string> => {
  const unpaid = debts.flatMap(({ invoices }) => invoices)
  return new Set(
    plans
      .filter((plan) => standingOf(plan, unpaid, today).state === 'kept')
      .flatMap(({ invoices }) => invoices.map(({ number }) => number)),
  )
}

/**
 * The invoices of a debt that are overdue: their due day is over, no payment of them awaits its
 * validation, and no payment plan for them is kept.
 */
export const overdueOf = (
  { invoices }: Pick<Debt, 'invoices'>,
  planned: ReadonlySet<string>,
  today: IsoDate,
): Unpaid[] =>
  invoices.filter(
    (each) => daysLate(each, today) > 0 && each.awaited === 0 && !planned.has(each.number),
  )

/** Ages of debts: by the last day of each, counted from the due day. */
export const AGES = [
  { id: 'upTo30', to: 30 },
  { id: 'upTo60', to: 60 },
  { id: 'upTo90', to: 90 },
  { id: 'over90', to: Infinity },
] as const

/** What is owed by age, in cents. */
export interface Ages {
  /** The due day is not over. */
  readonly notDue: Cents
  readonly upTo30: Cents
  readonly upTo60: Cents
  readonly upTo90: Cents
  readonly over90: Cents
}

/** The age of an invoice on a day. */
export const ageOf = (invoice: Pick<Unpaid, 'dueOn'>, today: IsoDate): keyof Ages => {
  const days = daysLate(invoice, today)
  if (days <= 0) return 'notDue'
  return AGES.find(({ to }) => days <= to)?.id ?? 'over90'
}

/** Invoices by their age on a day. */
export const agesOf = (
  invoices: readonly Pick<Unpaid, 'dueOn' | 'due'>[],
  today: IsoDate,
): Ages => {
  const of = (age: keyof Ages): Cents =>
    sum(invoices.filter((each) => ageOf(each, today) === age).map(({ due }) => due))
  return {
    notDue: of('notDue'),
    upTo30: of('upTo30'),
    upTo60: of('upTo60'),
    upTo90: of('upTo90'),
    over90: of('over90'),
  }
}
