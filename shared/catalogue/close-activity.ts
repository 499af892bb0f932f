import type { IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { AVAILABILITY_LEGEND, DETAILS } from '../kernel/texts.ts'
import type { ActivityId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { dayState } from './calendar.ts'
import { MOST_CLOSINGS, type Catalogue } from './model.ts'
import { changeCatalogue } from './publish-catalogue.ts'

/** The catalogue with a day of an activity closed; the same object when it is closed already. */
const withClosing = (
  catalogue: Catalogue,
  { activityId, date }: { readonly activityId: ActivityId; readonly date: IsoDate },
): Catalogue => {
  const activity = catalogue.activities.find(({ id }) => id === activityId)
  if (activity === undefined) throw new PortalError('not-found')
  const { opening } = activity
  if (opening.closedOn.includes(date)) return catalogue
  const { schoolYears, town } = catalogue
  const state = dayState(activity, schoolYears, date, town.publicHolidays)
  if (state !== 'open') {
    throw new PortalError('period-out-of-range', {
      faults: [{ pointer: '/body/date', detail: DETAILS.dayClosed(AVAILABILITY_LEGEND[state]) }],
    })
  }
  if (opening.closedOn.length === MOST_CLOSINGS) throw new PortalError('request-too-large')
  const closedOn = [...opening.closedOn, date].toSorted()
  return {
    ...catalogue,
    activities: catalogue.activities.map((each) =>
      each === activity ? { ...activity, opening: { ...opening, closedOn } } : each,
    ),
  }
}

/**
 * Closes a day of an activity, for all of its groups, in the catalogue in force. Functions know of
 * it within half a minute. A day that is closed already stays so.
 *
 * @throws PortalError `not-found`, `period-out-of-range` on a day without the activity,
 * `request-too-large` when the activity is closed on too many days, `concurrent-change`.
 */
export const closeActivity = async (
  table: Table,
  closing: { readonly activityId: ActivityId; readonly date: IsoDate },
): Promise<void> => {
  await changeCatalogue(table, (catalogue) => withClosing(catalogue, closing))
}
