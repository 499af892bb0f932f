import type { Carried, CreditNote, Invoice, InvoiceLine } from '../billing/model.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Child } from '../families/model.ts'
import { ageOn, laterOf, type IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { ChildId } from '../platform/schemas.ts'
import type { Ledger } from './model.ts'
import { settle } from './rules.ts'

/** Children are eligible until they are so old on 1 January (CGI, 200 quater B). */
const ELIGIBLE_BELOW = 6

/** What a family paid in a civil year for the care of its young children, in cents. */
export interface Statement {
  /** `2025`. */
  readonly year: string
  readonly children: readonly (Pick<Child, 'childId' | 'firstName' | 'lastName' | 'birthDate'> & {
    readonly amount: Cents
  })[]
  readonly total: Cents
}

type ChildCare = NonNullable<Catalogue['town']['childCare']>

/** What a statement is made from. */
export interface StatementSources {
  readonly ledger: Ledger
  /** What was carried to later invoices: it tells what their lines of that kind are of. */
  readonly carried: readonly Carried[]
  readonly children: readonly Child[]
  /** What the town says is child care; whatever else is billed is none. */
  readonly childCare: ChildCare
}

/** `amount` times `part` by `whole`, rounded to the nearest cent, halves away from zero. */
const proportion = (amount: Cents, part: Cents, whole: Cents): Cents => {
  const product = amount * part
  const twice = 2 * Math.abs(product) + Math.abs(whole)
  const size = (twice - (twice % (2 * Math.abs(whole)))) / (2 * Math.abs(whole))
  return Math.sign(product) * Math.sign(whole) * size
}

/** The lines of a document, with those of which its carried lines are in their place. */
const expand = (
  { regieId, lines }: Pick<Carried, 'regieId' | 'lines'>,
  carried: readonly Carried[],
): InvoiceLine[] =>
  lines.flatMap((line) => {
    if (line.kind !== 'carried') return [line]
    const source = carried.find((each) => each.regieId === regieId && each.month === line.month)
    return source === undefined ? [] : expand(source, carried)
  })

/** Whether a line is child care: neither food, nor a surcharge. */
const isCare = ({ kind, activityId, account }: InvoiceLine, childCare: ChildCare): boolean =>
  kind !== 'supplement' &&
  childCare.some(
    (care) =>
      care.activityId === activityId &&
      (care.accounts === undefined || (account !== undefined && care.accounts.includes(account))),
  )

/** What is paid for the care of each child by a document: neither food nor surcharges, less aids. */
const careOf = (lines: readonly InvoiceLine[], childCare: ChildCare): Map<ChildId, Cents> => {
  const care = new Map<ChildId, Cents>()
  const groups = Map.groupBy(lines, ({ childId, activityId, month, corrects }) =>
    [childId, activityId, month, corrects].join(' '),
  )
  for (const group of groups.values()) {
    const childId = group[0]?.childId
    if (childId === undefined) continue
    const [aids, prices] = [true, false].map((isAid) =>
      group.filter(({ kind }) => (kind === 'aid') === isAid),
    )
    const amountOf = (some: readonly InvoiceLine[] = []): Cents =>
      sum(some.map(({ amount }) => amount))
    const eligible = amountOf(prices?.filter((line) => isCare(line, childCare)))
    const whole = amountOf(prices)
    // An aid is for the whole of the day: care has its share of it.
    const aid = whole === 0 ? 0 : proportion(amountOf(aids), eligible, whole)
    care.set(childId, (care.get(childId) ?? 0) + eligible + aid)
  }
  return care
}

/** A document as it was paid, or a credit note as it was used: how much of its size, and when. */
interface Paid {
  readonly care: ReadonlyMap<ChildId, Cents>
  readonly size: Cents
  readonly parts: readonly { readonly on: IsoDate; readonly amount: Cents }[]
}

const paidUntil = ({ parts }: Paid, day: IsoDate): Cents =>
  sum(parts.filter(({ on }) => on <= day).map(({ amount }) => amount))

/** A part of what is paid of a document goes to the care of a child; over the years all of it does. */
const paidInYear = (paid: Paid, childId: ChildId, year: string): Cents => {
  const care = paid.care.get(childId) ?? 0
  const until = (day: IsoDate): Cents => proportion(care, paidUntil(paid, day), paid.size)
  return until(`${year}-12-31`) - until(`${String(Number(year) - 1)}-12-31`)
}

const paidDocuments = ({ ledger, carried, childCare }: StatementSources): Paid[] => {
  const { invoices, creditNotes, payments } = ledger
  const allocations = settle(ledger).allocations.filter(({ awaited }) => !awaited)
  const dayOf = new Map<string, IsoDate>([
    ...payments.map(({ number, paidOn }) => [String(number), paidOn] as const),
    ...[...invoices, ...creditNotes].map(({ number, issuedOn }) => [number, issuedOn] as const),
  ])
  const parts = (document: Invoice | CreditNote): Paid['parts'] =>
    allocations
      .filter(({ invoice, number }) => invoice === document.number || number === document.number)
      // What was paid in advance pays for care once there is an invoice for it.
      .map(({ number, invoice, amount }) => ({
        on: laterOf(
          dayOf.get(number) ?? document.issuedOn,
          dayOf.get(invoice) ?? document.issuedOn,
        ),
        amount,
      }))
  return [...invoices, ...creditNotes].map((document): Paid => {
    const care = careOf(expand(document, carried), childCare)
    // Of an invoice of 0 € care may be paid by what it takes back.
    if (document.total === 0) {
      return { care, size: 1, parts: [{ on: document.issuedOn, amount: 1 }] }
    }
    return { care, size: Math.abs(document.total), parts: parts(document) }
  })
}

/**
 * What a family paid in a civil year for the care of its children who were under six on its 1 January
 * (CGI, 200 quater B; BOFiP IR-RICI-300): by the days of the payments and not of the invoices,
 * validated payments only. An invoice that is paid in parts pays its lines in proportion, so that the
 * years together come to the whole to the cent. A credit note takes back what it corrects when it is
 * used.
 */
export const statementOf = (year: string, sources: StatementSources): Statement => {
  const documents = paidDocuments(sources)
  const children = sources.children
    .filter(({ birthDate }) => ageOn(birthDate, `${year}-01-01`) < ELIGIBLE_BELOW)
    .map(({ childId, firstName, lastName, birthDate }) => ({
      childId,
      firstName,
      lastName,
      birthDate,
      amount: sum(documents.map((paid) => paidInYear(paid, childId, year))),
    }))
    .filter(({ amount }) => amount > 0)
  return { year, children, total: sum(children.map(({ amount }) => amount)) }
}
