import type * as z from 'zod'
import { SCHOOL_CALENDAR } from '../kernel/calendar-texts.ts'
import type { Table } from '../platform/table.ts'
import type { RefreshReport } from './model.ts'
import type { readSchoolCalendarRoute } from './routes.ts'
import { findReport } from './store.ts'

const { refresh: WORDS } = SCHOOL_CALENDAR

/** What a refresh has found, in French, a sentence for each thing. */
const findingsOf = (report: RefreshReport): string[] => {
  const { added, changed, own, unreadable, publicHolidays } = report
  const found = [
    ...added.map(WORDS.added),
    ...changed.map(({ schoolYear, days }) => WORDS.changed(schoolYear, days)),
    ...own.map(({ schoolYear, days }) => WORDS.own(schoolYear, days)),
    ...[...new Set(unreadable)].map(WORDS.unreadable),
    ...(publicHolidays.length === 0 ? [] : [WORDS.publicHolidays(publicHolidays)]),
  ]
  return found.length === 0 ? [WORDS.same] : found
}

/** What staff may know of the last comparison with the official school calendar [guide 24]. One read. */
export const readSchoolCalendar = async (
  table: Table,
): Promise<z.input<(typeof readSchoolCalendarRoute)['reply']>> => {
  const kept = await findReport(table)
  if (kept === undefined) return {}
  const { moved, ...last } = kept
  return {
    last: { ...last, findings: findingsOf(last) },
    ...(moved === undefined ? {} : { moved }),
  }
}
