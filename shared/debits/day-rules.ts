import type { DebitSettings } from '../catalogue/regie-model.ts'
import { addDays, addMonths, eachMonth, monthOf, weekdayOf, type IsoDate } from '../kernel/dates.ts'
import { easter } from '../kernel/public-holidays.ts'

/** How many days before the last day to announce a debit its run is begun: a day may be missed. */
const PREPARED_EARLIER = 3

/** Whether banks settle on a day: the calendar of TARGET (ECB), which knows six holidays only. */
export const isTargetDay = (date: IsoDate): boolean => {
  if (weekdayOf(date) > 5) return false
  const sunday = easter(Number(date.slice(0, 4)))
  const feasts = [addDays(sunday, -2), addDays(sunday, 1)]
  return !feasts.includes(date) && !['01-01', '05-01', '12-25', '12-26'].includes(date.slice(5, 10))
}

const settlementDay = (date: IsoDate): IsoDate =>
  isTargetDay(date) ? date : settlementDay(addDays(date, 1))

/** The day on which a run collects, and the days of the month that families have chosen for it. */
interface RunDay {
  readonly collectOn: IsoDate
  readonly days: readonly number[]
}

/**
 * The runs of the months from one to another, in order: of each day of the régie the day itself, or the
 * next one on which banks settle. Days that meet there are one run.
 */
const runDaysOf = (days: readonly number[], from: IsoDate, to: IsoDate): RunDay[] => {
  const dated = eachMonth(addMonths(monthOf(from), -1), monthOf(to)).flatMap((month) =>
    days.map((day) => ({
      day,
      collectOn: settlementDay(`${month}-${String(day).padStart(2, '0')}`),
    })),
  )
  return [...Map.groupBy(dated, ({ collectOn }) => collectOn)]
    .map(([collectOn, own]) => ({ collectOn, days: own.map(({ day }) => day) }))
    .filter(({ collectOn }) => from <= collectOn && collectOn <= to)
    .toSorted((a, b) => (a.collectOn < b.collectOn ? -1 : 1))
}

/** The runs that a régie has in a period of days, both counted. */
export const runsBetween = (
  { days }: Pick<DebitSettings, 'days'>,
  from: IsoDate,
  to: IsoDate,
): RunDay[] => runDaysOf(days, from, to)

/** The run that collects on a day; nothing on other days. */
export const runOn = (
  settings: Pick<DebitSettings, 'days'>,
  collectOn: IsoDate,
): RunDay | undefined => runsBetween(settings, collectOn, collectOn)[0]

/** The last day on which families can still be told in time of what is collected on a day. */
export const lastDayToAnnounce = (
  { noticeDays }: Pick<DebitSettings, 'noticeDays'>,
  collectOn: IsoDate,
): IsoDate => addDays(collectOn, -noticeDays)

/** The runs that are to be prepared on a day: those whose last day to announce is near. */
export const runsToPrepare = (
  settings: Pick<DebitSettings, 'days' | 'noticeDays'>,
  today: IsoDate,
): RunDay[] => {
  const first = addDays(today, settings.noticeDays)
  return runsBetween(settings, first, addDays(first, PREPARED_EARLIER))
}

/**
 * The days of mandates that a day of the régie stands for, as a range each: its own, and those before it
 * that the régie no longer has. What families chose behind the last day counts for the first one.
 */
export const mandateDays = (
  { days }: Pick<DebitSettings, 'days'>,
  day: number,
): { readonly from: number; readonly to: number }[] => {
  const sorted = days.toSorted((a, b) => a - b)
  const before = sorted.filter((each) => each < day).at(-1)
  const last = sorted.at(-1) ?? day
  if (before !== undefined) return [{ from: before + 1, to: day }]
  return [{ from: 1, to: day }, ...(last < 28 ? [{ from: last + 1, to: 28 }] : [])]
}

/** When a mandate of a day of the month is collected next after a day. */
export const nextCollection = (
  settings: Pick<DebitSettings, 'days'>,
  day: number,
  after: IsoDate,
): IsoDate | undefined =>
  runsBetween(settings, addDays(after, 1), addDays(after, 70)).find(({ days }) =>
    days.some((each) =>
      mandateDays(settings, each).some(({ from, to }) => from <= day && day <= to),
    ),
  )?.collectOn
