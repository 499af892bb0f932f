import type { Regie } from '../catalogue/regie-model.ts'
import { EXPORTS } from '../kernel/billing-texts.ts'
import type { IsoMonth } from '../kernel/dates.ts'
import { amountCell, sum, type Cents } from '../kernel/money.ts'
import { shortDate } from '../kernel/texts.ts'
import { LINE_KINDS, type InvoiceLine, type IssuedDocument } from './model.ts'

/** The accounts of a régie for lines of which no price list says where they are booked. */
export type OwnAccounts = NonNullable<Regie['accounts']>

const accountOf = ({ kind, account }: InvoiceLine, own: OwnAccounts): string | undefined => {
  if (account !== undefined) return account
  if (kind === 'aid') return own.aids
  return kind === 'carried' ? own.carried : undefined
}

/** A month as spreadsheets show it, `09/2025`. */
export const monthCell = (month: IsoMonth): string => `${month.slice(5)}/${month.slice(0, 4)}`

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type Numbered = Exclude<IssuedDocument, { kind: 'carried' }>

const documentRows = ({ kind, document }: Numbered, own: OwnAccounts): string[][] => {
  const { number, regieId, month, issuedOn, familyId, payer, lines, total } = document
  const { street, complement = '', postcode, town } = payer.address
  const dueOn = 'dueOn' in document ? shortDate(document.dueOn) : ''
  const accounts = Map.groupBy(lines, (line) => accountOf(line, own) ?? '')
  return [...accounts]
    .toSorted(([a], [b]) => inOrder(a, b))
    .map(([account, booked]) => [
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
      amountCell(sum(booked.map(({ amount }) => amount))),
      amountCell(total),
    ])
}

/**
 * The documents of a run for the finance software, their header first: one row for each invoice or
 * credit note and account; those of a document come to its total. What is carried to a later invoice
 * is no document yet.
 */
export const invoiceRows = (issued: readonly IssuedDocument[], own: OwnAccounts): string[][] => [
  [...EXPORTS.invoiceColumns],
  ...issued.flatMap((each) => (each.kind === 'carried' ? [] : documentRows(each, own))),
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
  own: OwnAccounts,
): ReadonlyMap<string, Account> => {
  const sums = new Map(accounts)
  for (const line of issued.flatMap(({ document }) => document.lines)) {
    const { kind, activity, quantity, amount } = line
    const about = { kind, activity, account: accountOf(line, own) }
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
 * sum is that of the invoices and credit notes. It leaves the account to which the later invoice brings
 * it back.
 */
export const accountRows = (
  accounts: readonly Account[],
  carried: Cents,
  own: OwnAccounts,
): string[][] => {
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
    ...(carried === 0
      ? []
      : [['', EXPORTS.carriedOn, own.carried ?? '', '', amountCell(-carried)]]),
    [EXPORTS.total, '', '', '', amountCell(total)],
  ]
}
