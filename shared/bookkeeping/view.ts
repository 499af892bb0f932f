import type * as z from 'zod'
import { LEDGER } from '../kernel/billing-texts.ts'
import { BOOKS } from '../kernel/desk-texts.ts'
import type { Closing } from './model.ts'
import type { closingReply, readCashUpRoute, readJournalRoute } from './routes.ts'
import { byMeans, totalsOf, type CashUpLine, type JournalLine, type MeansSums } from './rules.ts'

const withLabel = <Line extends MeansSums>(line: Line): Line & { readonly meansLabel: string } => ({
  ...line,
  meansLabel: LEDGER.means[line.means],
})

/** A closing with what its month came to by means. */
export const viewClosing = (closing: Closing): z.input<typeof closingReply> => {
  const { regieId, month, closedAt, sums } = closing
  const means = byMeans(sums)
  return { regieId, month, closedAt, means: means.map(withLabel), totals: totalsOf(means) }
}

/** The lines of a cash-up with their totals. */
export const viewCashUp = (
  lines: readonly CashUpLine[],
): z.input<(typeof readCashUpRoute)['reply']> => ({
  lines: lines.map(withLabel),
  totals: totalsOf(lines),
})

/** The lines of a journal with their total. */
export const viewJournal = (
  lines: readonly JournalLine[],
): z.input<(typeof readJournalRoute)['reply']> => ({
  entries: lines.map((line) => ({
    ...line,
    kindLabel: BOOKS.movements[line.kind],
    meansLabel: LEDGER.means[line.means],
  })),
  total: lines.at(-1)?.total ?? 0,
})
