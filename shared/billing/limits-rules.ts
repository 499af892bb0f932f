import type { Catalogue, SchoolYear } from '../catalogue/model.ts'
import type { MeansOfPayment, Regie, Scope } from '../catalogue/regie-model.ts'
import { isSchoolTime } from '../catalogue/school-time.ts'
import type { Child } from '../families/model.ts'
import { ageOn, lastDayOf, type IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { InvoiceLine, Limits } from './model.ts'

/** What says which line a means of payment may pay. */
interface Context {
  readonly years: readonly SchoolYear[]
  readonly births: ReadonlyMap<string, IsoDate>
}

const daysOf = ({ month, days }: InvoiceLine): IsoDate[] =>
  days === '' ? [] : days.split(' ').map((day): IsoDate => `${month}-${day.padStart(2, '0')}`)

/** Whether a scope covers a line on a day; one without days, such as a fee, has no season. */
const covers = (
  { activityIds, below, season }: Scope,
  { activityId, childId, month }: InvoiceLine,
  day: IsoDate | undefined,
  { years, births }: Context,
): boolean => {
  if (activityId === undefined || !activityIds.includes(activityId)) return false
  if (season !== undefined && (day === undefined || isSchoolTime(years, day))) return false
  if (below === undefined) return true
  const birthDate = births.get(childId ?? '')
  return birthDate !== undefined && ageOn(birthDate, day ?? lastDayOf(month)) < below
}

/** What of a line is of some of its days, rounded down: a limited means never pays a cent too much. */
const shareOf = ({ amount }: InvoiceLine, days: number, of: number): Cents =>
  Math.floor((amount * days) / of)

/**
 * What of an invoice the means may pay that the act of the régie limits to some services, line by
 * line and day by day: by the activity, by the age of the child on the day, by the season of the day
 * [guide 10] (CESU: never meals, leisure centres under six only; CAF vouchers: school holidays only).
 * What lines take back, corrections and aids, is taken from what the same means could have paid. What
 * is carried over from earlier months is paid by means without limits alone.
 *
 * @returns nothing where the régie limits no means.
 */
export const limitsOf = (
  lines: readonly InvoiceLine[],
  { payableBy }: Pick<Regie, 'payableBy'>,
  { schoolYears, children }: Pick<Catalogue, 'schoolYears'> & { children: readonly Child[] },
): Limits | undefined => {
  const limited = payableBy.flatMap(({ means, scopes }) =>
    scopes === undefined ? [] : [{ means, scopes }],
  )
  if (limited.length === 0) return undefined
  const births = new Map<string, IsoDate>(
    children.map(({ childId, birthDate }) => [childId, birthDate]),
  )
  const context = { years: schoolYears, births }
  const byOf = (line: InvoiceLine, day?: IsoDate): MeansOfPayment[] =>
    limited
      .filter(({ scopes }) => scopes.some((scope) => covers(scope, line, day, context)))
      .map(({ means }) => means)
  const shares = lines.flatMap((line) => {
    const days = daysOf(line)
    if (days.length === 0) return [{ by: byOf(line), amount: line.amount }]
    return [...Map.groupBy(days, (day) => byOf(line, day).join())].map(([, some]) => ({
      by: byOf(line, some[0]),
      amount: shareOf(line, some.length, days.length),
    }))
  })
  const parts = [...Map.groupBy(shares, ({ by }) => by.join()).values()]
    .map((some) => ({
      by: some[0]?.by ?? [],
      amount: sum(some.map(({ amount }) => amount)),
    }))
    .filter(({ by, amount }) => by.length > 0 && amount > 0)
  return { means: limited.map(({ means }) => means), parts }
}
