import type { Catalogue } from '../catalogue/model.ts'
import { addMonths, firstDayOf, laterOf, monthOf, type IsoDate } from '../kernel/dates.ts'
import type { Means, ShownMeans } from './model.ts'

/**
 * From when on what a family shows counts [guide 53]: by the town's rule from the day on, or from the
 * first day of the next month, and never before; staff who give a reason may choose an earlier day.
 *
 * @param from the day for which it is asked, ISO.
 * @param today the day in Paris on which it is noted.
 */
export const countsFrom = (
  { meansCount }: Pick<Catalogue['town'], 'meansCount'>,
  {
    from,
    today,
    reason,
  }: { readonly from: IsoDate; readonly today: IsoDate; readonly reason?: string | undefined },
): IsoDate => {
  if (reason !== undefined) return from
  const earliest = meansCount === 'from-the-day' ? today : firstDayOf(addMonths(monthOf(today), 1))
  return laterOf(from, earliest)
}

/** What somebody has shown, without who noted it and why. */
export const viewMeans = ({
  from,
  quotient,
  income,
  dependants,
  parts,
  source,
}: Means): ShownMeans => ({ from, quotient, income, dependants, parts, source })

/** Whether two say the same of a family from the same day on. */
export const sameMeans = (a: ShownMeans, b: ShownMeans): boolean =>
  a.from === b.from &&
  a.quotient === b.quotient &&
  a.income === b.income &&
  a.dependants === b.dependants &&
  a.parts === b.parts &&
  a.source === b.source
