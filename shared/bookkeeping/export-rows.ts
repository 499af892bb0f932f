import { LEDGER } from '../kernel/billing-texts.ts'
import { BOOKS } from '../kernel/desk-texts.ts'
import { amountCell } from '../kernel/money.ts'
import { shortDate } from '../kernel/texts.ts'
import type { RegieId } from '../platform/schemas.ts'
import { totalsOf, type CashUpLine, type JournalLine, type MeansSums } from './rules.ts'

/** A journal for a spreadsheet, its header first and its total last. */
export const journalRows = (regieId: RegieId, lines: readonly JournalLine[]): string[][] => [
  [...BOOKS.journalColumns],
  ...lines.map(({ date, kind, number, receipt, familyId, means, why, amount, total }) => [
    regieId,
    shortDate(date),
    BOOKS.movements[kind],
    String(number),
    receipt ?? '',
    familyId,
    LEDGER.means[means],
    why === undefined ? '' : BOOKS.reversals[why],
    amountCell(amount),
    amountCell(total),
  ]),
  [BOOKS.total, '', '', '', '', '', '', '', amountCell(lines.at(-1)?.total ?? 0), ''],
]

const sumCells = ({ payment, reversal, refund, net }: Omit<MeansSums, 'means'>): string[] => [
  ...[payment, reversal, refund].flatMap(({ count, amount }) => [
    String(count),
    amountCell(amount),
  ]),
  amountCell(net),
]

/** A cash-up for a spreadsheet, its header first and its totals last. */
export const cashUpRows = (regieId: RegieId, lines: readonly CashUpLine[]): string[][] => [
  [...BOOKS.cashUpColumns],
  ...lines.map((line) => [
    regieId,
    shortDate(line.date),
    LEDGER.means[line.means],
    ...sumCells(line),
  ]),
  [BOOKS.total, '', '', ...sumCells(totalsOf(lines))],
]
