import { BILL } from '../kernel/billing-texts.ts'
import { daysIn } from './day-set-rules.ts'
import type { InvoiceLine } from './model.ts'

/** Under which quantities that are of no single day are kept: of a fee, a pack, a minimum. */
const NO_DAY = 0

/** Kinds of lines that count days; of the others only the quantity is compared. */
const COUNT_DAYS: readonly InvoiceLine['kind'][] = ['unit', 'supplement', 'aid', 'day-credit']

/** What is billed of one thing at one price, day by day. */
interface Billed {
  readonly line: InvoiceLine
  readonly quantities: Map<number, number>
}

/**
 * What makes two lines the same: names may change and are left out, save of what has no other
 * mark than its name.
 */
const keyOf = (line: InvoiceLine): string =>
  JSON.stringify([
    line.kind,
    line.childId,
    line.activityId,
    line.unitIds,
    line.kind === 'unit' ? '' : line.label,
    line.unitPrice,
    line.account,
    line.priceList,
  ])

const add = (sums: Map<string, Billed>, line: InvoiceLine, sign: 1 | -1): void => {
  const key = keyOf(line)
  const billed = sums.get(key) ?? { line, quantities: new Map<number, number>() }
  sums.set(key, billed)
  const days = daysIn(line.days)
  const isByDay = COUNT_DAYS.includes(line.kind) && days.length === Math.abs(line.quantity)
  const step = isByDay ? Math.sign(line.quantity) : line.quantity
  for (const day of isByDay ? days : [NO_DAY]) {
    billed.quantities.set(day, (billed.quantities.get(day) ?? 0) + sign * step)
  }
}

/** The lines that correct some days, all in one direction. */
const lineOf = (
  { line, quantities }: Billed,
  sign: 1 | -1,
  corrects: string | undefined,
): InvoiceLine[] => {
  const days = [...quantities.entries()].filter(([, quantity]) => quantity * sign > 0)
  if (days.length === 0) return []
  const quantity = days.reduce((sum, [, each]) => sum + each, 0)
  return [
    {
      ...line,
      days: days
        .map(([day]) => day)
        .filter((day) => day !== NO_DAY)
        .toSorted((a, b) => a - b)
        .join(' '),
      quantity,
      amount: quantity * line.unitPrice,
      why: BILL.correction(line.month, line.why),
      corrects,
    },
  ]
}

/**
 * What a month that was billed before comes to now, less what was billed: lines below zero for what
 * is taken back, above zero for what is added. A month that is as it was billed has none, and neither
 * has one whose corrections are billed.
 *
 * @param now the lines of the month as it stands.
 * @param billed all that earlier documents have billed of the month, the newest first; `corrects` of
 *   each names the invoice that it stands in. The first one is the one that is corrected.
 */
export const correctionsOf = (
  now: readonly InvoiceLine[],
  billed: readonly InvoiceLine[],
): InvoiceLine[] => {
  const sums = new Map<string, Billed>()
  for (const line of billed) add(sums, line, -1)
  for (const line of now) add(sums, line, 1)
  const corrects = billed.findLast((line) => line.corrects !== undefined)?.corrects
  const all = [...sums.values()]
  return [
    ...all.flatMap((each) => lineOf(each, -1, corrects)),
    ...all.flatMap((each) => lineOf(each, 1, corrects)),
  ]
}
