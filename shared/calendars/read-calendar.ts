import { schoolYearOf, type TownCatalogue } from '../catalogue/calendar.ts'
import { actingGuardian } from '../families/read-file.ts'
import { mayParent } from '../families/rights-rules.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { CALENDAR } from '../kernel/texts.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { loadHousehold } from '../reservations/load-household.ts'
import { writeCalendar } from './icalendar.ts'
import type { readCalendarRoute } from './routes.ts'
import { calendarEvents, calendarSpan } from './rules.ts'
import { findLink } from './store.ts'

/** How often a calendar asks again, in hours: a morning's booking is there before school is over. */
const REFRESH_HOURS = 4

/**
 * The calendar behind a secret link [wish W10], as an iCalendar file: one read for the link and one
 * Query for the household. It ends when the guardian who made it leaves the file: a parent whom a
 * family has removed no longer reads where the children are.
 *
 * @throws PortalError `not-found` for a link that never was, is revoked or was made by somebody who
 * has left the file.
 */
export const readCalendar = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { parameters, now }: Pick<Call<typeof readCalendarRoute>, 'parameters' | 'now'>,
): Promise<string> => {
  const link = await findLink(table, hashOf(parameters.secret.replace(/\.ics$/, '')))
  if (link === undefined) throw new PortalError('not-found')
  const span = calendarSpan(catalogue, parisDate(now))
  const household = await loadHousehold(table, link.familyId, schoolYearOf(span.to))
  actingGuardian(household.file, link.guardianId)
  const plannings = household.plannings.filter(({ childId }) =>
    household.file.children.some(
      (child) => child.childId === childId && mayParent(child, link.guardianId, parisDate(now)),
    ),
  )
  return writeCalendar({
    name: CALENDAR.name(catalogue.town.portalName),
    events: calendarEvents(catalogue, { ...household, plannings }, span),
    writtenAt: now,
    refreshHours: REFRESH_HOURS,
  })
}
