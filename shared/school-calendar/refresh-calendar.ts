import { schoolYearOf, dayState } from '../catalogue/calendar.ts'
import {
  MOST_SCHOOL_YEARS,
  schoolYearSchema,
  type Catalogue,
  type SchoolYear,
} from '../catalogue/model.ts'
import { changeCatalogue } from '../catalogue/publish-catalogue.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { SCHOOL_CALENDAR } from '../kernel/calendar-texts.ts'
import { addDays, laterOf, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { publicHolidays } from '../kernel/public-holidays.ts'
import type { SchoolYearId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { closingJobs, type ClosingJob } from '../reservations/close-day.ts'
import { mergeYear, type Merged } from './merge-rules.ts'
import type { CalendarSource, DaysOfYear, OfficialYear, RefreshReport, Zone } from './model.ts'
import { readYear, yearBefore } from './rows-rules.ts'
import { SEED } from './seed.ts'
import { findReport, keepOfficial, keepReport, loadOfficial } from './store.ts'

/** What a refresh works with. */
export interface Refreshing {
  readonly table: Table
  readonly source: CalendarSource
  /** Hands out the work of releasing bookings. */
  readonly send: (jobs: readonly ClosingJob[]) => Promise<void>
}

type Official = ReadonlyMap<SchoolYearId, OfficialYear>

/** The zone of the town: that of its latest school year. */
const zoneOf = ({ schoolYears }: Catalogue): Zone | undefined =>
  schoolYears.toSorted((a, b) => (a.id < b.id ? 1 : -1))[0]?.zone

/** The school years of the town that are not over, and the one after its last. */
const yearsInUse = ({ schoolYears }: Catalogue, today: IsoDate): SchoolYearId[] => {
  const held = schoolYears.map(({ id }) => id).toSorted()
  const next = held.slice(-1).map((id) => schoolYearOf(addDays(spanOf(id).to, 1)))
  return [...held.filter((id) => id >= schoolYearOf(today)), ...next]
}

/** The years that the data set publishes; without it what was kept counts, and at first the seed. */
const readOfficial = async (
  source: CalendarSource,
  { zone, years, kept }: { zone: Zone; years: readonly SchoolYearId[]; kept: Official },
): Promise<{ official: Official; unreadable: string[] }> => {
  const asked = [...new Set(years.flatMap((id) => [yearBefore(id), id]))].toSorted()
  const answer = await source.rows(zone, asked)
  if ('why' in answer) {
    const known = kept.size > 0 ? [...kept.values()] : SEED.filter((year) => year.zone === zone)
    const inUse = known.filter(({ id }) => years.includes(id))
    return {
      official: new Map(inUse.map((year) => [year.id, year])),
      unreadable: [answer.why],
    }
  }
  const official = new Map<SchoolYearId, OfficialYear>()
  const unreadable: string[] = []
  for (const id of years) {
    const reading = readYear(answer.rows, zone, id)
    if (reading.kind === 'published') official.set(id, reading.year)
    if (reading.kind === 'contradictory') unreadable.push(`${id}: ${reading.why}`)
    // A year that was published once and is not any more: half of it was taken away.
    if (reading.kind === 'unpublished' && kept.has(id)) unreadable.push(`${id}: incomplete`)
  }
  return { official, unreadable }
}

/** What the town is compared with when nothing was kept of a year. */
const seedOf = ({ zone, id }: OfficialYear): OfficialYear | undefined =>
  SEED.find((year) => year.zone === zone && year.id === id)

/** The catalogue with the official dates in it, and what they did to each year. */
const withOfficial = (
  catalogue: Catalogue,
  { official, kept, from }: { official: Official; kept: Official; from: IsoDate },
): { catalogue: Catalogue; added: SchoolYear[]; merged: Merged[] } => {
  const merged: Merged[] = []
  const schoolYears = catalogue.schoolYears.map((held) => {
    const year = official.get(held.id)
    if (year?.zone !== held.zone) return held
    const base = kept.get(held.id) ?? seedOf(year) ?? year
    const after = mergeYear(held, { base, official: year, from })
    merged.push(after)
    return after.year === held ? held : schoolYearSchema.parse(after.year)
  })
  const added = [...official.values()]
    .filter(({ id }) => !catalogue.schoolYears.some((held) => held.id === id))
    .slice(0, Math.max(MOST_SCHOOL_YEARS - schoolYears.length, 0))
    .map((year) => schoolYearSchema.parse(year))
  const isSame =
    added.length === 0 && schoolYears.every((year, index) => year === catalogue.schoolYears[index])
  return {
    catalogue: isSame ? catalogue : { ...catalogue, schoolYears: [...schoolYears, ...added] },
    added,
    merged,
  }
}

/** The activities that no longer take place on a day because its season is over. */
const releases = (
  { activities, schoolYears, town }: Catalogue,
  days: readonly IsoDate[],
  due: Date,
): Omit<ClosingJob, 'familyIds'>[] =>
  days.flatMap((date) =>
    activities.flatMap((activity) => {
      const state = dayState(activity, schoolYears, date, town.publicHolidays)
      if (state !== 'schoolHoliday' && state !== 'schoolTime') return []
      const { becameHoliday, becameSchool } = SCHOOL_CALENDAR
      const reason = state === 'schoolHoliday' ? becameHoliday : becameSchool
      return [{ activityId: activity.id, date, reason, at: due.toISOString() }]
    }),
  )

/** The public holidays of this civil year and the next that the State and the portal do not share. */
const comparePublicHolidays = async (
  source: CalendarSource,
  today: IsoDate,
): Promise<{ differing: IsoDate[]; unreadable: string[] }> => {
  const differing: IsoDate[] = []
  const unreadable: string[] = []
  const first = Number(today.slice(0, 4))
  for (const year of [first, first + 1]) {
    const answer = await source.publicHolidays(year)
    if ('why' in answer) {
      unreadable.push(answer.why)
      continue
    }
    const computed = publicHolidays(year)
    differing.push(
      ...answer.days.filter((date) => !computed.has(date)),
      ...[...computed.keys()].filter((date) => !answer.days.includes(date)),
    )
  }
  return { differing: differing.toSorted(), unreadable }
}

const tell = (merged: readonly Merged[], which: 'changed' | 'own'): DaysOfYear[] =>
  merged.flatMap(({ year: { id: schoolYear }, [which]: days }) =>
    days.length === 0 ? [] : [{ schoolYear, days: [...days] }],
  )

/**
 * Brings the school calendar of the town to what the ministry publishes for its zone: the years that are
 * not over, and the next one. A day on which the town says otherwise than the ministry ever did is its own
 * decision and stays; a year that it lacks is added once all of it is published. Days up to the one on
 * which it runs stay as they were, whatever the time for which it is run, so that nothing that may be
 * billed already changes. What is booked on days that are no longer days of an activity is released, and
 * families are told, as when staff close a day.
 *
 * Run again it finds nothing to do: the official dates are kept last, so that a run which died does the
 * same work again. When the data set cannot be read, what was kept stays, and the town keeps its dates. What
 * it has found is kept for staff.
 *
 * @param due when it was due.
 * @param now what is over: the later of the two counts.
 * @throws PortalError `unavailable` before the first town file is loaded, `concurrent-change`.
 */
export const refreshCalendar = async (
  { table, source, send }: Refreshing,
  town: Catalogue,
  { due, now }: { readonly due: Date; readonly now: Date },
): Promise<RefreshReport> => {
  const today = laterOf(parisDate(due), parisDate(now))
  const zone = zoneOf(town)
  if (zone === undefined) throw new Error('A town has a school year')
  const kept = await loadOfficial(table, zone)
  const years = yearsInUse(town, today)
  const { official, unreadable } = await readOfficial(source, { zone, years, kept })

  // All that is asked of others comes before anything is written.
  const compared = await comparePublicHolidays(source, today)

  const change = { official, kept, from: addDays(today, 1) }
  let added: readonly SchoolYear[] = []
  let merged: readonly Merged[] = []
  const catalogue = await changeCatalogue(table, (held) => {
    const after = withOfficial(held, change)
    ;({ added, merged } = after)
    return after.catalogue
  })
  const changed = tell(merged, 'changed')
  for (const closing of releases(
    catalogue,
    changed.flatMap(({ days }) => days),
    due,
  )) {
    await send(await closingJobs(table, closing))
  }
  const report: RefreshReport = {
    added: added.map(({ id }) => id),
    changed,
    own: tell(merged, 'own'),
    unreadable: [...unreadable, ...compared.unreadable],
    publicHolidays: compared.differing,
  }
  const before = await findReport(table)
  const ranAt = now.toISOString()
  const hasMoved = report.added.length > 0 || changed.length > 0
  const moved = hasMoved ? { ranAt, added: report.added, changed } : before?.moved
  const sources = [...source.addresses]
  await keepReport(table, { ...report, due: due.toISOString(), ranAt, zone, sources, moved })
  for (const year of official.values()) await keepOfficial(table, kept.get(year.id), year)
  return report
}
