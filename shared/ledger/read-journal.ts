import { eachMonth, monthOf, type IsoDate } from '../kernel/dates.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Entry, Payment } from './model.ts'
import { loadJournal } from './store.ts'

/** Whether a payment counts, or did until it was cancelled; one that never was validated does not. */
const hasCounted = ({ state, receipt }: Payment): boolean =>
  state === 'validated' || receipt !== undefined

const inOrder = (a: Entry, b: Entry): number => {
  const [left, right] = [a, b].map(({ date, at, kind, number }) =>
    [date, at, kind, String(number).padStart(9, '0')].join(' '),
  )
  return (left ?? '') < (right ?? '') ? -1 : 1
}

/**
 * What moved money at a régie on some days, in the order of the days and, of one day, of its noting. A
 * payment stays on its day when it is cancelled later: its reversal stands on the day on which it was.
 * The index tells it, which may lag for a moment behind what was just noted.
 */
export const readEntries = async (
  table: Table,
  regieId: RegieId,
  { from, to }: { readonly from: IsoDate; readonly to: IsoDate },
): Promise<Entry[]> => {
  const months = eachMonth(monthOf(from), monthOf(to))
  const journals = await Promise.all(months.map((month) => loadJournal(table, regieId, month)))
  const entries = journals.flatMap(({ payments, reversals, refunds }): Entry[] => [
    ...payments.filter(hasCounted).map((payment) => {
      const { familyId, number, means, amount, paidOn, recordedAt, receipt } = payment
      const about = { familyId, number, means, amount, date: paidOn, at: recordedAt }
      return { kind: 'payment' as const, ...about, ...(receipt === undefined ? {} : { receipt }) }
    }),
    ...reversals.map(({ familyId, number, means, amount, reversedOn, at, kind }) => ({
      kind: 'reversal' as const,
      ...{ familyId, number, means, amount: -amount, date: reversedOn, at, why: kind },
    })),
    ...refunds.map(({ familyId, number, means, amount, refundedOn, recordedAt }) => ({
      kind: 'refund' as const,
      ...{ familyId, number, means, amount: -amount, date: refundedOn, at: recordedAt },
    })),
  ])
  return entries.filter(({ date }) => from <= date && date <= to).toSorted(inOrder)
}
