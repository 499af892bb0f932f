import type * as z from 'zod'
import { monthCell } from '../billing/export-rows.ts'
import { issuedPages, listIssued } from '../billing/list-issued.ts'
import { CLAIMS } from '../kernel/claim-texts.ts'
import { csvOf } from '../kernel/csv.ts'
import { PortalError } from '../kernel/errors.ts'
import { amountCell, sum } from '../kernel/money.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { ClaimPayments } from './model.ts'
import type { exportClaimsRoute, listClaimsRoute, noteClaimPaymentRoute } from './routes.ts'
import {
  claimLines,
  claimsOf,
  inOrderOfClaims,
  pageOfLines,
  type Claim,
  type ClaimLine,
} from './rules.ts'
import { findClaimPayments } from './store.ts'

/** So many pages of 50 families each are in memory at once. */
const PAGES_AT_ONCE = 100

type Address = Pick<ClaimPayments, 'regieId' | 'month'>

/**
 * What third parties owe by the documents of a month: one read for each page of its run.
 *
 * @throws PortalError `not-found` when the month was never billed; `run-not-ready` before its documents are
 * issued.
 */
export const loadClaimLines = async (table: Table, address: Address): Promise<ClaimLine[]> => {
  const pages = await issuedPages(table, address)
  const lines: ClaimLine[] = []
  for (let start = 0; start < pages.length; start += PAGES_AT_ONCE) {
    lines.push(...claimLines(await listIssued(table, pages.slice(start, start + PAGES_AT_ONCE))))
  }
  return lines.toSorted(inOrderOfClaims)
}

const viewClaim = (
  { payer, state, families, children, days, amount, paid }: Claim,
  { payments }: ClaimPayments,
) => ({
  ...{ payer, state, stateLabel: CLAIMS.states[state], families, children, days, amount, paid },
  payments: payments
    .filter((each) => each.payer === payer)
    .map(({ number, amount: of, paidOn, reference, cancelled }) => ({
      ...{ number, payer, amount: of, paidOn },
      ...(reference === undefined ? {} : { reference }),
      ...(cancelled === undefined ? {} : { cancelled: cancelled.reason }),
    })),
})

const viewLine = (line: ClaimLine) => {
  const { payer, document, familyId, family, childId, child, month } = line
  const { activity, days, count, amount } = line
  return {
    ...{ payer, document, familyId, family, childId, child, month },
    ...{ activity, days, count, amount },
  }
}

/** What third parties owe for a month and have paid. */
export const viewClaims = (
  lines: readonly ClaimLine[],
  held: ClaimPayments,
): z.input<(typeof noteClaimPaymentRoute)['reply']> => ({
  month: held.month,
  regieId: held.regieId,
  claims: claimsOf(lines, held.payments).map((claim) => viewClaim(claim, held)),
})

/**
 * What third parties owe by the invoices of a month, and have paid, with a page of the lines that they owe it
 * for [guide 10]. The whole month is read for each page.
 *
 * @throws PortalError `not-found` when the month was never billed, or no line stands at `after`;
 * `run-not-ready` before its documents are issued.
 */
export const listClaims = async (
  table: Table,
  { parameters, query }: Pick<Call<typeof listClaimsRoute>, 'parameters' | 'query'>,
): Promise<z.input<(typeof listClaimsRoute)['reply']>> => {
  const lines = await loadClaimLines(table, parameters)
  const page = pageOfLines(lines, query)
  if (page === undefined) throw new PortalError('not-found')
  return {
    ...viewClaims(lines, await findClaimPayments(table, parameters)),
    ...page,
    lines: page.lines.map(viewLine),
  }
}

const rowsOf = ({ regieId, month }: Address, lines: readonly ClaimLine[]): string[][] => [
  [...CLAIMS.columns],
  ...lines.map((line) => [
    regieId,
    monthCell(month),
    line.payer,
    line.document ?? '',
    line.familyId,
    line.family,
    line.child ?? '',
    monthCell(line.month),
    line.activity ?? '',
    line.days,
    String(line.count),
    amountCell(line.amount),
  ]),
  [
    ...[CLAIMS.total, '', '', '', '', '', '', '', '', ''],
    String(sum(lines.map(({ count }) => count))),
    amountCell(sum(lines.map(({ amount }) => amount))),
  ],
]

/**
 * The same lines as a CSV: what a town sends to its CAF or CCAS.
 *
 * @throws PortalError as `listClaims`.
 */
export const exportClaims = async (
  table: Table,
  { parameters }: Pick<Call<typeof exportClaimsRoute>, 'parameters'>,
): Promise<string> => csvOf(rowsOf(parameters, await loadClaimLines(table, parameters)))
