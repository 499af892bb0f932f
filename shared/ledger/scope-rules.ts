import type { Limits } from '../billing/model.ts'
import type { MeansOfPayment } from '../catalogue/regie-model.ts'
import { sum, type Cents } from '../kernel/money.ts'

/**
 * Means of payment that are vouchers: they have a face value, of which no change is given, and what is
 * left of them is never paid out.
 */
export const VOUCHERS: readonly MeansOfPayment[] = ['holiday-voucher', 'cesu', 'caf-voucher']

/** What means have paid of an invoice so far, in cents. */
export type TakenBy = ReadonlyMap<MeansOfPayment, Cents>

/** What some means together may pay of an invoice. */
const worthFor = ({ parts }: Limits, means: readonly MeansOfPayment[]): Cents =>
  sum(parts.filter(({ by }) => by.some((each) => means.includes(each))).map(({ amount }) => amount))

/**
 * The most that a means may still pay of an invoice by its limits, in cents; without end where nothing
 * limits it. Limited means may share services: a CESU takes care and small children's leisure, a holiday
 * voucher all leisure. There is room for the next payment exactly if no group of means pays more than
 * the services are worth that at least one of them may pay (the marriage theorem of Hall), so it depends
 * on the amounts alone which voucher pays which line, never on who came first. What has no limits is
 * taken to pay first what vouchers cannot.
 */
export const mostBy = (
  limits: Limits | undefined,
  means: MeansOfPayment | undefined,
  taken: TakenBy,
): Cents => {
  if (limits === undefined || means === undefined || !limits.means.includes(means)) return Infinity
  const others = limits.means.filter((each) => each !== means && (taken.get(each) ?? 0) > 0)
  const groups = others.reduce<MeansOfPayment[][]>(
    (all, other) => all.flatMap((group) => [group, [...group, other]]),
    [[means]],
  )
  const rooms = groups.map(
    (group) => worthFor(limits, group) - sum(group.map((each) => taken.get(each) ?? 0)),
  )
  return Math.max(0, Math.min(...rooms))
}
