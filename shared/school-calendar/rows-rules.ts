import type { SchoolYear } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { addDays, daysBetween, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { schoolYearIdSchema, type SchoolYearId } from '../platform/schemas.ts'
import type { OfficialYear, Row, Zone } from './model.ts'

/** What a school year is by the rows of the data set. */
export type Reading =
  | { readonly kind: 'published'; readonly year: OfficialYear }
  /** Not yet, or not all of it: what there is says too little to close or open days by. */
  | { readonly kind: 'unpublished' }
  /** It contradicts itself: nothing of it may be used. */
  | { readonly kind: 'contradictory'; readonly why: string }

/** A period by its days in Paris; `back` is `from` where the row marks a single day. */
interface Period {
  readonly name: string
  readonly from: IsoDate
  readonly back: IsoDate
}

/** The holidays of more than a week that every school year has: All Saints, Christmas, winter, spring. */
const LONG_HOLIDAYS = 4

/** No holiday but summer lasts longer, in days. */
const LONGEST = 31

const SUMMER = /vacances d['’]été$/i
const RETURN_OF_PUPILS = /^rentrée/i

/** The school year before another. */
export const yearBefore = (id: SchoolYearId): SchoolYearId => {
  const start = Number(id.slice(0, 4))
  return schoolYearIdSchema.parse(`${String(start - 1)}-${String(start)}`)
}

const isForPupils = ({ population }: Row): boolean =>
  population?.trim().toLowerCase() !== 'enseignants'

/** A row in days: its instants are midnights of Paris, which lie on the day before in UTC. */
const periodOf = ({ description, start_date, end_date }: Row): Period => ({
  name: description.trim().replaceAll("'", '’'),
  from: parisDate(new Date(start_date)),
  back: parisDate(new Date(end_date)),
})

/**
 * The periods that most académies of a zone say, by name: one may differ by a decision of its rector.
 *
 * @returns nothing of a name on which as many say one thing as another, but the name.
 */
const agreed = (rows: readonly Row[]): { periods: Period[]; disputed: string[] } => {
  const said = new Map<string, Map<string, { period: Period; by: Set<string> }>>()
  for (const row of rows) {
    const period = periodOf(row)
    const versions = said.get(period.name) ?? new Map<string, { period: Period; by: Set<string> }>()
    const key = `${period.from} ${period.back}`
    const version = versions.get(key) ?? { period, by: new Set() }
    version.by.add(row.location)
    said.set(period.name, versions.set(key, version))
  }
  const periods: Period[] = []
  const disputed: string[] = []
  for (const [name, versions] of said) {
    const [first, second] = [...versions.values()].toSorted((a, b) => b.by.size - a.by.size)
    if (first === undefined || first.by.size === second?.by.size) disputed.push(name)
    else periods.push(first.period)
  }
  return { periods, disputed }
}

/** The holidays within a year, each with a day of return; a row of a single day is off on that day. */
const holidaysOf = (periods: readonly Period[]): SchoolYear['holidays'] =>
  periods
    .filter(({ name }) => !SUMMER.test(name) && !RETURN_OF_PUPILS.test(name))
    .map(({ name, from, back }) => ({ name, from, back: from === back ? addDays(from, 1) : back }))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))

/** What is impossible in a year, as one sentence for the log; nothing when it is sound. */
const contradictionOf = ({ id, firstDay, lastDay, holidays }: OfficialYear): string | undefined => {
  const { from, to } = spanOf(id)
  if (firstDay < from || lastDay > to || firstDay >= lastDay) return 'its first and last day'
  let free = firstDay
  for (const holiday of holidays) {
    const length = daysBetween(holiday.from, holiday.back) - 1
    const isSound = free <= holiday.from && length > 0 && length <= LONGEST
    if (!isSound || holiday.back > addDays(lastDay, 1)) return holiday.name
    free = holiday.back
  }
  return undefined
}

/**
 * A school year by the rows of the data set, for the pupils of a zone. Its last day is the eve of
 * summer; its first one the return of the pupils, by a row of its own or by the end of the summer before.
 * Rows for teachers alone count for nothing, nor do other zones.
 *
 * @param rows those of the year and of the one before, in any order.
 */
export const readYear = (rows: readonly Row[], zone: Zone, id: SchoolYearId): Reading => {
  const pupils = rows.filter((row) => row.zones === `Zone ${zone}` && isForPupils(row))
  const own = agreed(pupils.filter((row) => row.annee_scolaire === id))
  const before = agreed(pupils.filter((row) => row.annee_scolaire === yearBefore(id)))
  const [disputed] = own.disputed
  if (disputed !== undefined) return { kind: 'contradictory', why: disputed }

  // Until the next year is published, summer may be the mark of its first day only.
  const summer = own.periods.find(({ name }) => SUMMER.test(name))
  const summerBefore = before.periods.find(
    ({ name, from, back }) => SUMMER.test(name) && from < back,
  )
  const back = own.periods.find(({ name }) => RETURN_OF_PUPILS.test(name))
  const firstDay = back?.from ?? summerBefore?.back
  const holidays = holidaysOf(own.periods)
  const long = holidays.filter((holiday) => daysBetween(holiday.from, holiday.back) > 8)
  if (summer === undefined || firstDay === undefined || long.length < LONG_HOLIDAYS) {
    return { kind: 'unpublished' }
  }
  const year = { id, zone, firstDay, lastDay: addDays(summer.from, -1), holidays }
  const why = contradictionOf(year)
  return why === undefined ? { kind: 'published', year } : { kind: 'contradictory', why }
}
