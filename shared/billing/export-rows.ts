import { EXPORTS } from '../kernel/billing-texts.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { shortDate } from '../kernel/texts.ts'
import { LINE_KINDS, type InvoiceLine, type IssuedDocument } from './model.ts'

/** An amount in cents as spreadsheets and finance software of the French read it, `-12,34`. */
export const amountCell = (amount: Cents): string => {
  const digits = String(Math.abs(amount)).padStart(3, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)},${digits.slice(-2)}`
}

const monthCell = (month: IsoMonth): string => `${month.slice(5)}/${month.slice(0, 4)}`

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type Numbered = Exclude<IssuedDocument, { kind: 'carried' }>

const documentRows = ({ kind, document }: Numbered): string[][] => {
  const { number, regieId, month, issuedOn, familyId, payer, lines, total } = document
  const { street, complement = '', postcode, town } = payer.address
  const dueOn = 'dueOn' in document ? shortDate(document.dueOn) : ''
  const accounts = Map.groupBy(lines, ({ account = '' }) => account)
  return [...accounts]
    .toSorted(([a], [b]) => inOrder(a, b))
    .map(([account, own]) => [
      regieId,
      EXPORTS.documents[kind],
      number,
      monthCell(month),
      shortDate(issuedOn),
      dueOn,
      familyId,
      payer.name,
      street,
      complement,
      postcode,
      town,
      account,
      amountCell(sum(own.map(({ amount }) => amount))),
      amountCell(total),
    ])
}

/**
 * The documents of a run for the finance software, their header first: one row for each invoice or
 * credit note and account. What is carried to a later invoice is no document yet.
 */
export const invoiceRows = (issued: readonly IssuedDocument[]): string[][] => [
  [...EXPORTS.invoiceColumns],
  ...issued.flatMap((each) => (each.kind === 'carried' ? [] : documentRows(each))),
]

/** What some lines of one activity, kind and account come to. */
export interface Account extends Pick<InvoiceLine, 'kind' | 'activity' | 'account'> {
  readonly quantity: number
  readonly amount: Cents
}

const keyOf = ({ kind, activity, account }: Omit<Account, 'quantity' | 'amount'>): string =>
  JSON.stringify([activity, kind, account])

/** Accounts with those of more documents added to them. */
export const addDocuments = (
  accounts: ReadonlyMap<string, Account>,
  issued: readonly IssuedDocument[],
): ReadonlyMap<string, Account> => {
  const sums = new Map(accounts)
  for (const { kind, activity, account, quantity, amount } of issued.flatMap(
    ({ document }) => document.lines,
  )) {
    const about = { kind, activity, account }
    const before = sums.get(keyOf(about)) ?? { quantity: 0, amount: 0 }
    sums.set(keyOf(about), {
      ...about,
      quantity: before.quantity + quantity,
      amount: before.amount + amount,
    })
  }
  return sums
}

/**
 * What a run comes to by activity, kind of line and account, the header first and the sum last.
 *
 * @param carried what was too little for an invoice and waits for the next one: with it taken off, the
 * sum is that of the invoices and credit notes.
 */
export const accountRows = (accounts: readonly Account[], carried: Cents): string[][] => {
  const rows = accounts
    .toSorted(
      (a, b) =>
        inOrder(a.activity ?? '', b.activity ?? '') ||
        LINE_KINDS.indexOf(a.kind) - LINE_KINDS.indexOf(b.kind) ||
        inOrder(a.account ?? '', b.account ?? ''),
    )
    .map(({ activity = '', kind, account = '', quantity, amount }) => [
      activity,
      EXPORTS.kinds[kind],
      account,
      String(quantity),
      amountCell(amount),
    ])
  const total = sum(accounts.map(({ amount }) => amount)) - carried
  return [
    [...EXPORTS.accountColumns],
    ...rows,
    ...(carried === 0 ? [] : [['', EXPORTS.carriedOn, '', '', amountCell(-carried)]]),
    [EXPORTS.total, '', '', '', amountCell(total)],
  ]
}
