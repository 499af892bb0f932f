import { firstAmountOf } from '../billing/take-over-rules.ts'
import type { Invoice } from '../billing/model.ts'
import type { Child, Enrolment, FamilyFile, Guardian, Means } from '../families/model.ts'
import { laterOf, type IsoDate } from '../kernel/dates.ts'
import { monthLabel } from '../kernel/texts.ts'
import { parisDate } from '../kernel/paris.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { WholeLedger } from '../ledger/model.ts'
import { settle } from '../ledger/rules.ts'
import type { Row } from './model.ts'

/** What the portal holds, as the rows of a move: the reverse of `build-rules.ts`. */

/** A list, or nothing where it is empty: a cell cannot tell the difference. */
const filled = <Value>(list: readonly Value[] | undefined): Value[] | undefined =>
  list === undefined || list.length === 0 ? undefined : [...list]

export const familyRow = (
  { family }: Pick<FamilyFile, 'family'>,
  former: string,
): Row<'families'> => {
  const { name, address, homePhone, situation, childrenCount, allowance, inactiveSince } = family
  return {
    ...{ family: former, name, ...address, homePhone, situation, childrenCount },
    fund: allowance?.fund,
    allowanceNumber: allowance?.number,
    allowanceGuardian: allowance?.guardianId,
    circumstances: filled(family.circumstances),
    inactiveSince: inactiveSince === undefined ? undefined : parisDate(new Date(inactiveSince)),
  }
}

export const guardianRow = (guardian: Guardian, former: string): Row<'guardians'> => {
  const { guardianId, title, firstName, lastName, birthName, birthDate } = guardian
  const { email, phone, workPhone, address, employer } = guardian
  return {
    ...{ family: former, guardian: guardianId, title, firstName, lastName, birthName, birthDate },
    ...{ email, phone, workPhone, ...address, employer },
  }
}

export const childRow = (child: Child, former: string): Row<'children'> => {
  const { childId, firstName, secondName, lastName, birthDate, birthPlace, sex, schoolId } = child
  const { className, category, diets, allergy, carePlanUntil, authorityWithdrawn, custody } = child
  return {
    ...{ family: former, child: childId, firstName, secondName, lastName, birthDate, birthPlace },
    ...{ sex, schoolId, className, category, diets: filled(diets), carePlanUntil },
    allergy: allergy === undefined ? undefined : allergy ? 'yes' : 'no',
    // The judgment is a document, which no table holds.
    authorityWithdrawn: filled(
      authorityWithdrawn?.map(({ guardianId, since }) => ({ guardianId, since })),
    ),
    custodyWeeks: custody?.weeks,
    custodyFrom: custody?.from,
    custodyRule: custody?.rule,
  }
}

export const enrolmentRow = (enrolment: Enrolment, former: string): Row<'enrolments'> => {
  const { enrolmentId, childId, activityId, groupId, from, until } = enrolment
  return { family: former, enrolment: enrolmentId, childId, activityId, groupId, from, until }
}

export const meansRow = (means: Means, former: string): Row<'means'> => {
  const { from, quotient, income, dependants, parts, source, reason } = means
  return { family: former, from, quotient, income, dependants, parts, source, reason }
}

/** What an invoice is called: what was taken over as before, one of the portal by its month. */
const labelOf = ({ former, lines, month }: Invoice): string =>
  former === undefined ? monthLabel(month) : (lines[0]?.label ?? former)

/** The one account of the lines of an invoice; nothing where there are several. */
const accountOf = ({ lines }: Invoice): string | undefined => {
  const [account, ...others] = new Set(lines.map((line) => line.account))
  return others.length === 0 ? account : undefined
}

/** What an invoice came to at first, in cents. */
const amountOf = (invoice: Invoice): number =>
  invoice.former === undefined ? invoice.total : firstAmountOf(invoice)

/** The invoices that are not paid in full yet. Those that the Treasury collects are none of the town's. */
export const invoiceRows = (ledger: WholeLedger, former: string): Row<'invoices'>[] => {
  const { invoices } = settle(ledger)
  return ledger.invoices.flatMap((invoice): Row<'invoices'>[] => {
    const { state, due = 0 } = invoices.get(invoice.number) ?? {}
    if (due === 0 || state === 'treasury') return []
    const { regieId, number, month, issuedOn, dueOn } = invoice
    const amount = amountOf(invoice)
    return [
      {
        ...{ family: former, regieId, number: invoice.former ?? number, month, issuedOn, dueOn },
        ...{ label: labelOf(invoice), account: accountOf(invoice) },
        ...{ amount, paid: amount - due, due },
      },
    ]
  })
}

/** How many invoices the Treasury collects. */
export const atTreasury = (ledger: WholeLedger): number =>
  [...settle(ledger).invoices.values()].filter(({ state }) => state === 'treasury').length

/** What each régie owes a family, with the day of the newest payment or credit note. */
export const creditRows = (ledger: WholeLedger, former: string): Row<'credits'>[] => {
  const sources = [
    ...ledger.creditNotes.map(({ regieId, issuedOn }) => ({ regieId, on: issuedOn })),
    ...ledger.payments.map(({ regieId, paidOn }) => ({ regieId, on: paidOn })),
  ]
  const regies = Map.groupBy(sources, ({ regieId }) => regieId)
  return [...regies].flatMap(([regieId, own]): Row<'credits'>[] => {
    const credit = creditOf(ledger, regieId)
    const on = own.map((source): IsoDate => source.on).reduce(laterOf)
    return credit === 0 ? [] : [{ family: former, regieId, on, credit }]
  })
}

/** What is left of the payments and credit notes of a régie, in cents. */
const creditOf = (ledger: WholeLedger, regieId: RegieId): number => {
  const of = <Entry extends { readonly regieId: RegieId }>(entries: readonly Entry[]): Entry[] =>
    entries.filter((entry) => entry.regieId === regieId)
  return settle({
    invoices: of(ledger.invoices),
    creditNotes: of(ledger.creditNotes),
    payments: of(ledger.payments),
    refunds: of(ledger.refunds),
    handOvers: of(ledger.handOvers),
    paying: of(ledger.paying ?? []),
  }).totals.credit
}
