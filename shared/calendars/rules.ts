import { bookableUnits } from '../catalogue/look-up.ts'
import type { Activity, Catalogue } from '../catalogue/model.ts'
import { spanOf } from '../catalogue/school-time.ts'
import type { Child, FamilyFile } from '../families/model.ts'
import { addDays, eachDay, laterOf, type IsoDate } from '../kernel/dates.ts'
import { CALENDAR } from '../kernel/texts.ts'
import { hashOf } from '../platform/hash.ts'
import { readLine, yearsOf } from '../reservations/lines.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import type { CalendarEvent } from './icalendar.ts'

/** For how many days a calendar still shows what is over: a month. */
const DAYS_BACK = 31

/** The days of a calendar, both included. */
export interface Span {
  readonly from: IsoDate
  readonly to: IsoDate
}

/** What a calendar shows: from a month ago to the end of the published school years. */
export const calendarSpan = ({ schoolYears }: Catalogue, today: IsoDate): Span => ({
  from: addDays(today, -DAYS_BACK),
  to: schoolYears.map(({ id }) => spanOf(id).to).reduce(laterOf, today),
})

/**
 * What a letter is in a calendar; nothing for days on which the child has no place: refused, on the
 * waiting list, offered and not answered yet, or absent.
 */
const STATUS: Readonly<Record<string, CalendarEvent['status'] | undefined>> = {
  [LETTERS.requested]: 'TENTATIVE',
  [LETTERS.accepted]: 'CONFIRMED',
  [LETTERS.late]: 'CONFIRMED',
  // The place is the child's until its cancellation is granted.
  [LETTERS.cancelling]: 'CONFIRMED',
  [LETTERS.unbooked]: 'CONFIRMED',
}

const eventsOfChild = (
  { familyId, childId, firstName }: Child,
  { activity, plannings }: { activity: Activity; plannings: readonly Planning[] },
  { from, to }: Span,
): CalendarEvent[] => {
  const years = yearsOf(plannings, { childId, activityId: activity.id })
  if (years.size === 0) return []
  const lines = bookableUnits(activity).map(({ id, name }) => ({
    name,
    line: readLine(years, id, from, to),
  }))
  return eachDay(from, to).flatMap((date, index): CalendarEvent[] => {
    const booked = lines.flatMap(({ name, line }) => {
      const status = STATUS[line[index] ?? '']
      return status === undefined ? [] : [{ name, status }]
    })
    if (booked.length === 0) return []
    const isCertain = booked.every(({ status }) => status === 'CONFIRMED')
    return [
      {
        // Hashed: numbers of families and children are for nobody's calendar.
        uid: `${hashOf([familyId, childId, activity.id, date]).slice(0, 32)}@ribambelle`,
        date,
        summary: CALENDAR.event({
          child: firstName,
          activity: activity.name,
          units: booked.map(({ name }) => name),
        }),
        status: isCertain ? 'CONFIRMED' : 'TENTATIVE',
      },
    ]
  })
}

/**
 * The events of a family's calendar [wish W10]: one for each child, activity and day booked, with
 * its units; tentative while one of them awaits staff. They hold first names and nothing else of a
 * person.
 */
export const calendarEvents = (
  { activities }: Catalogue,
  { file, plannings }: { file: Pick<FamilyFile, 'children'>; plannings: readonly Planning[] },
  span: Span,
): CalendarEvent[] =>
  file.children.flatMap((child) =>
    activities.flatMap((activity) => eventsOfChild(child, { activity, plannings }, span)),
  )
